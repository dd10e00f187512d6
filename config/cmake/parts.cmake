# holdfast_library(<name> SOURCES … LINK … [PRIVATE_LINK …] [PCH header…])
#   A static library of ours: includes are written from the top of the tree ("persistence/journal.hpp").
# holdfast_test(<name> SOURCES … LINK … [PCH header…] [TIMEOUT s])
#   One GoogleTest binary, one CTest test.
include(GoogleTest OPTIONAL)

function(holdfast_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK;PRIVATE_LINK;PCH" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE holdfast_warnings ${arg_PRIVATE_LINK})
  if(arg_PCH)
    target_precompile_headers(${name} PRIVATE ${arg_PCH})
  endif()
endfunction()

function(holdfast_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK;PCH" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE holdfast_warnings ${arg_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  if(arg_PCH)
    target_precompile_headers(${name} PRIVATE ${arg_PCH})
  endif()
endfunction()

function(holdfast_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK;PCH" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE holdfast_warnings ${arg_LINK} GTest::gtest GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name} PRIVATE <gtest/gtest.h> ${arg_PCH})
  # What is tested is optimised; the tests themselves need not be: they compile in half the time, and GCC 12 warns, when it optimises, of string
  # concatenations in the standard library that are fine.
  target_compile_options(${name} PRIVATE -O0)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT}
    ENVIRONMENT "HOLDFAST_BUILD=${CMAKE_BINARY_DIR};LSAN_OPTIONS=print_suppressions=0,suppressions=${CMAKE_SOURCE_DIR}/config/sanitizers/lsan.supp;UBSAN_OPTIONS=print_stacktrace=1,suppressions=${CMAKE_SOURCE_DIR}/config/sanitizers/ubsan.supp;TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/config/sanitizers/tsan.supp")
endfunction()
