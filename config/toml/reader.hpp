#pragma once
// Typed reading of one TOML table: every key is asked for by name and type, whatever is left over at the end was mistyped.
// Problems go to the list; a value that could not be read keeps its default, so one bad key does not hide the next.
#include <toml++/toml.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/toml/problems.hpp"

namespace holdfast::config {

struct range {
  std::int64_t least = 0;
  std::int64_t most = INT64_MAX;
};

enum class need : std::uint8_t { optional, required };

class table_reader {
public:
  /// `name` is what messages call the table ("event", "http"). Both arguments must outlive the reader.
  table_reader(const toml::table& table, std::string name, problem_list& problems);

  bool has(std::string_view key) const;
  /// True when the key was there and right.
  bool read(std::string_view key, std::string& out, need = need::optional);
  bool read(std::string_view key, bool& out, need = need::optional);
  bool read(std::string_view key, double& out, need = need::optional);
  bool read(std::string_view key, std::int64_t& out, range = {}, need = need::optional);
  bool read(std::string_view key, std::vector<std::string>& out, need = need::optional);
  bool read(std::string_view key, std::map<std::string, std::string>& out, need = need::optional);
  bool read(std::string_view key, toml::date& out, need = need::optional);
  bool read(std::string_view key, toml::time& out, need = need::optional);
  bool read(std::string_view key, toml::date_time& out, need = need::optional);
  bool read(std::string_view key, std::vector<toml::date>& out);
  bool read(std::string_view key, std::vector<toml::date_time>& out);

  std::optional<table_reader> table(std::string_view key, need = need::optional);
  /// An array of tables ([[key]]); empty when absent.
  std::vector<table_reader> tables(std::string_view key);

  /// Says where `key` stands (or the table, if it is absent) and what is wrong with it.
  void complain(std::string_view key, const std::string& message);
  /// Reports the keys that nobody asked for. Call once, after the last read.
  void finish();

  const std::string& name() const noexcept { return name_; }
  problem_list& problems() noexcept { return *problems_; }

private:
  const toml::node* find(std::string_view key, need);
  template <class T>
  const T* typed(std::string_view key, need, const char* wanted);
  template <class T>
  bool list(std::string_view key, std::vector<T>& out, const char* wanted);
  void complain_at(const toml::node& node, std::string message);

  const toml::table* table_;
  std::string name_;
  problem_list* problems_;
  std::vector<std::string> asked_;
};

/// Empty, with the syntax error in the list, when the text is not TOML.
std::optional<toml::table> parse_document(std::string_view text, problem_list& problems);

/// The file's text; a file that cannot be read or is larger than `bytes_max` is a problem of the list.
std::optional<std::string> read_file(const std::string& path, std::size_t bytes_max, problem_list& problems);

}  // namespace holdfast::config
