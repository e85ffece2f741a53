#include "linkage_example.h"

enum { PARTS_MAX = 256 };

static const char *const sharings[] = {[SHARING_BOTH] = "both tags",
                                       [SHARING_NETWORK] = "network",
                                       [SHARING_DEVICE] = "device",
                                       [SHARING_NEITHER] = "neither tag"};
static const char *const comparisons[] = {
    [LINKAGE_RESPONDENT] = "respondent",
    [LINKAGE_HOUSEHOLD] = "household",
    [LINKAGE_CHILDREN] = "children",
    [LINKAGE_MOOD] = "mood",
    [LINKAGE_OPINION] = "opinion",
    [LINKAGE_ORDER] = "order",
    [LINKAGE_TOGETHER] = "together",
    [LINKAGE_WORDS] = "words",
    [LINKAGE_LANGUAGE] = "language",
    [LINKAGE_TAGS] = "tags",
    [LINKAGE_GAP] = "gap",
    [LINKAGE_CAP] = "cap",
};
static const char *const levels[] = {
    [LINKAGE_UNKNOWN] = "unknown", [LINKAGE_SAME] = "same",
    [LINKAGE_NEAR] = "near",       [LINKAGE_DIFFERENT] = "different",
    [LINKAGE_VETO] = "veto",       [LINKAGE_NETWORK] = "network",
    [LINKAGE_DEVICE] = "device",   [LINKAGE_MINUTES] = "minutes",
    [LINKAGE_HOURS] = "hours",     [LINKAGE_DAY] = "day",
    [LINKAGE_WEEK] = "week",       [LINKAGE_WEEKS] = "weeks",
    [LINKAGE_LONGER] = "longer",
};

static const char *truth_of(const struct simulated *a, const struct simulated *b) {
  if (a->person == b->person) {
    return "missed: one person";
  }
  return a->household == b->household ? "wrong: two of one household" : "wrong: strangers";
}

void example_tell(const struct questionnaire *questionnaire, const struct simulation *simulation,
                  const struct linkage *linkage, uint32_t a, uint32_t b, FILE *out) {
  struct linkage_part parts[PARTS_MAX];
  const struct simulated *first = &simulation->items[a], *second = &simulation->items[b];
  struct linkage_pair pair = linkage_judge(linkage, a, b);
  int64_t gap = first->minute - second->minute;
  (void)fprintf(out, "%s, %s%s, of %zu answers, %lld minutes: %.2f bits, probability %.4f\n",
                truth_of(first, second), sharings[simulated_sharing(first, second)],
                first->tablet && second->tablet ? " of the shared tablet" : "", simulation->count,
                (long long)(gap < 0 ? -gap : gap), pair.weight_bits, pair.probability);
  size_t count = linkage_parts(linkage, a, b, parts, PARTS_MAX);
  for (size_t i = 0; i < count && i < PARTS_MAX; i++) {
    const char *id = parts[i].question < 0 ? "" : questionnaire->questions[parts[i].question].id;
    (void)fprintf(out, "   %-10s %-4s %-9s %+7.2f (household %+.2f)\n",
                  comparisons[parts[i].comparison], id, levels[parts[i].level], parts[i].bits,
                  parts[i].bits_household);
  }
}
