#include "stock.h"

#include <stddef.h>

/* TLS and DTLS; as many SSL_CTX as nearly all cases need. */
enum { NUM_METHODS = 2, NUM_CTXS = 8 };

static struct shelf {
  const SSL_METHOD *method; /* NULL: free */
  SSL_CTX *ctxs[NUM_CTXS];  /* NULL: taken */
} shelves[NUM_METHODS];

void stock_fill(const SSL_METHOD *method) {
  struct shelf *shelf = shelves;

  while (shelf < shelves + NUM_METHODS && shelf->method != NULL) {
    if (shelf->method == method) {
      return;
    }
    shelf++;
  }
  if (method == NULL || shelf == shelves + NUM_METHODS) {
    return;
  }

  shelf->method = method;
  for (size_t i = 0; i < NUM_CTXS; i++) {
    shelf->ctxs[i] = SSL_CTX_new(method);
  }
}

SSL_CTX *stock_take_ctx(const SSL_METHOD *method) {
  for (size_t i = 0; i < NUM_METHODS; i++) {
    for (size_t j = 0; shelves[i].method == method && j < NUM_CTXS; j++) {
      SSL_CTX *ctx = shelves[i].ctxs[j];

      if (ctx != NULL) {
        shelves[i].ctxs[j] = NULL;
        return ctx;
      }
    }
  }

  return SSL_CTX_new(method);
}
