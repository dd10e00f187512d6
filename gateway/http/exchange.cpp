#include "gateway/http/exchange.hpp"

#include <cstdlib>

namespace holdfast::gateway {
namespace {

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view opaque(std::string_view tag) noexcept { return tag.substr(tag.starts_with("W/") ? 2 : 0); }

response with_body(int status, std::string_view type, std::string text) {
  response out;
  out.status = status;
  out.content_type = type;
  out.body = std::make_shared<const std::string>(std::move(text));
  return out;
}

}  // namespace

std::string_view request::header(std::string_view lower_case_name) const noexcept {
  for (const auto& [name, value] : headers)
    if (name == lower_case_name) return value;
  return {};
}

std::optional<std::string_view> request::query_value(std::string_view name) const noexcept {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return std::nullopt;
}

response json_response(int status, std::string text) { return with_body(status, "application/json", std::move(text)); }
response text_response(int status, std::string text) { return with_body(status, "text/plain; charset=utf-8", std::move(text)); }

response no_content() {
  response out;
  out.status = 204;
  return out;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) noexcept {
  // Our own tags hold no comma, so a list may be cut at commas.
  while (!if_none_match.empty()) {
    const auto comma = if_none_match.find(',');
    const auto candidate = trim(if_none_match.substr(0, comma));
    if (candidate == "*" || opaque(candidate) == opaque(etag)) return true;
    if (comma == std::string_view::npos) break;
    if_none_match.remove_prefix(comma + 1);
  }
  return false;
}

const std::string& path_parameters::at(std::string_view name) const {
  for (const auto& [key, value] : values)
    if (key == name) return value;
  std::abort();  // the handler asks for what its own pattern does not have
}

}  // namespace holdfast::gateway
