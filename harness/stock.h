/* stock: fresh SSL_CTX, made before a process is forked that will want one. */
#ifndef CERTSPEC_STOCK_H
#define CERTSPEC_STOCK_H

#include <openssl/ssl.h>

/* stock_fill makes SSL_CTX of |method|, unless there are some. They are never
 * touched until stock_take_ctx gives them away, and are kept until then. May
 * leave errors on the queue. */
void stock_fill(const SSL_METHOD *method);

/* stock_take_ctx returns a fresh SSL_CTX of |method|: a stocked one, else that
 * of SSL_CTX_new. NULL when that fails. The caller owns it.
 *
 * The process that fills never takes: each forked one takes copies of the
 * same, which are fresh for it. */
SSL_CTX *stock_take_ctx(const SSL_METHOD *method);

#endif
