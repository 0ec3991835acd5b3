/* What AddressSanitizer is told, unless ASAN_OPTIONS say otherwise. The targets
 * have it in them, and OpenSSL's client fuzzer that they are compared with. */

/* Found by the sanitizer at its start. */
const char *__asan_default_options(void);

const char *__asan_default_options(void) {
  /* What is freed is held back, and for each block it is remembered who asked
   * for it. An input frees less than a megabyte: holding back more finds no
   * more and costs, for the memory of one input is in no cache when the next
   * one begins. So do small pages for the sanitizer's own memory. */
  return "malloc_context_size=2:"
         "quarantine_size_mb=1:"
         "thread_local_quarantine_size_kb=64:"
         "no_huge_pages_for_shadow=0";
}
