#pragma once
// Backups of the embedded journal. A backup is one SQLite file: the journal as of one moment, and a table "backup" in which it says of
// itself when it was taken, how many rows it has, what their digest is, and, where they were given, the node's keys.
//
// Taken beside a live node: the copy reads one state of the file, and who reads a WAL holds up no writer. The log cannot be emptied
// meanwhile, so it grows by what is written during the copy.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "protocols/base/failure.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::persistence {

struct backup_facts {
  unix_ms taken_at = 0;
  std::string program;    // version of the program that took it
  int schema = 0;         // of the journal
  std::int64_t rows = 0;  // of the journal
  std::string digest;     // SHA-256 in hexadecimal over every value of every table
  bool has_keys = false;
};

/// What is being done, how much of it is done, how much it is in all. May be empty.
using backup_progress = std::function<void(std::string_view step, std::int64_t done, std::int64_t all)>;

struct backup_order {
  std::filesystem::path journal;
  std::filesystem::path target;  // failure_code::conflict where something of that name is there
  std::string keys;              // bytes of the key file; empty: left out
  std::string program;
  unix_ms now = 0;
};

/// The file appears under its name when it is whole, checked and on the disk; only its owner may read it.
result<backup_facts> back_up(const backup_order&, const backup_progress&);

/// Reads the whole backup. failure_code::corrupt: not what was written; schema_too_new: names both versions; invalid_argument: no backup.
result<backup_facts> check_backup(const std::filesystem::path& backup, const backup_progress&);

/// A journal on its way back: copied and checked beside its place, and put there as the last step.
class restored_journal {
public:
  /// Fails as check_backup does, and with failure_code::conflict where `journal` is there already.
  static result<restored_journal> draft(const std::filesystem::path& backup, const std::filesystem::path& journal, const backup_progress&);
  restored_journal(restored_journal&&) noexcept;
  restored_journal& operator=(restored_journal&&) = delete;
  ~restored_journal();  // removes what was not put in place

  const backup_facts& facts() const noexcept { return facts_; }
  /// Bytes of the key file; empty where the backup has none. They are in no page of the restored journal.
  const std::string& keys() const noexcept { return keys_; }
  result<void> put_in_place();

private:
  restored_journal() = default;

  std::filesystem::path draft_;
  std::filesystem::path journal_;
  backup_facts facts_;
  std::string keys_;
};

}  // namespace holdfast::persistence
