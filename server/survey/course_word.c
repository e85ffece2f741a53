#include "survey/course_word.h"

#include <string.h>

enum { SPELLINGS_MAX = 10, CHOICES_MAX = 6 };

struct column_words {
  const char *name;
  const char *heading;
  const char *spellings[SPELLINGS_MAX]; /* folded, besides name and heading */
};

static const struct column_words columns[COURSE_COLUMNS] = {
    [COURSE_MUNICIPALITY_CODE] = {"municipality_code",
                                  "Kommunekode",
                                  {"kommune", "kommunenr", "kommunenummer", "komkode", "komnr",
                                   "municipality", "kommunensnavn", "kommunenavn"}},
    [COURSE_ID] = {"course_id",
                   "Forløbs-id",
                   {"forloebid", "forloeb", "forloebsnr", "forloebsnummer", "forloebnr", "id",
                    "loebenr", "loebenummer", "sagsnr", "sagsnummer"}},
    [COURSE_REFERRED_BY] = {"referred_by",
                            "Hvem fandt familien",
                            {"fundetaf", "henvistaf", "henvisningfra", "henvisning", "henviser",
                             "hvemharfundetfamilien", "hvemhenviste", "opsporetaf",
                             "familienfundetaf", "henvisendepart"}},
    [COURSE_VISITATION_ON] = {"visitation_on",
                              "Visitationsdato",
                              {"visitation", "datoforvisitation", "visiteret", "visiteretdato",
                               "bevillingsdato", "datoforbevilling"}},
    [COURSE_STARTED_ON] = {"started_on",
                           "Startdato",
                           {"start", "opstart", "opstartsdato", "datoforstart", "datoforopstart",
                            "forloebetsstart", "forloebsstart", "paabegyndt", "begyndt",
                            "datoforforloebetsstart"}},
    [COURSE_CLOSED_ON] = {"closed_on",
                          "Afslutningsdato",
                          {"slutdato", "afsluttetdato", "afslutning", "datoforafslutning",
                           "forloebetsafslutning", "slut", "afsluttetden", "datoafsluttet",
                           "datoforslut", "forloebsslut"}},
    [COURSE_OUTCOME] = {"outcome",
                        "Udfald",
                        {"status", "afsluttetellerafbrudt", "afsluttetafbrudt", "resultat",
                         "forloebetsudfald", "afslutningstype"}},
    [COURSE_INTERRUPTED_REASON] = {"interrupted_reason",
                                   "Årsag til afbrydelse",
                                   {"afbrudtaarsag", "aarsag", "afbrydelsesaarsag",
                                    "hvorforafbrudt", "aarsagtilafbrud", "aarsagafbrudt",
                                    "grundtilafbrydelse", "hvisafbrudtaarsag"}},
    [COURSE_VISITS] = {"visits",
                       "Antal besøg",
                       {"besoeg", "antalkontakter", "kontakter", "antalbesoegellerkontakter",
                        "antalbesoegkontakter", "besoegialt", "antalbesoegialt"}},
    [COURSE_HOURS_TOTAL] = {"hours_total",
                            "Timer i alt",
                            {"timer", "antaltimer", "antaltimerialt", "timetal", "samlettimetal",
                             "timerbrugt", "totaltimer", "samledetimer"}},
    [COURSE_GOAL_AGREEMENT] = {"goal_agreement",
                               "Målene er opnået",
                               {"maalopnaaelse", "maalopnaaet", "maal", "opnaaelseafmaal",
                                "maalopfyldelse", "ermaaleneopnaaet", "maaleneeropfyldt",
                                "hvorenigeeriiatdeopstilledemaalfordenenkeltefamilieeropnaaet"}},
    [COURSE_DEVELOPMENT_AGREEMENT] = {"development_agreement",
                                      "Barnet har udviklet sig positivt",
                                      {"barnetsudvikling", "udvikling", "positivudvikling",
                                       "barnetspositiveudvikling", "hvorenigeeriiatbarnetharudvikletsigpositivt"}},
};

struct choices {
  size_t count;
  struct course_choice list[CHOICES_MAX];
  const char *spellings[CHOICES_MAX][SPELLINGS_MAX];
};

static const struct choices referred_by = {
    5,
    {{"daycare", "Dagtilbud"},
     {"health_visitor", "Sundhedspleje"},
     {"family", "Familien selv"},
     {"municipal_offer", "Andet kommunalt tilbud"},
     {"other", "Andet"}},
    {{"vuggestue", "dagpleje", "boernehave", "daginstitution", "institution"},
     {"sundhedsplejen", "sundhedsplejerske", "sundhedsplejersken", "healthvisitor"},
     {"familie", "familien", "foraeldre", "foraeldrene", "foraeldreneselv", "selvhenvendelse",
      "egenhenvendelse"},
     {"andetkommunaltilbud", "andrekommunaletilbud", "kommunalttilbud", "kommunen", "forvaltning",
      "forvaltningen", "ppr", "familieafdelingen", "socialraadgiver"},
     {"anden", "andre", "oevrige", "vedikke"}}};

static const struct choices outcomes = {
    2,
    {{"completed", "Afsluttet"}, {"interrupted", "Afbrudt"}},
    {{"closed", "gennemfoert", "fuldfoert", "planmaessigtafsluttet", "faerdig"},
     {"stoppet", "afbrudtfoertid", "ophoert"}}};

static const struct choices reasons = {
    5,
    {{"other_offer", "Flyttet til andet tilbud"},
     {"no_interest", "Manglende interesse"},
     {"no_time", "Manglende tid eller ressourcer"},
     {"moved_away", "Fraflyttet kommunen"},
     {"other", "Andet"}},
    {{"andettilbud", "flyttettiletandettilbud", "overgaaettilandettilbud",
      "overgangtilandettilbud"},
     {"ingeninteresse", "manglendeinteressefrafamilien", "oenskerikkeatfortsaette"},
     {"manglendetid", "manglenderessourcer", "manglendetidressourcer", "manglendetidogressourcer",
      "manglendetidogellerressourcer", "ingentid"},
     {"fraflyttet", "flyttet", "flyttetfrakommunen", "flytning", "fraflytning", "flyttetkommune"},
     {"andenaarsag", "andreaarsager", "anden", "vedikke"}}};

static const struct choices agreement = {
    6,
    {{"1", "Meget enig"},
     {"2", "Enig"},
     {"3", "Hverken enig eller uenig"},
     {"4", "Uenig"},
     {"5", "Meget uenig"},
     {"8", "Ved ikke"}},
    {{"megetenige", "1megetenig", "heltenig"},
     {"enige", "2enig"},
     {"hverkeneller", "3hverkenenigelleruenig", "hverkenenigeelleruenige", "neutral"},
     {"uenige", "4uenig"},
     {"megetuenige", "5megetuenig", "heltuenig"},
     {"vedikke8", "8vedikke", "vedej", "ikkerelevant"}}};

static const struct choices *choices_of(enum course_column column) {
  switch (column) {
  case COURSE_REFERRED_BY:
    return &referred_by;
  case COURSE_OUTCOME:
    return &outcomes;
  case COURSE_INTERRUPTED_REASON:
    return &reasons;
  case COURSE_GOAL_AGREEMENT:
  case COURSE_DEVELOPMENT_AGREEMENT:
    return &agreement;
  case COURSE_MUNICIPALITY_CODE:
  case COURSE_ID:
  case COURSE_VISITATION_ON:
  case COURSE_STARTED_ON:
  case COURSE_CLOSED_ON:
  case COURSE_VISITS:
  case COURSE_HOURS_TOTAL:
  case COURSE_COLUMNS:
    return NULL;
  }
  return NULL;
}

const char *course_column_name(enum course_column column) {
  return columns[column].name;
}

const char *course_column_heading(enum course_column column) {
  return columns[column].heading;
}

const struct course_choice *course_choices(enum course_column column, size_t *count) {
  const struct choices *choices = choices_of(column);
  *count = choices == NULL ? 0 : choices->count;
  return choices == NULL ? NULL : choices->list;
}

const char *course_choice_label(enum course_column column, const char *code) {
  const struct choices *choices = choices_of(column);
  for (size_t i = 0; code != NULL && choices != NULL && i < choices->count; i++) {
    if (strcmp(choices->list[i].code, code) == 0) {
      return choices->list[i].label;
    }
  }
  return code;
}

/* ---- folding */

/* The Danish letters in UTF-8, precomposed: the second byte after C3. */
static const char *danish(unsigned char second) {
  switch (second) {
  case 0x86:
  case 0xA6:
    return "ae";
  case 0x98:
  case 0xB8:
    return "oe";
  case 0x85:
  case 0xA5:
    return "aa";
  default:
    return NULL;
  }
}

/* Reads what is no ASCII at text: how many bytes it has, and its folded letters. Blanks
 * and dashes as a word processor sets them (U+00A0-00BF, U+2000-203F) fold to nothing;
 * a ring that stands alone (U+030A) belongs to the "a" before it. */
static size_t fold_wide(const char *text, const char **letters) {
  const unsigned char *at = (const unsigned char *)text;
  *letters = "?";
  if (at[0] == 0xC3 && at[1] != '\0') {
    const char *found = danish(at[1]);
    *letters = found == NULL ? "?" : found;
    return 2;
  }
  if (at[0] == 0xC2 && at[1] != '\0') {
    *letters = "";
    return 2;
  }
  if (at[0] == 0xCC && at[1] == 0x8A) {
    *letters = "a";
    return 2;
  }
  if (at[0] == 0xE2 && at[1] == 0x80 && at[2] != '\0') {
    *letters = "";
    return 3;
  }
  return 1;
}

/* One step of folding: how many bytes of text it takes. */
static size_t fold_one(const char *text, char single[2], const char **letters) {
  char byte = *text;
  single[0] = single[1] = '\0';
  *letters = single;
  if ((byte & 0x80) != 0) {
    return fold_wide(text, letters);
  }
  if (byte >= 'A' && byte <= 'Z') {
    single[0] = (char)(byte - 'A' + 'a');
  } else if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) {
    single[0] = byte;
  }
  return 1;
}

void course_fold(const char *text, char out[COURSE_WORD_BYTES]) {
  size_t length = 0;
  int depth = 0;
  out[0] = '\0';
  while (*text != '\0') {
    char single[2];
    const char *letters;
    depth += *text == '(';
    bool outside = depth == 0;
    depth -= *text == ')' && depth > 0;
    text += fold_one(text, single, &letters);
    size_t size = outside ? strlen(letters) : 0;
    if (length + size >= COURSE_WORD_BYTES) {
      out[0] = '\0';
      return;
    }
    memcpy(out + length, letters, size);
    length += size;
    out[length] = '\0';
  }
}

static bool is_one_of(const char *word, const char *const spellings[SPELLINGS_MAX]) {
  for (size_t i = 0; i < SPELLINGS_MAX && spellings[i] != NULL; i++) {
    if (strcmp(spellings[i], word) == 0) {
      return true;
    }
  }
  return false;
}

static bool folds_to(const char *text, const char *word) {
  char folded[COURSE_WORD_BYTES];
  course_fold(text, folded);
  return strcmp(folded, word) == 0;
}

enum course_column course_heading_find(const char *heading) {
  char word[COURSE_WORD_BYTES];
  course_fold(heading, word);
  enum course_column column = word[0] == '\0' ? COURSE_COLUMNS : 0;
  for (; column < COURSE_COLUMNS; column++) {
    if (folds_to(columns[column].name, word) || folds_to(columns[column].heading, word) ||
        is_one_of(word, columns[column].spellings)) {
      break;
    }
  }
  return column;
}

bool course_heading_is_personal(const char *heading) {
  static const char *const signs[] = {"cpr",     "personnummer", "navn",  "adresse",
                                      "telefon", "mobil",        "email", "name"};
  char word[COURSE_WORD_BYTES];
  course_fold(heading, word);
  for (size_t i = 0; i < array_length(signs); i++) {
    if (strstr(word, signs[i]) != NULL) {
      return true;
    }
  }
  return false;
}

const char *course_choice_find(enum course_column column, const char *text) {
  const struct choices *choices = choices_of(column);
  char word[COURSE_WORD_BYTES];
  course_fold(text, word);
  for (size_t i = 0; word[0] != '\0' && choices != NULL && i < choices->count; i++) {
    const struct course_choice *choice = &choices->list[i];
    if (folds_to(choice->code, word) || folds_to(choice->label, word) ||
        is_one_of(word, choices->spellings[i])) {
      return choice->code;
    }
  }
  return NULL;
}
