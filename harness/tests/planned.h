/* planned: a plan as a test wants it, without a file. */
#ifndef CERTSPEC_TESTS_PLANNED_H
#define CERTSPEC_TESTS_PLANNED_H

#include "case.h"
#include "cmocka_all.h"

struct planned {
  struct certspec_case source;
  struct certspec_plan plan;
};

/* planned_make makes |out|->plan of |steps| (a JSON array) and |judged|: the
 * case's expect (an object) or observe (an array). */
static inline void planned_make(struct planned *out, const char *steps,
                                const char *judged) {
  json_t *value = json_loads(judged, 0, NULL);
  int documented = json_is_object(value);

  assert_non_null(value);
  out->source = (struct certspec_case){
      .id = "topic/case",
      .topic = "topic",
      .rev = 1,
      .title = "title",
      .tier = documented ? TIER_DOCUMENTED : TIER_OBSERVED,
      .file = "cases/topic.json",
      .line = 7};
  out->plan = (struct certspec_plan){.source = &out->source,
                                     .protocol = protocol_find("TLSv1.2"),
                                     .client = json_object(),
                                     .server = json_object(),
                                     .steps = json_loads(steps, 0, NULL),
                                     .expect = documented ? value : NULL,
                                     .observe = documented ? NULL : value};
  assert_non_null(out->plan.steps);
}

#endif
