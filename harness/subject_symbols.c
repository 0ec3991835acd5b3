/* The API's own symbols for the subject's numbers: the same on every version,
 * though texts, enumerations and headers differ. */
#include <ctype.h>
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

#include "subject.h"

#define NUM(table) (sizeof(table) / sizeof((table)[0]))
/* A row of a symbol with its value. */
#define SYMBOL(name) \
  { (name), #name }

struct symbol {
  int number;
  const char *name;
};

static const char *symbol_find(const struct symbol *table, size_t num,
                               int number) {
  for (size_t i = 0; i < num; i++) {
    if (table[i].number == number) {
      return table[i].name;
    }
  }
  return NULL;
}

/* The symbol, or "PREFIX_17" written into |space|. */
static const char *symbol_or_number(const struct symbol *table, size_t num,
                                    int number, const char *prefix,
                                    char space[64]) {
  const char *name = symbol_find(table, num, number);
  if (name != NULL) {
    return name;
  }

  snprintf(space, 64, "%s%d", prefix, number);
  return space;
}

static const struct symbol ERRORS[] = {
    SYMBOL(SSL_ERROR_NONE),
    SYMBOL(SSL_ERROR_SSL),
    SYMBOL(SSL_ERROR_WANT_READ),
    SYMBOL(SSL_ERROR_WANT_WRITE),
    SYMBOL(SSL_ERROR_WANT_X509_LOOKUP),
    SYMBOL(SSL_ERROR_SYSCALL),
    SYMBOL(SSL_ERROR_ZERO_RETURN),
    SYMBOL(SSL_ERROR_WANT_CONNECT),
    SYMBOL(SSL_ERROR_WANT_ACCEPT),
    SYMBOL(SSL_ERROR_WANT_ASYNC),
    SYMBOL(SSL_ERROR_WANT_ASYNC_JOB),
    SYMBOL(SSL_ERROR_WANT_CLIENT_HELLO_CB),
    {12, "SSL_ERROR_WANT_RETRY_VERIFY"}, /* since 3.0 */
};

const char *subject_error_symbol(int ssl_get_error) {
  static char space[64];
  return symbol_or_number(ERRORS, NUM(ERRORS), ssl_get_error, "SSL_ERROR_",
                          space);
}

static const struct symbol WANTS[] = {
    SYMBOL(SSL_NOTHING),         SYMBOL(SSL_WRITING),
    SYMBOL(SSL_READING),         SYMBOL(SSL_X509_LOOKUP),
    SYMBOL(SSL_ASYNC_PAUSED),    SYMBOL(SSL_ASYNC_NO_JOBS),
    SYMBOL(SSL_CLIENT_HELLO_CB), {8, "SSL_RETRY_VERIFY"}, /* since 3.0 */
};

const char *subject_want_symbol(int ssl_want) {
  static char space[64];
  return symbol_or_number(WANTS, NUM(WANTS), ssl_want, "SSL_WANT_", space);
}

/* TLS alerts by their RFC names; |reason| is SSL_R_... of a received one, whose
 * text is worded differently from version to version. */
static const struct {
  int description;
  const char *name;
  const char *reason;
} ALERTS[] = {
    {0, "close_notify", NULL},
    {10, "unexpected_message", "SSL_R_SSLV3_ALERT_UNEXPECTED_MESSAGE"},
    {20, "bad_record_mac", "SSL_R_SSLV3_ALERT_BAD_RECORD_MAC"},
    {21, "decryption_failed_RESERVED", "SSL_R_TLSV1_ALERT_DECRYPTION_FAILED"},
    {22, "record_overflow", "SSL_R_TLSV1_ALERT_RECORD_OVERFLOW"},
    {30, "decompression_failure", "SSL_R_SSLV3_ALERT_DECOMPRESSION_FAILURE"},
    {40, "handshake_failure", "SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE"},
    {41, "no_certificate_RESERVED", "SSL_R_SSLV3_ALERT_NO_CERTIFICATE"},
    {42, "bad_certificate", "SSL_R_SSLV3_ALERT_BAD_CERTIFICATE"},
    {43, "unsupported_certificate",
     "SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE"},
    {44, "certificate_revoked", "SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED"},
    {45, "certificate_expired", "SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED"},
    {46, "certificate_unknown", "SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN"},
    {47, "illegal_parameter", "SSL_R_SSLV3_ALERT_ILLEGAL_PARAMETER"},
    {48, "unknown_ca", "SSL_R_TLSV1_ALERT_UNKNOWN_CA"},
    {49, "access_denied", "SSL_R_TLSV1_ALERT_ACCESS_DENIED"},
    {50, "decode_error", "SSL_R_TLSV1_ALERT_DECODE_ERROR"},
    {51, "decrypt_error", "SSL_R_TLSV1_ALERT_DECRYPT_ERROR"},
    {52, "too_many_cids_requested", NULL},
    {60, "export_restriction_RESERVED", "SSL_R_TLSV1_ALERT_EXPORT_RESTRICTION"},
    {70, "protocol_version", "SSL_R_TLSV1_ALERT_PROTOCOL_VERSION"},
    {71, "insufficient_security", "SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY"},
    {80, "internal_error", "SSL_R_TLSV1_ALERT_INTERNAL_ERROR"},
    {86, "inappropriate_fallback", "SSL_R_TLSV1_ALERT_INAPPROPRIATE_FALLBACK"},
    {90, "user_canceled", "SSL_R_TLSV1_ALERT_USER_CANCELLED"},
    {100, "no_renegotiation", "SSL_R_TLSV1_ALERT_NO_RENEGOTIATION"},
    {109, "missing_extension", "SSL_R_TLSV13_ALERT_MISSING_EXTENSION"},
    {110, "unsupported_extension", "SSL_R_TLSV1_UNSUPPORTED_EXTENSION"},
    {111, "certificate_unobtainable", "SSL_R_TLSV1_CERTIFICATE_UNOBTAINABLE"},
    {112, "unrecognized_name", "SSL_R_TLSV1_UNRECOGNIZED_NAME"},
    {113, "bad_certificate_status_response",
     "SSL_R_TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE"},
    {114, "bad_certificate_hash_value",
     "SSL_R_TLSV1_BAD_CERTIFICATE_HASH_VALUE"},
    {115, "unknown_psk_identity", "SSL_R_TLSV1_ALERT_UNKNOWN_PSK_IDENTITY"},
    {116, "certificate_required", "SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED"},
    {120, "no_application_protocol",
     "SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL"},
    {121, "ech_required", NULL},
};

const char *subject_alert_symbol(int description) {
  static char space[64];
  for (size_t i = 0; i < NUM(ALERTS); i++) {
    if (ALERTS[i].description == description) {
      return ALERTS[i].name;
    }
  }
  snprintf(space, sizeof(space), "alert_%d", description);
  return space;
}

static const char *alert_reason(int reason) {
  for (size_t i = 0; i < NUM(ALERTS); i++) {
    if (ALERTS[i].description + SSL_AD_REASON_OFFSET == reason) {
      return ALERTS[i].reason;
    }
  }
  return NULL;
}

/* Handshake types: RFC 5246 7.4, RFC 6347 4.2.1, RFC 8446 4 and B.3. */
static const struct symbol MESSAGES[] = {
    {0, "HelloRequest"},
    {1, "ClientHello"},
    {2, "ServerHello"},
    {3, "HelloVerifyRequest"},
    {4, "NewSessionTicket"},
    {5, "EndOfEarlyData"},
    {8, "EncryptedExtensions"},
    {11, "Certificate"},
    {12, "ServerKeyExchange"},
    {13, "CertificateRequest"},
    {14, "ServerHelloDone"},
    {15, "CertificateVerify"},
    {16, "ClientKeyExchange"},
    {20, "Finished"},
    {21, "CertificateURL"},
    {22, "CertificateStatus"},
    {23, "SupplementalData"},
    {24, "KeyUpdate"},
    {25, "CompressedCertificate"},
    {67, "NextProtocol"},
    {254, "message_hash"},
};

const char *subject_message_symbol(int type) {
  static char space[64];
  return symbol_or_number(MESSAGES, NUM(MESSAGES), type, "handshake_type_",
                          space);
}

/* A client's states by their texts, which are the same on every version; the
 * numbers are not. */
static const struct {
  const char *text;
  const char *symbol;
} STATES[] = {
    {"before SSL initialization", "TLS_ST_BEFORE"},
    {"SSL negotiation finished successfully", "TLS_ST_OK"},
    {"DTLS1 read hello verify request", "DTLS_ST_CR_HELLO_VERIFY_REQUEST"},
    {"SSLv3/TLS read server hello", "TLS_ST_CR_SRVR_HELLO"},
    {"SSLv3/TLS read server certificate", "TLS_ST_CR_CERT"},
    {"TLSv1.3 read server compressed certificate", "TLS_ST_CR_COMP_CERT"},
    {"SSLv3/TLS read certificate status", "TLS_ST_CR_CERT_STATUS"},
    {"SSLv3/TLS read server key exchange", "TLS_ST_CR_KEY_EXCH"},
    {"SSLv3/TLS read server certificate request", "TLS_ST_CR_CERT_REQ"},
    {"SSLv3/TLS read server done", "TLS_ST_CR_SRVR_DONE"},
    {"SSLv3/TLS read server session ticket", "TLS_ST_CR_SESSION_TICKET"},
    {"SSLv3/TLS read change cipher spec", "TLS_ST_CR_CHANGE"},
    {"SSLv3/TLS read finished", "TLS_ST_CR_FINISHED"},
    {"SSLv3/TLS write client hello", "TLS_ST_CW_CLNT_HELLO"},
    {"SSLv3/TLS write client certificate", "TLS_ST_CW_CERT"},
    {"TLSv1.3 write client compressed certificate", "TLS_ST_CW_COMP_CERT"},
    {"SSLv3/TLS write client key exchange", "TLS_ST_CW_KEY_EXCH"},
    {"SSLv3/TLS write certificate verify", "TLS_ST_CW_CERT_VRFY"},
    {"SSLv3/TLS write change cipher spec", "TLS_ST_CW_CHANGE"},
    {"SSLv3/TLS write next proto", "TLS_ST_CW_NEXT_PROTO"},
    {"SSLv3/TLS write finished", "TLS_ST_CW_FINISHED"},
    {"TLSv1.3 read encrypted extensions", "TLS_ST_CR_ENCRYPTED_EXTENSIONS"},
    {"TLSv1.3 read server certificate verify", "TLS_ST_CR_CERT_VRFY"},
    {"SSLv3/TLS read hello request", "TLS_ST_CR_HELLO_REQ"},
    {"TLSv1.3 write client key update", "TLS_ST_CW_KEY_UPDATE"},
    {"TLSv1.3 read server key update", "TLS_ST_CR_KEY_UPDATE"},
    {"TLSv1.3 early data", "TLS_ST_EARLY_DATA"},
    {"TLSv1.3 pending early data end", "TLS_ST_PENDING_EARLY_DATA_END"},
    {"TLSv1.3 write end of early data", "TLS_ST_CW_END_OF_EARLY_DATA"},
    {"error", "MSG_FLOW_ERROR"},
};

const char *subject_state_symbol(const SSL *ssl) {
  static char space[64];
  const char *text = SSL_state_string_long(ssl);
  for (size_t i = 0; i < NUM(STATES); i++) {
    if (strcmp(STATES[i].text, text) == 0) {
      return STATES[i].symbol;
    }
  }
  snprintf(space, sizeof(space), "TLS_ST_%d", (int)SSL_get_state(ssl));
  return space;
}

static const struct symbol LIBRARIES[] = {
    {ERR_LIB_SSL, "SSL"},       {ERR_LIB_X509, "X509"},
    {ERR_LIB_EVP, "EVP"},       {ERR_LIB_ASN1, "ASN1"},
    {ERR_LIB_PEM, "PEM"},       {ERR_LIB_RSA, "RSA"},
    {ERR_LIB_EC, "EC"},         {ERR_LIB_BN, "BN"},
    {ERR_LIB_DH, "DH"},         {ERR_LIB_BIO, "BIO"},
    {ERR_LIB_X509V3, "X509V3"}, {ERR_LIB_CRYPTO, "CRYPTO"},
    {ERR_LIB_RAND, "RAND"},     {ERR_LIB_ENGINE, "ENGINE"},
    {ERR_LIB_ASYNC, "ASYNC"},   {57, "PROV"}, /* since 3.0 */
    {60, "OSSL_DECODER"},
};

/* Reasons whose text is not their name in other letters. */
static const struct {
  const char *from_text;
  const char *symbol;
} REWORDED[] = {
    {"ERR_R_CALLED_A_FUNCTION_THAT_WAS_DISABLED_AT_COMPILE_TIME",
     "ERR_R_DISABLED"},
    {"ERR_R_CALLED_A_FUNCTION_YOU_SHOULD_NOT_CALL",
     "ERR_R_SHOULD_NOT_HAVE_BEEN_CALLED"},
    {"ERR_R_PASSED_A_NULL_PARAMETER", "ERR_R_PASSED_NULL_PARAMETER"},
    {"ERR_R_SYSTEM_LIB", "ERR_R_SYS_LIB"},
    {"EVP_R_EXPECTING_AN_EC_KEY", "EVP_R_EXPECTING_A_EC_KEY"},
    {"EVP_R_EXPECTING_AN_ECX_KEY", "EVP_R_EXPECTING_A_ECX_KEY"},
    {"EVP_R_PARTIALLY_OVERLAPPING_BUFFERS", "EVP_R_PARTIALLY_OVERLAPPING"},
    {"RSA_R_SALT_LENGTH_CHECK_FAILED", "RSA_R_SLEN_CHECK_FAILED"},
    {"RSA_R_SALT_LENGTH_RECOVERY_FAILED", "RSA_R_SLEN_RECOVERY_FAILED"},
    {"SSL_R_AT_LEAST__D_TLS_1_2_NEEDED_IN_SUITE_B_MODE",
     "SSL_R_AT_LEAST_TLS_1_2_NEEDED_IN_SUITEB_MODE"},
    {"SSL_R_ILLEGAL_SUITE_B_DIGEST", "SSL_R_ILLEGAL_SUITEB_DIGEST"},
    {"SSL_R_CAN_T_FIND_SRP_SERVER_PARAM", "SSL_R_MISSING_SRP_PARAM"},
    {"SSL_R_ERROR_WITH_THE_SRP_PARAMS", "SSL_R_SRP_A_CALC"},
};

/* Whether |reason| is one of those that every library shares. */
static int is_common_reason(int reason) {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  return ((unsigned)reason & ERR_RFLAG_COMMON) != 0;
#else
  return reason < 100;
#endif
}

const char *subject_reason_symbol(unsigned long error) {
  static char space[256];
  int library = ERR_GET_LIB(error);
  int reason = ERR_GET_REASON(error);
  const char *library_name = symbol_find(LIBRARIES, NUM(LIBRARIES), library);
  if (library == ERR_LIB_USER || library == ERR_LIB_SYS) {
    snprintf(space, sizeof(space), "%s:%d",
             library == ERR_LIB_USER ? "ERR_LIB_USER" : "ERR_LIB_SYS", reason);
    return space;
  }

  if (library == ERR_LIB_SSL && alert_reason(reason) != NULL) {
    return alert_reason(reason);
  }

  const char *text = ERR_reason_error_string(error);
  if (text == NULL || (library_name == NULL && !is_common_reason(reason))) {
    snprintf(space, sizeof(space), "ERR_LIB_%d:%d", library, reason);
    return space;
  }

  int len = snprintf(space, sizeof(space), "%s_R_",
                     is_common_reason(reason) ? "ERR" : library_name);
  for (; *text != '\0' && len < (int)sizeof(space) - 1; text++) {
    space[len++] = isalnum((unsigned char)*text)
                       ? (char)toupper((unsigned char)*text)
                       : '_';
  }
  space[len] = '\0';
  for (size_t i = 0; i < NUM(REWORDED); i++) {
    if (strcmp(REWORDED[i].from_text, space) == 0) {
      return REWORDED[i].symbol;
    }
  }
  return space;
}

/* What some headers lack: the value 0 says that this subject has none. */
#ifndef SSL_OP_ALLOW_CLIENT_RENEGOTIATION
#define SSL_OP_ALLOW_CLIENT_RENEGOTIATION 0
#endif
#ifndef SSL_OP_CLEANSE_PLAINTEXT
#define SSL_OP_CLEANSE_PLAINTEXT 0
#endif
#ifndef SSL_OP_DISABLE_TLSEXT_CA_NAMES
#define SSL_OP_DISABLE_TLSEXT_CA_NAMES 0
#endif
#ifndef SSL_OP_ENABLE_KTLS
#define SSL_OP_ENABLE_KTLS 0
#endif
#ifndef SSL_OP_IGNORE_UNEXPECTED_EOF
#define SSL_OP_IGNORE_UNEXPECTED_EOF 0
#endif
#ifndef SSL_OP_LEGACY_EC_POINT_FORMATS
#define SSL_OP_LEGACY_EC_POINT_FORMATS 0
#endif
#ifndef SSL_OP_NO_EXTENDED_MASTER_SECRET
#define SSL_OP_NO_EXTENDED_MASTER_SECRET 0
#endif
#ifndef SSL_OP_NO_RX_CERTIFICATE_COMPRESSION
#define SSL_OP_NO_RX_CERTIFICATE_COMPRESSION 0
#endif
#ifndef SSL_OP_NO_TX_CERTIFICATE_COMPRESSION
#define SSL_OP_NO_TX_CERTIFICATE_COMPRESSION 0
#endif
#ifndef SSL_OP_PREFER_NO_DHE_KEX
#define SSL_OP_PREFER_NO_DHE_KEX 0
#endif
#ifndef SSL_OP_ECH_GREASE
#define SSL_OP_ECH_GREASE 0
#endif

struct flag {
  unsigned long long bits;
  const char *name;
};

static const struct flag OPTIONS[] = {
    SYMBOL(SSL_OP_ALL),
    SYMBOL(SSL_OP_ALLOW_CLIENT_RENEGOTIATION),
    SYMBOL(SSL_OP_ALLOW_NO_DHE_KEX),
    SYMBOL(SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION),
    SYMBOL(SSL_OP_CIPHER_SERVER_PREFERENCE),
    SYMBOL(SSL_OP_CISCO_ANYCONNECT),
    SYMBOL(SSL_OP_CLEANSE_PLAINTEXT),
    SYMBOL(SSL_OP_COOKIE_EXCHANGE),
    SYMBOL(SSL_OP_CRYPTOPRO_TLSEXT_BUG),
    SYMBOL(SSL_OP_DISABLE_TLSEXT_CA_NAMES),
    SYMBOL(SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS),
    SYMBOL(SSL_OP_ECH_GREASE),
    SYMBOL(SSL_OP_ENABLE_KTLS),
    SYMBOL(SSL_OP_ENABLE_MIDDLEBOX_COMPAT),
    SYMBOL(SSL_OP_IGNORE_UNEXPECTED_EOF),
    SYMBOL(SSL_OP_LEGACY_EC_POINT_FORMATS),
    SYMBOL(SSL_OP_LEGACY_SERVER_CONNECT),
    SYMBOL(SSL_OP_NO_ANTI_REPLAY),
    SYMBOL(SSL_OP_NO_COMPRESSION),
    SYMBOL(SSL_OP_NO_DTLSv1),
    SYMBOL(SSL_OP_NO_DTLSv1_2),
    SYMBOL(SSL_OP_NO_ENCRYPT_THEN_MAC),
    SYMBOL(SSL_OP_NO_EXTENDED_MASTER_SECRET),
    SYMBOL(SSL_OP_NO_QUERY_MTU),
    SYMBOL(SSL_OP_NO_RENEGOTIATION),
    SYMBOL(SSL_OP_NO_RX_CERTIFICATE_COMPRESSION),
    SYMBOL(SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION),
    SYMBOL(SSL_OP_NO_TICKET),
    SYMBOL(SSL_OP_NO_TLSv1),
    SYMBOL(SSL_OP_NO_TLSv1_1),
    SYMBOL(SSL_OP_NO_TLSv1_2),
    SYMBOL(SSL_OP_NO_TLSv1_3),
    SYMBOL(SSL_OP_NO_TX_CERTIFICATE_COMPRESSION),
    SYMBOL(SSL_OP_PREFER_NO_DHE_KEX),
    SYMBOL(SSL_OP_PRIORITIZE_CHACHA),
    SYMBOL(SSL_OP_SAFARI_ECDHE_ECDSA_BUG),
    SYMBOL(SSL_OP_TLSEXT_PADDING),
};

static const struct flag MODES[] = {
    SYMBOL(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER),
    SYMBOL(SSL_MODE_ASYNC),
    SYMBOL(SSL_MODE_AUTO_RETRY),
    SYMBOL(SSL_MODE_ENABLE_PARTIAL_WRITE),
    SYMBOL(SSL_MODE_NO_AUTO_CHAIN),
    SYMBOL(SSL_MODE_RELEASE_BUFFERS),
    SYMBOL(SSL_MODE_SEND_CLIENTHELLO_TIME),
    SYMBOL(SSL_MODE_SEND_FALLBACK_SCSV),
};

static const struct flag CERT_FLAGS[] = {
    SYMBOL(SSL_CERT_FLAG_BROKEN_PROTOCOL),
    SYMBOL(SSL_CERT_FLAG_SUITEB_128_LOS),
    SYMBOL(SSL_CERT_FLAG_SUITEB_128_LOS_ONLY),
    SYMBOL(SSL_CERT_FLAG_SUITEB_192_LOS),
    SYMBOL(SSL_CERT_FLAG_TLS_STRICT),
};

static int flag_find(const struct flag *table, size_t num, const char *symbol,
                     unsigned long long *out, int *out_known) {
  *out_known = 0;
  for (size_t i = 0; i < num; i++) {
    if (strcmp(table[i].name, symbol) == 0) {
      *out_known = 1;
      *out = table[i].bits;
      return table[i].bits != 0;
    }
  }
  return 0;
}

int subject_option(const char *symbol, unsigned long long *out,
                   int *out_known) {
  return flag_find(OPTIONS, NUM(OPTIONS), symbol, out, out_known);
}

int subject_mode(const char *symbol, unsigned long *out, int *out_known) {
  unsigned long long bits = 0;
  int found = flag_find(MODES, NUM(MODES), symbol, &bits, out_known);
  *out = (unsigned long)bits;
  return found;
}

int subject_cert_flag(const char *symbol, unsigned *out, int *out_known) {
  unsigned long long bits = 0;
  int found = flag_find(CERT_FLAGS, NUM(CERT_FLAGS), symbol, &bits, out_known);
  *out = (unsigned)bits;
  return found;
}
