#pragma once
// SQL as it is embedded into the program (sql/embed.cmake makes the rest from the .sql files).
#include <string_view>

namespace holdfast::persistence::sql {

struct statement {
  const char* name;  // also the name it is prepared under
  const char* text;
};

struct migration {
  int number;
  const char* name;
  const char* text;
};

}  // namespace holdfast::persistence::sql
