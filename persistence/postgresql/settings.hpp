#pragma once
// What a storage URL says, and the deadlines that every connection gets whether the URL thinks of them or not.
#include <chrono>
#include <string>
#include <string_view>

#include "protocols/base/failure.hpp"

namespace holdfast::persistence::postgresql {

struct settings {
  std::string conninfo;  // libpq URI without our own parameters
  std::string schema = "holdfast";
  std::chrono::milliseconds deadline{5'000};
};

result<settings> parse_settings(std::string_view url);

}  // namespace holdfast::persistence::postgresql
