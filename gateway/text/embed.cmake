# holdfast_embed(<out.cpp> FUNCTION <name> NAMESPACE <ns> FILES <file>…)
#   Writes, at build time, a source file with  std::span<const holdfast::text::embedded_file> <ns>::<name>();
#   so that the program carries its templates and needs no folder beside it. Run as a script it does the writing.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(HOLDFAST_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE} CACHE INTERNAL "")
  function(holdfast_embed output)
    cmake_parse_arguments(arg "" "FUNCTION;NAMESPACE" "FILES" ${ARGN})
    list(TRANSFORM arg_FILES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
    add_custom_command(
      OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${output}
      COMMAND ${CMAKE_COMMAND} -DOUTPUT=${CMAKE_CURRENT_BINARY_DIR}/${output} -DFUNCTION=${arg_FUNCTION} -DNAMESPACE=${arg_NAMESPACE}
              "-DFILES=${arg_FILES}" -P ${HOLDFAST_EMBED_SCRIPT}
      DEPENDS ${arg_FILES} ${HOLDFAST_EMBED_SCRIPT}
      COMMENT "Embedding ${output}" VERBATIM)
  endfunction()
  return()
endif()

set(text "// Generated from the files it names.\n#include <array>\n\n#include \"gateway/text/embedded.hpp\"\n\nnamespace ${NAMESPACE} {\n\n")
string(APPEND text "std::span<const holdfast::text::embedded_file> ${FUNCTION}();\n\n")
string(APPEND text "std::span<const holdfast::text::embedded_file> ${FUNCTION}() {\n")
list(LENGTH FILES count)
string(APPEND text "  static constexpr std::array<holdfast::text::embedded_file, ${count}> files{{\n")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  file(READ ${file} content)
  string(APPEND text "    {\"${name}\", R\"~embedded~(${content})~embedded~\"},\n")
endforeach()
string(APPEND text "  }};\n  return files;\n}\n\n}  // namespace ${NAMESPACE}\n")
file(WRITE ${OUTPUT} "${text}")
