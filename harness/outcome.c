#include "outcome.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum kind { KIND_INT, KIND_UNSIGNED, KIND_BOOL, KIND_IDENTITY, KIND_TEXT };

struct member {
  const char *name;
  enum kind kind;
  size_t offset;
};

#define NUM(table) (sizeof(table) / sizeof((table)[0]))
#define AT(name) offsetof(struct outcome_step, name)

/* In the order of what tells most. */
static const struct member members[] = {
    {"callback_calls", KIND_UNSIGNED, AT(callback_calls)},
    {"certificates", KIND_UNSIGNED, AT(certificates)},
    {"sent", KIND_IDENTITY, AT(sent)},
    {"verifies", KIND_UNSIGNED, AT(verifies)},
    {"api_calls", KIND_TEXT, AT(api_calls)},
    {"result", KIND_INT, AT(result)},
    {"error", KIND_INT, AT(error)},
    {"failed", KIND_UNSIGNED, AT(failed)},
    {"suspended", KIND_UNSIGNED, AT(suspended)},
    {"wrote_suspended", KIND_BOOL, AT(wrote_suspended)},
    {"wrote", KIND_BOOL, AT(wrote)},
    {"reason", KIND_TEXT, AT(reason)},
    {"want_x509_lookup", KIND_BOOL, AT(want_x509_lookup)},
    {"registered", KIND_BOOL, AT(registered)},
    {"presets_null", KIND_BOOL, AT(presets_null)},
    {"ca_names", KIND_INT, AT(ca_names)},
    {"finished", KIND_BOOL, AT(finished)},
    {"certificate", KIND_IDENTITY, AT(certificate)},
    {"key", KIND_IDENTITY, AT(key)},
    {"ctx_certificate", KIND_IDENTITY, AT(ctx_certificate)},
    {"peer", KIND_IDENTITY, AT(peer)},
    {"certificates_freed", KIND_UNSIGNED, AT(certificates_freed)},
    {"keys_freed", KIND_UNSIGNED, AT(keys_freed)},
};

_Static_assert(NUM(members) <= 8 * sizeof(unsigned), "a bit for each member");

static const char *print_identity(identity which) {
  if (which == IDENTITY_UNKNOWN) {
    return "a stranger";
  }
  return which == IDENTITY_NONE ? "none" : identity_name(which);
}

static void print(char *out, size_t out_len, const struct member *member,
                  const struct outcome_step *step) {
  const void *value = (const char *)step + member->offset;

  switch (member->kind) {
    case KIND_INT:
      snprintf(out, out_len, "%d", *(const int *)value);
      return;
    case KIND_UNSIGNED:
      snprintf(out, out_len, "%u", *(const unsigned *)value);
      return;
    case KIND_BOOL:
      snprintf(out, out_len, "%s", *(const bool *)value ? "true" : "false");
      return;
    case KIND_IDENTITY:
      snprintf(out, out_len, "%s", print_identity(*(const identity *)value));
      return;
    case KIND_TEXT:
      snprintf(out, out_len, "\"%s\"", (const char *)value);
      return;
  }
}

static int same(const struct member *member, const struct outcome_step *a,
                const struct outcome_step *b) {
  const void *one = (const char *)a + member->offset;
  const void *two = (const char *)b + member->offset;

  switch (member->kind) {
    case KIND_INT:
    case KIND_UNSIGNED:
      return memcmp(one, two, sizeof(int)) == 0;
    case KIND_BOOL:
      return *(const bool *)one == *(const bool *)two;
    case KIND_IDENTITY:
      return *(const identity *)one == *(const identity *)two;
    case KIND_TEXT:
      return strcmp(one, two) == 0;
  }
  return 0;
}

void outcome_add_call(struct outcome_step *step, char api_call) {
  size_t len = strlen(step->api_calls);

  if (len < OUTCOME_MAX_API_CALLS) {
    step->api_calls[len] = api_call;
    step->api_calls[len + 1] = '\0';
  }
}

void outcome_suspend_call(struct outcome_step *step) {
  size_t len = strlen(step->api_calls);

  step->suspended++;
  if (len > 0) {
    step->api_calls[len - 1] = (char)toupper(step->api_calls[len - 1]);
  }
}

unsigned outcome_bit(const char *name) {
  for (size_t i = 0; i < NUM(members); i++) {
    if (strcmp(members[i].name, name) == 0) {
      return 1U << i;
    }
  }

  return 0;
}

const char *outcome_member(size_t index) {
  return index < NUM(members) ? members[index].name : NULL;
}

int outcome_compare_next(struct outcome_difference *out,
                         const struct outcome *want, const struct outcome *got,
                         size_t *at) {
  unsigned unseen = want->unseen | got->unseen;
  size_t num =
      want->num_steps < got->num_steps ? want->num_steps : got->num_steps;

  for (; *at < num * NUM(members); ++*at) {
    size_t step = *at / NUM(members);
    const struct member *member = &members[*at % NUM(members)];

    if ((unseen >> (*at % NUM(members)) & 1) != 0 ||
        same(member, &want->steps[step], &got->steps[step])) {
      continue;
    }
    *out = (struct outcome_difference){.step = step, .name = member->name};
    print(out->want, sizeof(out->want), member, &want->steps[step]);
    print(out->got, sizeof(out->got), member, &got->steps[step]);
    ++*at;
    return 1;
  }
  if (*at == num * NUM(members) && want->num_steps != got->num_steps) {
    *out = (struct outcome_difference){.step = num, .name = "steps"};
    snprintf(out->want, sizeof(out->want), "%zu", want->num_steps);
    snprintf(out->got, sizeof(out->got), "%zu", got->num_steps);
    ++*at;
    return 1;
  }

  return 0;
}

int outcome_compare(struct outcome_difference *out, const struct outcome *want,
                    const struct outcome *got) {
  size_t at = 0;

  return outcome_compare_next(out, want, got, &at);
}
