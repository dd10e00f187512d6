# Compiler flags of our own code, the fast linker, the compiler cache, the sanitizers.
find_program(CCACHE ccache)
if(CCACHE)
  # Precompiled headers are cached too.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess> $<$<CXX_COMPILER_ID:GNU>:-fdiagnostics-color=always>)

if(HOLDFAST_SANITIZE STREQUAL "address+undefined")
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
elseif(HOLDFAST_SANITIZE STREQUAL "thread")
  # -Wno-tsan: Asio has fences, which the sanitizer cannot follow; what they order is ordered by locks as well.
  # -U: Protobuf lays its map fields out differently when it sees the macro, and the library that is installed was not built with it.
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer -Wno-tsan -U__SANITIZE_THREAD__)
  add_link_options(-fsanitize=thread)
elseif(HOLDFAST_SANITIZE)
  message(FATAL_ERROR "HOLDFAST_SANITIZE is '${HOLDFAST_SANITIZE}': use address+undefined, thread or nothing")
endif()

# Strict for what we write; libraries come in as system headers.
add_library(holdfast_warnings INTERFACE)
target_compile_options(holdfast_warnings INTERFACE -Wall -Wextra -Wpedantic -Werror -Wnon-virtual-dtor -Woverloaded-virtual -Wshadow=local)
