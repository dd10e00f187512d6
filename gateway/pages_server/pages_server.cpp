#include "gateway/pages_server/pages_server.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "gateway/http/problem.hpp"
#include "gateway/pages_server/asset.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::gateway {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view not_built =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Holdfast</title></head>\n"
    "<body><main><h1>The pages are not built</h1>\n<p>The API is running. Build the pages with <code>./dev build</code> and start "
    "again.</p>"
    "</main></body></html>\n";

std::string etag_of(std::string_view content) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data());
  std::string out = "\"";
  for (std::size_t i = 0; i < 12; ++i) {
    out.push_back("0123456789abcdef"[digest[i] >> 4U]);
    out.push_back("0123456789abcdef"[digest[i] & 15U]);
  }
  return out + "\"";
}

result<std::string> read_file(const fs::path& file) {
  std::error_code ec;
  const auto size = fs::file_size(file, ec);
  if (ec) return fail(failure_code::unavailable, "page " + file.string() + ": " + ec.message());
  if (size > pages_server::file_bytes_max) return fail(failure_code::invalid_argument, "page " + file.string() + " is too large");
  std::string out(size, '\0');
  std::ifstream in(file, std::ios::binary);
  if (!in.read(out.data(), static_cast<std::streamsize>(size)))
    return fail(failure_code::unavailable, "page " + file.string() + " cannot be read");
  return out;
}

coding coding_of(std::string_view path) noexcept {
  return path.ends_with(".br") ? coding::brotli : path.ends_with(".gz") ? coding::gzip : coding::identity;
}

std::string without_coding(std::string path, coding c) {
  if (c != coding::identity) path.resize(path.size() - 3);
  return path;
}

void put(asset& file, coding c, std::string content) {
  const auto i = static_cast<std::size_t>(c);
  file.etags[i] = etag_of(content);
  file.bodies[i] = std::make_shared<const std::string>(std::move(content));
}

/// "/t/<tenant>" and "/console", and everything below them.
bool is_page(std::string_view path) {
  if (path == "/" || path == "/console" || path.starts_with("/console/")) return true;
  if (!path.starts_with("/t/")) return false;
  path.remove_prefix(3);
  return valid_tenant(path.substr(0, path.find('/')));
}

}  // namespace

struct pages_server::state {
  std::unordered_map<std::string, asset> files;  // by path, "/index.html"
  asset missing;                                 // said where there is no index.html

  const asset* find(const std::string& path) const {
    const auto at = files.find(path);
    return at == files.end() ? nullptr : &at->second;
  }
};

pages_server::pages_server(std::shared_ptr<const state> s) : state_(std::move(s)) {}
pages_server::pages_server(pages_server&&) noexcept = default;
pages_server& pages_server::operator=(pages_server&&) noexcept = default;
pages_server::~pages_server() = default;

result<pages_server> pages_server::load(const fs::path& folder) {
  auto out = std::make_shared<state>();
  out->missing.content_type = content_type_of(".html");
  put(out->missing, coding::identity, std::string(not_built));
  std::error_code ec;
  for (fs::recursive_directory_iterator at(folder, ec), end; !ec && at != end; at.increment(ec)) {
    if (!at->is_regular_file()) continue;
    if (out->files.size() >= files_max) return fail(failure_code::invalid_argument, "too many files in " + folder.string());
    auto content = read_file(at->path());
    if (!content) return content.error();
    auto path = "/" + at->path().lexically_relative(folder).generic_string();
    const auto c = coding_of(path);
    path = without_coding(std::move(path), c);
    auto& file = out->files[path];
    file.content_type = content_type_of(path);
    file.immutable = has_hashed_name(path);
    put(file, c, *std::move(content));
  }
  if (ec && fs::exists(folder)) return fail(failure_code::unavailable, "pages in " + folder.string() + ": " + ec.message());
  // A compressed file without its original is nobody's sibling.
  std::erase_if(out->files, [](const auto& entry) { return !entry.second.bodies[0]; });
  return pages_server(std::move(out));
}

bool pages_server::built() const noexcept { return state_->find("/index.html") != nullptr; }

response pages_server::serve(const request& asked) const {
  if (const auto* file = state_->find(asked.path)) return answer_with(*file, asked);
  if (!is_page(asked.path)) return problem(v1::NOT_FOUND, {}, asked);
  if (const auto* page = state_->find("/index.html")) return answer_with(*page, asked);
  auto out = answer_with(state_->missing, asked);
  out.status = 503;
  return out;
}

void pages_server::add_routes(router& to) const {
  to.add_fallback("GET", "/", "pages",
                  [s = state_](const auto& asked, const auto&, const auto& answer) { answer(pages_server(s).serve(*asked)); });
}

}  // namespace holdfast::gateway
