#include "gateway/http/response_head.hpp"

#include <boost/beast/http/status.hpp>

#include "gateway/http/ascii.hpp"

namespace holdfast::gateway {
namespace {

std::string_view reason(int status) {
  const auto text = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return {text.data(), text.size()};
}

bool has(const response& r, std::string_view name) {
  for (const auto& [key, value] : r.headers)
    if (ascii::equal(key, name)) return true;
  return false;
}

void append(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  for (const char c : value)
    if (!ascii::control(c) || c == '\t') out.push_back(c);
  out.append("\r\n");
}

void append_default(std::string& out, const response& r, std::string_view name, std::string_view value) {
  if (!has(r, name)) append(out, name, value);
}

bool is_page(std::string_view content_type) { return content_type.starts_with("text/html") || content_type.starts_with("image/svg"); }

}  // namespace

std::string response_head(const response& r, const response_frame& frame) {
  std::string out;
  out.reserve(512);
  out.append("HTTP/1.1 ").append(std::to_string(r.status)).append(" ").append(reason(r.status)).append("\r\n");
  append(out, "Date", frame.date);
  append(out, "Request-Id", frame.request_id);
  if (!r.content_type.empty()) append(out, "Content-Type", r.content_type);
  if (r.status >= 200 && r.status != 204 && r.status != 304) append(out, "Content-Length", std::to_string(r.body ? r.body->size() : 0));
  append_default(out, r, "Cache-Control", "no-store");
  append_default(out, r, "X-Content-Type-Options", "nosniff");
  if (!is_page(r.content_type)) append_default(out, r, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  if (frame.secure) append_default(out, r, "Strict-Transport-Security", "max-age=31536000");
  for (const auto& [name, value] : r.headers)
    if (ascii::all_token(name) && !(frame.close && ascii::equal(name, "connection"))) append(out, name, value);
  if (frame.close) append(out, "Connection", "close");
  if (!frame.close && frame.keep_alive_1_0) append(out, "Connection", "keep-alive");
  out.append("\r\n");
  return out;
}

}  // namespace holdfast::gateway
