#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "survey/xlsform_part.h"

/* Names that forms write without a code, in English and in the language itself. */
static const struct {
  const char *name, *code;
} languages[] = {{"arabic", "ar"},    {"bosnian", "bs"},  {"danish", "da"},    {"dansk", "da"},
                 {"dari", "prs"},     {"deutsch", "de"},  {"english", "en"},   {"español", "es"},
                 {"farsi", "fa"},     {"français", "fr"}, {"french", "fr"},    {"german", "de"},
                 {"kurdish", "ku"},   {"norsk", "no"},    {"norwegian", "no"}, {"pashto", "ps"},
                 {"persian", "fa"},   {"polish", "pl"},   {"polski", "pl"},    {"portuguese", "pt"},
                 {"romanian", "ro"},  {"russian", "ru"},  {"somali", "so"},    {"spanish", "es"},
                 {"svenska", "sv"},   {"swahili", "sw"},  {"swedish", "sv"},   {"tigrinya", "ti"},
                 {"turkish", "tr"},   {"türkçe", "tr"},   {"ukrainian", "uk"}, {"urdu", "ur"},
                 {"vietnamese", "vi"}};

static const char *code_of_name(const char *name) {
  for (size_t i = 0; i < array_length(languages); i++) {
    if (strcasecmp(languages[i].name, name) == 0) {
      return languages[i].code;
    }
  }
  return NULL;
}

/* "en", "EN" or "pt-BR" as a code, its first part in small letters; NULL when it is none. */
static const char *read_code(struct arena *arena, const char *text, size_t length) {
  char *code = arena_copy(arena, text, length);
  size_t letters = 0;
  while (code != NULL && isalpha((unsigned char)code[letters])) {
    code[letters] = (char)tolower((unsigned char)code[letters]);
    letters++;
  }
  bool ends = code != NULL && (code[letters] == '\0' || code[letters] == '-');
  return ends && (letters == 2 || letters == 3) ? code : NULL;
}

struct xlsform_language xlsform_language_parse(struct arena *arena, const char *text) {
  struct xlsform_language language = {.name = text};
  const char *open = strrchr(text, '(');
  size_t length = open == NULL ? 0 : strcspn(open + 1, ")");
  if (open != NULL && open[1 + length] == ')') {
    language.code = read_code(arena, open + 1, length);
  }
  if (language.code == NULL) {
    const char *code = read_code(arena, text, strlen(text));
    language.code = code == NULL ? code_of_name(text) : code;
    return language;
  }
  size_t name = (size_t)(open - text);
  while (name > 0 && text[name - 1] == ' ') {
    name--;
  }
  const char *said = name == 0 ? language.code : arena_copy(arena, text, name);
  language.name = said == NULL ? text : said;
  return language;
}
