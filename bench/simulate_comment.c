#include "simulate_comment.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

static const double comment_share = 0.35;
static const double foreign_comment_share = 0.15;
static const double common_share = 0.40;
static const double long_share = 0.40; /* of those that are not common */

/* The more common, the further up. */
static const char *const common[] = {
    "Tak",
    "Ingen",
    "Nej",
    "God støtte",
    "Tak for hjælpen",
    "Ingen kommentarer",
    "Super god hjælp",
    "Det har været godt",
    "Tusind tak",
    "Ikke noget",
    "Alt var fint",
    "Meget tilfreds",
    "Dejligt forløb",
    "Vi er meget taknemmelige",
    "Har været rigtig glad for det",
    "Kan varmt anbefales",
};

static const char *const openings[] = {
    "Vi har været glade for ",
    "Jeg har lært meget af ",
    "Det har været en stor hjælp med ",
    "Det bedste var ",
    "Vi kunne godt have brugt mere af ",
    "Jeg savnede lidt ",
    "Hele familien har fået noget ud af ",
    "Det var svært at få tid til ",
    "Min mand var mest glad for ",
    "Vi bruger stadig ",
    "I begyndelsen var jeg skeptisk over for ",
    "Jeg blev overrasket over ",
    "Det gav ro at få ",
    "Vi talte meget om ",
    "For os betød det alt at få ",
    "Jeg havde håbet på ",
    "Vi er nået langt med ",
    "Det hjalp især med ",
};

static const char *const topics[] = {
    "de faste aftaler om sengetid",
    "rådene om mad og måltider",
    "besøgene hjemme i stuen",
    "de små lege på gulvet",
    "samtalerne om grænser",
    "hjælpen til morgenen",
    "snakken om søvn og nattevågning",
    "samarbejdet med vuggestuen",
    "billederne med dagens rytme",
    "støtten til at være to om det",
    "råd om sut og flaske",
    "øvelserne med sprog og sange",
    "tiden til at blive lyttet til",
    "hjælpen med søskende der slås",
    "ideerne til at gå ud sammen",
    "mødet med dagplejeren",
    "videoerne af vores samspil",
    "rutinerne omkring badet",
    "forklaringen på gråd",
    "hjælpen efter fødslen",
    "brevene fra kommunen",
    "måden at trøste på",
    "ture til biblioteket",
    "hjælpen til at slippe skærmen",
};

static const char *const children[] = {
    "vores søn", "vores datter", "den lille",  "den ældste",  "tvillingerne",     "vores mindste",
    "min søn",   "min datter",   "begge børn", "vores dreng", "vores lille pige", "barnet",
};

static const char *const situations[] = {
    " sov dårligt om natten",  " startede i dagpleje",   " ikke ville spise",
    " begyndte at gå",         " græd hver aften",       " havde kolik",
    " blev storebror",         " ikke ville lege alene", " skulle vænnes til at sove i egen seng",
    " var meget syg",          " slog de andre børn",    " ikke talte endnu",
    " var bange for fremmede", " lige var født",
};

static const char *const closings[] = {
    "Hun var tålmodig og god til at forklare.",
    "Vi er trygge ved hverdagen nu.",
    "Det sluttede lidt for tidligt.",
    "Jeg ville ønske, at vi havde fået det før.",
    "Nu kan vi klare det selv.",
    "Der var for lang ventetid i starten.",
    "Det var rart, at hun kom hjem til os.",
    "Vi har anbefalet det til vores venner.",
    "Det var svært at passe ind med arbejdet.",
    "Min kæreste kunne desværre ikke være med.",
    "Bogen med tips bruger vi stadig.",
    "Vi skiftede hjemmepædagog midt i det hele.",
    "Dagtilbuddet kunne godt have været mere med.",
    "Jeg er blevet bedre til at sige nej.",
    "Vi griner mere sammen end før.",
    "Det gav mig troen på mig selv igen.",
};

static const char *const english[] = {"Thank you", "Great help", "Thanks for everything", "None",
                                      "She was very kind to us"};
static const char *const arabic[] = {"شكرا", "شكرا جزيلا", "لا شيء", "كانت مساعدة كبيرة"};
static const char *const ukrainian[] = {"Дякую", "Дуже дякую", "Немає", "Дякуємо за допомогу"};

/* Each with what may stand in its place. */
static const char *const synonyms[][2] = {
    {"glade for", "tilfredse med"},
    {"lært meget", "fået meget ud"},
    {"stor hjælp", "god støtte"},
    {"Vi ", "Vi to "},
    {"hjælpen", "støtten"},
    {"rådene", "de gode råd"},
    {"God", "Rigtig god"},
    {"Tak", "Mange tak"},
    {"samtalerne", "snakken"},
    {"besøgene", "alle besøgene"},
    {"da ", "dengang "},
    {"meget", "rigtig meget"},
    {"god", "dejlig"},
    {"Det ", "Alt det "},
    {"ikke", "slet ikke"},
    {"nu", "i dag"},
};

#define pick(chance, list) ((list)[chance_below((chance), (uint32_t)array_length(list))])

static const char *taken(struct text *text, struct arena *arena, bool *memory_out) {
  const char *copy = text->failed ? NULL : arena_copy(arena, text->data, text->length);
  text_clear(text);
  *memory_out = *memory_out || copy == NULL;
  return copy;
}

static void add_sentence(struct chance *chance, struct text *text) {
  text_add(text, pick(chance, openings));
  text_add(text, pick(chance, topics));
  if (chance_hit(chance, 0.8)) {
    text_addf(text, ", da %s", pick(chance, children));
    text_add(text, pick(chance, situations));
  }
  if (chance_hit(chance, 0.5)) {
    text_addf(text, " i uge %u", 1 + chance_below(chance, 40));
  }
  text_add_char(text, '.');
}

static const char *sentences(struct chance *chance, struct arena *arena, bool *memory_out) {
  struct text text;
  text_init(&text);
  uint32_t count = chance_hit(chance, long_share) ? 2 + chance_below(chance, 4) : 1;
  for (uint32_t i = 0; i < count; i++) {
    text_add(&text, i == 0 ? "" : " ");
    if (i > 0 && chance_hit(chance, 0.4)) {
      text_add(&text, pick(chance, closings));
    } else {
      add_sentence(chance, &text);
    }
  }
  return taken(&text, arena, memory_out);
}

const char *comment_new(struct chance *chance, const char *language, struct arena *arena,
                        bool *memory_out) {
  bool danish = strcmp(language, "da") == 0;
  if (!chance_hit(chance, danish ? comment_share : foreign_comment_share)) {
    return NULL;
  }
  if (strcmp(language, "ar") == 0) {
    return pick(chance, arabic);
  }
  if (strcmp(language, "uk") == 0) {
    return pick(chance, ukrainian);
  }
  if (!danish) {
    return pick(chance, english);
  }
  if (chance_hit(chance, common_share)) {
    return common[chance_zipf(chance, array_length(common))];
  }
  return sentences(chance, arena, memory_out);
}

/* ---- the same again */

static void add_synonym(struct chance *chance, const char *comment, struct text *out) {
  size_t first = chance_below(chance, (uint32_t)array_length(synonyms));
  for (size_t i = 0; i < array_length(synonyms); i++) {
    const char *const *pair = synonyms[(first + i) % array_length(synonyms)];
    const char *found = strstr(comment, pair[0]);
    if (found != NULL) {
      text_add_bytes(out, comment, (size_t)(found - comment));
      text_add(out, pair[1]);
      text_add(out, found + strlen(pair[0]));
      return;
    }
  }
  text_addf(out, "%s!", comment);
}

/* Two letters that have changed places, where plain letters stand side by side. */
static void add_slip(struct chance *chance, const char *comment, struct text *out) {
  size_t length = strlen(comment);
  text_add(out, comment);
  for (size_t tries = 0; !out->failed && length > 1 && tries < 20; tries++) {
    char *at = out->data + chance_below(chance, (uint32_t)length - 1);
    if (isascii(at[0]) && isalpha((unsigned char)at[0]) && isascii(at[1]) &&
        islower((unsigned char)at[1]) && at[0] != at[1]) {
      char first = at[0];
      at[0] = at[1];
      at[1] = first;
      return;
    }
  }
  text_add(out, " :)");
}

static void add_shorter(const char *comment, struct text *out) {
  const char *last = NULL;
  for (const char *at = strstr(comment, ". "); at != NULL; at = strstr(at + 1, ". ")) {
    last = at;
  }
  if (last == NULL) {
    text_addf(out, "%s.", comment);
  } else {
    text_add_bytes(out, comment, (size_t)(last - comment) + 1);
  }
}

static void add_longer(struct chance *chance, const char *comment, struct text *out) {
  size_t length = strlen(comment);
  bool ended = length > 0 && comment[length - 1] == '.';
  text_addf(out, "%s%s %s", comment, ended ? "" : ".", pick(chance, closings));
}

static void add_once(struct chance *chance, const char *comment, struct text *out) {
  switch (chance_below(chance, 4)) {
  case 0:
    add_synonym(chance, comment, out);
    return;
  case 1:
    add_slip(chance, comment, out);
    return;
  case 2:
    add_shorter(comment, out);
    return;
  default:
    add_longer(chance, comment, out);
    return;
  }
}

const char *comment_reworded(struct chance *chance, const char *comment, struct arena *arena,
                             bool *memory_out) {
  uint32_t changes = 1 + chance_below(chance, 3);
  const char *now = comment;
  for (uint32_t i = 0; now != NULL && (i < changes || strcmp(now, comment) == 0); i++) {
    struct text text;
    text_init(&text);
    add_once(chance, now, &text);
    now = taken(&text, arena, memory_out);
  }
  return now;
}
