#pragma once
// The built pages, from memory: every file is read once at start, with its precompressed siblings ("app.js.br", "app.js.gz") beside it.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/http/router.hpp"
#include "protocols/base/failure.hpp"

namespace holdfast::gateway {

class pages_server {
public:
  static constexpr std::size_t file_bytes_max = 16 * 1024 * 1024;
  static constexpr std::size_t files_max = 4'096;

  /// Reads the folder. Where it does not exist or has no index.html the server shows a page that says so; a file that cannot be read, or
  /// more than the limits allow, is a failure.
  static result<pages_server> load(const std::filesystem::path& folder);

  pages_server(pages_server&&) noexcept;
  pages_server& operator=(pages_server&&) noexcept;
  ~pages_server();

  /// GET of everything below "/" that nothing else serves: a file; for "/", "/t/<tenant>/…" and "/console/…" the page (index.html),
  /// whatever follows, because the page routes itself; otherwise 404.
  void add_routes(router&) const;

  response serve(const request&) const;
  bool built() const noexcept;

private:
  struct state;
  explicit pages_server(std::shared_ptr<const state>);
  std::shared_ptr<const state> state_;
};

}  // namespace holdfast::gateway
