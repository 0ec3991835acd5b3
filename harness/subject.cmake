# subject: a fork of OpenSSL lacks some of its API. subject_FORK.h, included
# before everything else, makes up for it.
if(EXISTS "${OPENSSL_INCLUDE_DIR}/openssl/base.h")
  set(certspec_fork boringssl)
elseif(EXISTS "${OPENSSL_INCLUDE_DIR}/../wolfssl/options.h")
  set(certspec_fork wolfssl)
endif()
if(certspec_fork)
  message(STATUS "Subject: a fork, ${certspec_fork}")
  target_compile_options(libcertspec PUBLIC
    "$<BUILD_INTERFACE:SHELL:-include ${CMAKE_CURRENT_SOURCE_DIR}/subject_${certspec_fork}.h>"
    "$<INSTALL_INTERFACE:SHELL:-include $<INSTALL_PREFIX>/${CMAKE_INSTALL_INCLUDEDIR}/certspec/subject_${certspec_fork}.h>")
endif()
