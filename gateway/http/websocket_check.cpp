#include "gateway/http/websocket_check.hpp"

#include <algorithm>

#include "gateway/http/ascii.hpp"
#include "gateway/http/problem.hpp"

namespace holdfast::gateway {
namespace {

bool is_key(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") &&
         std::all_of(key.begin(), key.end() - 2, [](char c) { return ascii::alpha(c) || ascii::digit(c) || c == '+' || c == '/'; });
}

bool from_own_page(const request& asked, const std::vector<std::string>& origins) {
  const auto origin = asked.header("origin");
  if (origin.empty()) return true;
  const auto scheme = origin.find("://");
  if (scheme == std::string_view::npos) return false;  // "null": a sandboxed frame or a file
  const auto host = origin.substr(scheme + 3);
  return ascii::equal(host, asked.header("host")) ||
         std::any_of(origins.begin(), origins.end(), [&](const auto& allowed) { return ascii::equal(allowed, host); });
}

response upgrade_required(const request& asked) {
  auto out = problem(v1::UPGRADE_REQUIRED, {}, asked);
  out.headers.emplace_back("Upgrade", "websocket");
  out.headers.emplace_back("Connection", "Upgrade");
  out.headers.emplace_back("Sec-WebSocket-Version", "13");
  return out;
}

}  // namespace

std::optional<response> refuse_websocket(const request& asked, bool wanted, const std::vector<std::string>& origins) {
  if (asked.method != "GET") {
    auto out = problem(v1::METHOD_NOT_ALLOWED, {}, asked);
    out.headers.emplace_back("Allow", "GET");
    return out;
  }
  if (!wanted || asked.header("sec-websocket-version") != "13") return upgrade_required(asked);
  if (!is_key(asked.header("sec-websocket-key"))) return problem(v1::MALFORMED_REQUEST, "Sec-WebSocket-Key is missing or wrong.", asked);
  if (!from_own_page(asked, origins)) return problem(v1::FORBIDDEN, "The page that asks belongs to another site.", asked);
  return std::nullopt;
}

}  // namespace holdfast::gateway
