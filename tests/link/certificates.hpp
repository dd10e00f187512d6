#pragma once
// Certificates for tests, in a folder of their own: good ones, expired ones, from a stranger's authority.
#include <filesystem>
#include <string>

#include "actors/link/credentials.hpp"
#include "config/certs/certificates.hpp"
#include "tests/support/temporary_folder.hpp"

namespace holdfast::actors::link::test {

class test_authority {
public:
  test_authority() {
    const auto now = system_clock().now();
    root_ = certs::make_authority("test", {now - 48 * hour_ms, now + 48 * hour_ms}, system_entropy()).value();
    write("ca.pem", root_.certificate);
  }

  /// Valid from an hour ago until `hours` from now; a negative number has expired.
  credential_files certify(const std::string& node, std::int64_t hours = 24, const std::string& file = {}) const {
    const auto now = system_clock().now();
    const auto made = certs::certify_node(root_, node, {now - 24 * hour_ms, now + hours * hour_ms}, system_entropy()).value();
    const auto& name = file.empty() ? node : file;
    write(name + ".pem", made.certificate);
    write(name + ".key", made.key);
    return {folder() / (name + ".pem"), folder() / (name + ".key"), folder() / "ca.pem"};
  }
  const std::filesystem::path& folder() const { return folder_.path(); }
  const certs::certified_key& root() const { return root_; }

  static constexpr std::int64_t hour_ms = 3'600'000;

private:
  void write(const std::string& name, const std::string& text) const {
    const auto file = folder_.write(name, text);
    std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }

  holdfast::test::temporary_folder folder_;
  certs::certified_key root_;
};

}  // namespace holdfast::actors::link::test
