#include <array>
#include <charconv>

#include "tests/bench/load/scenario.hpp"

namespace holdfast::bench {
namespace {

void append_number(std::string& out, std::uint64_t n, int base = 10) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), n, base).ptr;
  out.append(digits.data(), end);
}

void append_hex(std::string& out, std::uint64_t n) {
  static constexpr std::string_view digits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out += digits[(n >> shift) & 15U];
}

}  // namespace

void request_writer::get(std::string& out, std::string_view path) const {
  out.append("GET ").append(path).append(" HTTP/1.1\r\nHost: localhost\r\nHoldfast-Tenant: ").append(tenant_).append("\r\n\r\n");
}

void request_writer::post(std::string& out, std::string_view path, std::string_view body, std::string_view access) {
  out.append("POST ").append(path).append(" HTTP/1.1\r\nHost: localhost\r\nHoldfast-Tenant: ").append(tenant_);
  out.append("\r\nIdempotency-Key: ");
  append_hex(out, random_());
  append_hex(out, random_());
  if (!access.empty()) out.append("\r\nHoldfast-Access: ").append(access);
  out.append("\r\nContent-Type: application/json\r\nContent-Length: ");
  append_number(out, body.size());
  out.append("\r\n\r\n").append(body);
}

void request_writer::append_guest(std::string& body) {
  body.append(R"(,"userDetails":{"firstName":"Ida","lastName":"Lund","email":"guest)");
  append_number(body, random_() % 1'000'000'000);
  body.append(R"(@example.org"})");
}

}  // namespace holdfast::bench
