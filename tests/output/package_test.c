#include <criterion/criterion.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <string.h>

#include "base/crypto.h"
#include "base/words.h"
#include "export_scene.h"
#include "output/codebook.h"

static struct export_scene scene;

static const struct export_answer three[] = {
    {"q1=3 q1_text=bedstemor q2=1 q3=2 q4_1=1 q4_2=2 q5_1=1 q5_2=8 q9=10", "æøå", 0, NULL},
    {"q1=2 q3=1 q4_1=1", "Ring 22 33 44 55", 0, NULL},
    {"q1=1 q3=1 q4_1=2 q9=1 q9_first=10", NULL, 0, NULL},
};

static void setup(void) {
  export_scene_init(&scene);
  scene.options.format = EXPORT_ZIP;
  scene.options.shapes = EXPORT_BOTH;
  scene.options.flags_method = 4;
  cr_assert_eq(export_scene_run(&scene, three, array_length(three)), EXPORT_OK);
}

static void teardown(void) {
  export_scene_clear(&scene);
}

TestSuite(package, .init = setup, .fini = teardown);

static char *entry(const char *name) {
  char *content = export_scene_entry(&scene, name, NULL);
  cr_assert_not_null(content, "%s is not there", name);
  return content;
}

Test(package, names_every_file_with_its_checksum) {
  size_t lines = 0;
  char *next = NULL;
  for (char *line = strtok_r(entry("SHA256SUMS"), "\n", &next); line != NULL;
       line = strtok_r(NULL, "\n", &next), lines++) {
    size_t size;
    unsigned char sum[CRYPTO_SHA256_BYTES];
    char hex[2 * CRYPTO_SHA256_BYTES + 1];
    const char *content = export_scene_entry(&scene, line + 66, &size);
    cr_assert_not_null(content, "%s", line);
    crypto_sha256(content, size, sum);
    for (size_t i = 0; i < sizeof sum; i++) {
      (void)snprintf(hex + 2 * i, 3, "%02x", sum[i]);
    }
    cr_expect_eq(strncmp(hex, line, 64), 0, "%s", line);
  }
  cr_expect_eq(lines, 23);
}

Test(package, tells_in_its_manifest_what_it_was_made_of) {
  json_error_t error;
  json_t *manifest = json_loads(entry("manifest.json"), 0, &error);
  const char *hash, *comments, *first, *last;
  int answers, children, masked, round, method;
  cr_assert_eq(
      json_unpack(manifest, "{s:{s:s}, s:s, s:{s:s, s:s}, s:{s:i, s:i, s:i}, s:{s:i}, s:i}",
                  "questionnaire", "hash", &hash, "comments", &comments, "period", "first_week",
                  &first, "last_week", &last, "counts", "answers", &answers, "children", &children,
                  "masked", &masked, "round", "number", &round, "flags_method", &method),
      0);
  cr_expect_eq(method, 4);
  cr_expect_eq(strlen(hash), 64);
  cr_expect_str_eq(comments, "masked");
  cr_expect_str_eq(first, "2026-W40");
  cr_expect_str_eq(last, "2026-W41");
  cr_expect(answers == 3 && children == 4 && masked == 1 && round == 7);
  cr_expect_eq(json_array_size(json_object_get(manifest, "files")), 22);
  json_decref(manifest);
}

Test(package, escapes_titles_in_the_codebook_page) {
  const char *page = entry("codebook.html");
  cr_expect_not_null(strstr(page, "Prøve &lt;æøå&gt;"));
  cr_expect_null(strstr(page, "<æøå>"));
}

Test(package, names_the_variables_of_both_shapes_in_the_codebook) {
  const char *page = entry("codebook.html");
  const char *rows = strstr(page, "<h2>Én række for hvert barn</h2>");
  cr_assert_not_null(rows);
  cr_expect_not_null(strstr(rows, "<code>child</code>"));
}

Test(package, uses_only_words_that_the_codebook_has) {
  const char *message;
  json_t *sample = codebook_template_sample(scene.options.words);
  message = template_check(scene.options.codebook, sample, scene.arena);
  cr_expect_null(message, "%s", message);
  json_decref(sample);
}

/* ---- DDI-Codebook 2.5: the rules of its schema that a reader relies on */

static xmlDocPtr document;
static xmlXPathContextPtr context;

static double evaluate(const char *expression) {
  xmlXPathObjectPtr result = xmlXPathEvalExpression(BAD_CAST expression, context);
  cr_assert_not_null(result, "%s", expression);
  double number = xmlXPathCastToNumber(result);
  xmlXPathFreeObject(result);
  return number;
}

static void open_ddi(void) {
  const char *ddi = entry("codebook_ddi.xml");
  document = xmlReadMemory(ddi, (int)strlen(ddi), NULL, NULL, XML_PARSE_NONET);
  cr_assert_not_null(document);
  context = xmlXPathNewContext(document);
  cr_assert_eq(xmlXPathRegisterNs(context, BAD_CAST "d", BAD_CAST "ddi:codebook:2_5"), 0);
}

static void close_ddi(void) {
  xmlXPathFreeContext(context);
  xmlFreeDoc(document);
}

/* The children of every element come in the order of the schema, and no others. */
static const struct {
  const char *element, *children;
} orders[] = {
    {"codeBook", " docDscr stdyDscr fileDscr dataDscr otherMat "},
    {"stdyDscr", " citation studyAuthorization stdyInfo studyDevelopment method dataAccs "
                 "othrStdyMat notes "},
    {"citation", " titlStmt rspStmt prodStmt distStmt serStmt verStmt biblCit holdings notes "},
    {"titlStmt", " titl subTitl altTitl parTitl IDNo "},
    {"prodStmt", " producer copyright prodDate prodPlac software fundAg grantNo "},
    {"stdyInfo", " studyBudget subject abstract sumDscr qualityStatement notes "},
    {"sumDscr", " timePrd collDate nation geogCover geogUnit geoBndBox boundPoly anlyUnit universe "
                "dataKind "},
    {"fileDscr", " fileTxt locMap notes "},
    {"fileTxt", " fileName fileCitation dataFingerprint fileCont fileStrc dimensns fileType "},
    {"dimensns", " caseQnty varQnty logRecL recPrCas recNumTot "},
    {"dataDscr", " varGrp nCubeGrp var nCube notes "},
    {"varGrp", " labl txt concept defntn universe notes "},
    {"var", " location labl imputation security embargo respUnit anlysUnit qstn valrng invalrng "
            "undocCod universe TotlResp sumStat txt stdCatgry catgryGrp catgry codInstr verStmt "
            "concept derivation varFormat geoMap catLevel notes "},
    {"catgry", " catValu labl txt catStat mrow "},
};

static void expect_order(const xmlNode *element, const char *order) {
  const char *last = order;
  for (const xmlNode *child = element->children; child != NULL; child = child->next) {
    if (child->type == XML_ELEMENT_NODE) {
      const char *wanted = arena_printf(scene.arena, " %s ", (const char *)child->name);
      const char *place = strstr(order, wanted);
      cr_assert(place != NULL && place >= last, "<%s> in <%s>", child->name, element->name);
      last = place;
    }
  }
}

static void walk(const xmlNode *element) {
  for (; element != NULL; element = element->next) {
    for (size_t i = 0; i < array_length(orders); i++) {
      if (element->type == XML_ELEMENT_NODE &&
          strcmp(orders[i].element, (const char *)element->name) == 0) {
        expect_order(element, orders[i].children);
      }
    }
    walk(element->children);
  }
}

Test(package, writes_ddi_in_the_order_of_the_specification) {
  open_ddi();
  walk(xmlDocGetRootElement(document));
  cr_expect_eq(evaluate("count(/d:codeBook[@version='2.5']/d:stdyDscr/d:citation/d:titlStmt/"
                        "d:titl)"),
               1);
  cr_expect_eq(evaluate("count(//d:var[not(d:labl) or not(@name) or not(d:varFormat)])"), 0);
  close_ddi();
}

Test(package, refers_in_ddi_only_to_what_is_there_and_names_each_thing_once) {
  open_ddi();
  cr_expect_eq(evaluate("count(//*[@ID = preceding::*/@ID])"), 0);
  cr_expect_eq(evaluate("count(//d:var[not(@files = //d:fileDscr/@ID)])"), 0);
  cr_expect_eq(evaluate("count(//d:varGrp[@type='repetition'])"), 4);
  cr_expect_eq(evaluate("count(//d:varGrp[contains(concat(' ', @var, ' '), ' W.q8_6 ')])"), 1);
  cr_expect_eq(evaluate("count(//d:var[contains(@ID, ' ')])"), 0);
  close_ddi();
}

Test(package, calls_missing_in_ddi_only_what_is_no_answer) {
  open_ddi();
  cr_expect_eq(evaluate("count(//d:catgry[d:labl='ved ikke'][@missing])"), 0);
  cr_expect_eq(evaluate("count(//d:catgry[d:labl='Ikke besvaret'][not(@missing='Y')])"), 0);
  cr_expect_eq(evaluate("count(//d:catgry[d:labl='Ikke stillet'][not(@missing='Y')])"), 0);
  cr_expect_eq(evaluate("count(//d:catgry[@missing='Y'][d:labl!='Ikke stillet' and "
                        "d:labl!='Ikke besvaret'])"),
               0);
  close_ddi();
}

Test(package, counts_in_ddi_what_is_in_the_data) {
  open_ddi();
  cr_expect_eq(evaluate("sum(//d:var[@name='q5_2']/d:catgry[d:catValu='8']/d:catStat)"), 1);
  cr_expect_eq(evaluate("sum(//d:var[@name='q5_2']/d:catgry[@missType='not asked']/d:catStat)"), 2);
  cr_expect_eq(evaluate("sum(//d:var[@ID='L.q5']/d:catgry[@missType='not answered']/d:catStat)"),
               2);
  cr_expect_eq(evaluate("number(//d:fileDscr[@ID='FL']//d:caseQnty)"), 4);
  close_ddi();
}
