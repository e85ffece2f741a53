#include "web/site.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "survey/questionnaire.h"

/* What a server knows, in Danish and English, of two municipalities; a test changes some of it. */
struct known {
  const char *languages[2];
  struct catalogue_text text;
  struct catalogue_round round;
  struct catalogue_link links[2];
  struct catalogue_setting setting;
  struct catalogue catalogue;
};

static struct arena *arena;
static struct pages pages;
static const struct config config = {.key_dir = "/nonexistent"};

static const char *file(const char *name) {
  const char *share = getenv("HJEMSVAR_SHARE_DIR");
  const char *text =
      questionnaire_read(arena_printf(arena, "%s/%s", share != NULL ? share : ".", name), arena);
  cr_assert_not_null(text, "%s cannot be read", name);
  return text;
}

static void begin(void) {
  const char *share = getenv("HJEMSVAR_SHARE_DIR");
  arena = arena_new(0);
  cr_assert_null(pages_load(&pages, share != NULL ? share : ".", arena));
}

static void end(void) {
  pages_clear(&pages);
  arena_free(arena);
}

TestSuite(site, .init = begin, .fini = end);

static void know(struct known *known) {
  *known = (struct known){
      .languages = {"da", "en"},
      .text = {"en", file("templates/translations/bilag8.en.json"), true},
      .links = {{"7KQ4M2V", 0, 101, "København", false, NULL},
                {"0000000", 0, 217, "Helsingør", false, NULL}},
      .setting = {"help_contact", "Ring til Bente"},
  };
  known->round =
      (struct catalogue_round){.id = 1,
                               .questionnaire = "bilag8",
                               .version = 1,
                               .definition = file("templates/questionnaires/bilag8.json"),
                               .state = ROUND_OPEN,
                               .takes_posts = true,
                               .confirm_scale = true,
                               .languages = known->languages,
                               .languages_count = array_length(known->languages),
                               .texts = &known->text,
                               .texts_count = 1};
  known->catalogue = (struct catalogue){.rounds = &known->round,
                                        .rounds_count = 1,
                                        .links = known->links,
                                        .links_count = array_length(known->links),
                                        .settings = &known->setting,
                                        .settings_count = 1};
}

static struct site *site_of(const struct known *known) {
  int keyless_round = 0;
  struct arena *own = arena_new(0);
  cr_assert_not_null(own);
  struct site *site = site_new(own, &known->catalogue, &pages, &config, &keyless_round);
  cr_assert_not_null(site);
  return site;
}

static const struct body *page_of(const struct site *site, const char *code, size_t language) {
  const struct site_link *link = site_find(site, code);
  cr_assert_not_null(link, "%s", code);
  return site_page(link, &link->round->languages[language], CODING_GZIP);
}

/* The bytes of a page once it is rendered, of the arena. */
static const char *read_page(const struct site *site, const char *code, size_t language) {
  const struct site_link *link = site_find(site, code);
  struct text text;
  text_init(&text);
  cr_assert(site_render(site, link, &link->round->languages[language], CODING_GZIP));
  cr_assert(body_unpack(page_of(site, code, language), &text));
  const char *page = arena_string(arena, text.data);
  text_clear(&text);
  cr_assert_not_null(page);
  return page;
}

Test(site, renders_a_page_for_the_first_who_asks_and_no_other) {
  struct known known;
  know(&known);
  struct site *site = site_of(&known);
  cr_expect_null(page_of(site, "7KQ4M2V", 0));
  cr_expect_not_null(strstr(read_page(site, "7KQ4M2V", 1), "Ring til Bente"));
  const struct body *page = page_of(site, "7KQ4M2V", 1);
  cr_expect_not_null(page);
  (void)read_page(site, "7KQ4M2V", 1);
  cr_expect_eq(page_of(site, "7KQ4M2V", 1), page, "rendered once");
  const struct site_link *link = site_find(site, "7KQ4M2V");
  cr_expect_null(site_page(link, &link->round->languages[1], CODING_BROTLI));
  cr_expect_null(page_of(site, "7KQ4M2V", 0));
  cr_expect_null(page_of(site, "0000000", 1));
  site_release(site);
}

Test(site, keeps_pages_that_a_change_does_not_touch) {
  struct known before, now;
  know(&before);
  know(&now);
  now.links[1].municipality_name = "Helsingborg";
  struct site *old = site_of(&before), *new = site_of(&now);
  (void)read_page(old, "7KQ4M2V", 0);
  (void)read_page(old, "0000000", 0);
  const struct body *kept = page_of(old, "7KQ4M2V", 0);
  site_inherit(new, old);
  site_release(old);
  cr_expect_eq(page_of(new, "7KQ4M2V", 0), kept);
  cr_expect_null(page_of(new, "7KQ4M2V", 1), "nobody asked for it");
  cr_expect_null(page_of(new, "0000000", 0));
  cr_expect_not_null(strstr(read_page(new, "7KQ4M2V", 0), "Ring til Bente"));
  site_release(new);
}

static void change_setting(struct known *known) {
  known->setting.value = "Ring til Åse";
}

static void change_words(struct known *known) {
  known->text.json = arena_printf(arena, "%s\n", known->text.json);
}

static void change_approval(struct known *known) {
  known->text.approved = false;
}

static void change_definition(struct known *known) {
  known->round.definition = arena_printf(arena, "%s\n", known->round.definition);
}

static void change_languages(struct known *known) {
  known->languages[0] = "en";
  known->languages[1] = "da";
}

static void change_scale(struct known *known) {
  known->round.confirm_scale = false;
}

static void change_invitation(struct known *known) {
  known->round.invite = true;
}

Test(site, shows_no_page_of_before_a_change) {
  static const struct {
    const char *what;
    void (*change)(struct known *known);
  } changes[] = {{"a setting", change_setting},
                 {"words of a translation", change_words},
                 {"whether a translation is approved", change_approval},
                 {"the definition", change_definition},
                 {"the order of languages", change_languages},
                 {"whether a scale is asked back", change_scale},
                 {"whether the other parent is invited", change_invitation}};
  for (size_t i = 0; i < array_length(changes); i++) {
    struct known before, now;
    know(&before);
    know(&now);
    changes[i].change(&now);
    struct site *old = site_of(&before), *new = site_of(&now);
    (void)read_page(old, "7KQ4M2V", 0);
    (void)read_page(old, "7KQ4M2V", 1);
    site_inherit(new, old);
    cr_expect_null(page_of(new, "7KQ4M2V", 0), "%s", changes[i].what);
    cr_expect_null(page_of(new, "7KQ4M2V", 1), "%s", changes[i].what);
    site_release(old);
    site_release(new);
  }
}

Test(site, has_no_page_for_a_round_that_is_not_open) {
  struct known before, now;
  know(&before);
  know(&now);
  now.round.state = ROUND_CLOSED;
  struct site *old = site_of(&before), *new = site_of(&now);
  (void)read_page(old, "7KQ4M2V", 0);
  site_inherit(new, old);
  cr_expect_null(site_find(new, "7KQ4M2V")->pages);
  site_release(old);
  site_release(new);
}
