# dependencies: the subject, jansson, cmocka and a Python that has the modules.

# The subject. A given OPENSSL_ROOT_DIR is an order, not a hint: FindOpenSSL
# would take the system's library when the folder holds none.
if(NOT OPENSSL_ROOT_DIR AND DEFINED ENV{OPENSSL_ROOT_DIR})
  set(OPENSSL_ROOT_DIR "$ENV{OPENSSL_ROOT_DIR}")
endif()
find_package(OpenSSL REQUIRED COMPONENTS SSL Crypto)
if(OPENSSL_ROOT_DIR)
  file(REAL_PATH "${OPENSSL_ROOT_DIR}" certspec_root EXPAND_TILDE)
  file(REAL_PATH "${OPENSSL_SSL_LIBRARY}" certspec_libssl)
  cmake_path(IS_PREFIX certspec_root "${certspec_libssl}" certspec_inside)
  if(NOT certspec_inside)
    message(FATAL_ERROR
      "no libssl in OPENSSL_ROOT_DIR ${OPENSSL_ROOT_DIR}: "
      "found ${OPENSSL_SSL_LIBRARY} instead")
  endif()
endif()
message(STATUS "Subject: ${OPENSSL_SSL_LIBRARY} ${OPENSSL_VERSION}")

find_package(PkgConfig REQUIRED)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
if(CERTSPEC_TESTS)
  pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
endif()

# certspec_find_python puts the first interpreter that has all |modules| into
# the cache variable CERTSPEC_PYTHON; one named there by hand is the only one
# tried. Ends the configuration when there is none.
function(certspec_find_python)
  if(CERTSPEC_PYTHON)
    set(candidates "${CERTSPEC_PYTHON}")
  else()
    set(candidates /usr/bin/python3 python3)
  endif()
  set(complaints "")
  foreach(candidate IN LISTS candidates)
    set(missing "")
    foreach(module IN LISTS ARGN)
      execute_process(COMMAND "${candidate}" -I -c "import ${module}"
        RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
      if(NOT result EQUAL 0)
        string(APPEND missing " ${module}")
      endif()
    endforeach()
    if(NOT missing)
      message(STATUS "Python: ${candidate} (has ${ARGN})")
      set(CERTSPEC_PYTHON "${candidate}" CACHE STRING
        "Python interpreter of the servers, checkers and reports")
      return()
    endif()
    string(APPEND complaints "\n  ${candidate} lacks${missing}")
  endforeach()
  message(FATAL_ERROR "no Python with the modules that are needed:"
    "${complaints}\nInstall them, or name an interpreter that has them with "
    "-DCERTSPEC_PYTHON=…")
endfunction()

if(CERTSPEC_TESTS)
  certspec_find_python(cryptography jsonschema jinja2 pytest hypothesis)
else()
  certspec_find_python(cryptography)
endif()
