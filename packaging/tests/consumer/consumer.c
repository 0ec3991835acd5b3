/* consumer: a program of somebody else, which counts the cases. */
#include <certspec/case.h>
#include <stdio.h>

int main(void) {
  struct certspec_catalogue catalogue;
  struct certspec_error error;

  if (!catalogue_load(&catalogue, DATA "/vectors", &error)) {
    fprintf(stderr, "%s\n", error.text);
    return 1;
  }

  printf("%zu cases\n", catalogue.num_cases);
  catalogue_free(&catalogue);
  return 0;
}
