/* certificate_request: bytes as the whole body of a CertificateRequest. The
 * first byte is protocol and callback script. */
#include "request_client.h"
#include "target.h"

enum { MAX_BODY = 60000 };

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  request_client_start();
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct request_input input = {0};

  if (size == 0 || size > MAX_BODY) {
    return -1;
  }

  request_client_choose(&input, data[0]);
  input.body = (struct span){data + 1, size - 1};
  request_client_perform(&input);
  return 0;
}
