#pragma once
// Array literals for unnest: how a statement takes many rows in one round trip, the same in every version of libpqxx.
#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::persistence::postgresql {

class array_text {
public:
  array_text& add(std::int64_t);
  array_text& add(double);
  array_text& add_null();
  array_text& add_text(std::string_view);   // NUL characters are left out
  array_text& add_bytes(std::string_view);  // bytea
  /// "{…}"; the object is done for.
  std::string take();

private:
  void separate();
  std::string out_ = "{";
};

/// A single bytea parameter.
std::string bytes_text(std::string_view);

}  // namespace holdfast::persistence::postgresql
