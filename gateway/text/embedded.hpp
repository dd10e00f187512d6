#pragma once
// A file that the build put into the program (embed.cmake).
#include <span>
#include <string_view>

namespace holdfast::text {

struct embedded_file {
  std::string_view name;  // without folder
  std::string_view content;
};

}  // namespace holdfast::text
