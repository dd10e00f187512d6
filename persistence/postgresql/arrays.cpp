#include "persistence/postgresql/arrays.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace holdfast::persistence::postgresql {
namespace {

void append_hex(std::string& out, std::string_view bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  auto at = out.size();
  out.resize(at + bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out[at++] = digits[byte >> 4U];
    out[at++] = digits[byte & 15U];
  }
}

template <class Number>
void append_number(std::string& out, Number value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out.append(buffer.data(), end);
}

}  // namespace

void array_text::separate() {
  if (out_.size() > 1) out_ += ',';
}

array_text& array_text::add(std::int64_t value) {
  separate();
  append_number(out_, value);
  return *this;
}

array_text& array_text::add(double value) {
  separate();
  append_number(out_, value);
  return *this;
}

array_text& array_text::add_null() {
  separate();
  out_ += "NULL";
  return *this;
}

array_text& array_text::add_text(std::string_view text) {
  separate();
  out_ += '"';
  for (const char c : text) {
    if (c == '\0') continue;  // PostgreSQL has no such character in a text
    if (c == '"' || c == '\\') out_ += '\\';
    out_ += c;
  }
  out_ += '"';
  return *this;
}

array_text& array_text::add_bytes(std::string_view bytes) {
  separate();
  out_ += R"("\\x)";
  append_hex(out_, bytes);
  out_ += '"';
  return *this;
}

std::string array_text::take() {
  out_ += '}';
  return std::exchange(out_, {});
}

std::string bytes_text(std::string_view bytes) {
  std::string out = "\\x";
  append_hex(out, bytes);
  return out;
}

}  // namespace holdfast::persistence::postgresql
