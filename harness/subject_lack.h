/* subject_lack: what a fork of OpenSSL was asked for and does not have. */
#ifndef CERTSPEC_SUBJECT_LACK_H
#define CERTSPEC_SUBJECT_LACK_H

/* subject_lacks notes that |function| was called, which this subject does not
 * have. */
void subject_lacks(const char *function);

/* subject_lack returns the first function that was called in this process and
 * is lacking, or NULL. */
const char *subject_lack(void);

/* subject_lack_forget forgets what was called so far. */
void subject_lack_forget(void);

/* SUBJECT_LACKS makes a function of OpenSSL's name that only notes its call
 * and returns 0 or NULL. Its arguments are declared with ANY. */
#define SUBJECT_LACKS(type, name, ...)   \
  static inline type name(__VA_ARGS__) { \
    subject_lacks(#name);                \
    return (type){0};                    \
  }

#define ANY __attribute__((unused))

#endif
