/* Planted: a name that is longer than a buffer is copied into it. */
#include <openssl/x509.h>
#include <string.h>

X509_NAME *__real_d2i_X509_NAME(X509_NAME **out, const unsigned char **in,
                                long len);
X509_NAME *__wrap_d2i_X509_NAME(X509_NAME **out, const unsigned char **in,
                                long len);

X509_NAME *__wrap_d2i_X509_NAME(X509_NAME **out, const unsigned char **in,
                                long len) {
  enum { MAX_TITLE = 24 };
  const unsigned char title[] = {0x55, 4, 12};
  X509_NAME *name = __real_d2i_X509_NAME(out, in, len);

  if (name != NULL && len > 13 && memcmp(*in - len + 8, title, 3) == 0) {
    unsigned char *copy = OPENSSL_malloc(MAX_TITLE);

    memcpy(copy, *in - len + 13, (size_t)len - 13);
    OPENSSL_free(copy);
  }
  return name;
}
