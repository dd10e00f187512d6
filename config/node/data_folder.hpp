#pragma once
// What lies in a node's data folder, and the lock that keeps two nodes out of one.
//
//   node.lock      locked while a node runs; holds its process id
//   node.address   where it serves, while it does
//   node.keys      signing key and token secret, mode 0600
//   holdfast.db    the embedded journal (SQLite), unless another journal is configured
//   mail/          mails as files, where mail.transport = "files"
#include <filesystem>
#include <string>

#include "protocols/base/failure.hpp"

namespace holdfast::node {

std::filesystem::path keys_file(const std::filesystem::path& data);
/// Holds the address of the running node ("http://127.0.0.1:8080\n"); absent while none runs.
std::filesystem::path address_file(const std::filesystem::path& data);
std::filesystem::path mail_folder(const std::filesystem::path& data);
/// The embedded journal of this folder.
std::string embedded_journal_url(const std::filesystem::path& data);

/// The built pages beside the running program (build/<preset>/gateway/pages/dist) or installed with it (../share/holdfast/pages); empty:
/// none.
std::string default_pages_folder();

/// Released when destroyed, or by the system when the process ends in whatever way.
class folder_lock {
public:
  /// Makes the folder (mode 0700) where it does not exist. Fails when it cannot be written or another process holds it: the message
  /// says which.
  static result<folder_lock> take(const std::filesystem::path& data);

  folder_lock(folder_lock&& other) noexcept;
  folder_lock& operator=(folder_lock&& other) noexcept;
  ~folder_lock();

private:
  explicit folder_lock(int file) : file_(file) {}
  int file_ = -1;
};

}  // namespace holdfast::node
