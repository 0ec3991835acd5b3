/* cmocka_all: cmocka, with what it wants included before it. */
#ifndef CERTSPEC_TESTS_CMOCKA_ALL_H
#define CERTSPEC_TESTS_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
