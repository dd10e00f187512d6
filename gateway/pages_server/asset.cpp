#include "gateway/pages_server/asset.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/http/ascii.hpp"
#include "gateway/http/content_coding.hpp"

namespace holdfast::gateway {
namespace {

constexpr std::size_t hash_length = 8;

// Scripts and styles only from here; the QR reader needs WebAssembly; scanning shows the camera as a blob.
constexpr std::string_view content_security_policy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

constexpr std::array<std::pair<std::string_view, std::string_view>, 17> types{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".wasm", "application/wasm"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".xml", "application/xml"},
    {".pdf", "application/pdf"},
}};

constexpr std::array<std::string_view, 3> coding_names{"", "gzip", "br"};

}  // namespace

std::string_view content_type_of(std::string_view path) noexcept {
  for (const auto& [extension, type] : types)
    if (path.ends_with(extension)) return type;
  return "application/octet-stream";
}

bool has_hashed_name(std::string_view path) noexcept {
  const auto name = path.substr(path.rfind('/') + 1);
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot < hash_length + 1 || !path.starts_with("/assets/")) return false;
  const auto hash = name.substr(dot - hash_length, hash_length);
  return name[dot - hash_length - 1] == '-' &&
         std::all_of(hash.begin(), hash.end(), [](char c) { return ascii::alpha(c) || ascii::digit(c) || c == '_' || c == '-'; });
}

coding choose_coding(const asset& file, std::string_view accept) noexcept {
  for (const auto c : {coding::brotli, coding::gzip}) {
    const auto i = static_cast<std::size_t>(c);
    if (file.bodies[i] && accepts_coding(accept, coding_names[i])) return c;
  }
  return coding::identity;
}

response answer_with(const asset& file, const request& asked) {
  const auto i = static_cast<std::size_t>(choose_coding(file, asked.header("accept-encoding")));
  response out;
  out.headers = {{"ETag", file.etags[i]}, {"Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache"}};
  if (file.bodies[1] || file.bodies[2]) out.headers.emplace_back("Vary", "Accept-Encoding");
  // Also with a 304: its headers replace those of the copy that the browser kept.
  out.headers.emplace_back("Content-Security-Policy", content_security_policy);
  out.headers.emplace_back("Referrer-Policy", "no-referrer");  // links in mails carry tokens in their query
  out.headers.emplace_back("Permissions-Policy", "camera=(self), microphone=(), geolocation=(self)");
  out.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  if (etag_matches(asked.header("if-none-match"), file.etags[i])) {
    out.status = 304;
    return out;
  }
  out.content_type = file.content_type;
  out.body = file.bodies[i];
  if (i != 0) out.headers.emplace_back("Content-Encoding", coding_names[i]);
  return out;
}

}  // namespace holdfast::gateway
