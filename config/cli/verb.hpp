#pragma once
// What a verb of `holdfast` is: its name, its options and a function. Verbs describe themselves with these plain types, so only main.cpp
// compiles the command-line library; a new verb is one file with one register function and a line in verbs.hpp.
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::cli {

/// Exit codes, the same for every verb; printed by `holdfast --help`.
enum exit_code : int {
  ok = 0,
  failed = 1,       // the node refused, a file has errors, a check did not hold
  usage = 2,        // the command line itself is wrong
  unreachable = 3,  // no node answers at the address, or it went away
  not_allowed = 4,  // no token, or one that does not allow this
};

enum class option_kind : std::uint8_t { text, number, flag, texts };

struct option {
  std::string name = {};  // "tenant" → --tenant; positional: "files"
  std::string help = {};
  option_kind kind = option_kind::text;
  bool required = false;
  bool positional = false;
  std::string fallback = {};     // shown in the help
  std::string environment = {};  // read when the option is not given
  std::vector<std::string> choices = {};
};

/// A parsed command line. Asking for an option that the verb does not have is a programming error and aborts.
class invocation {
public:
  using values = std::map<std::string, std::vector<std::string>, std::less<>>;
  explicit invocation(values v) : values_(std::move(v)) {}

  const std::string& text(std::string_view name) const;  // empty when not given and without fallback
  std::int64_t number(std::string_view name) const;
  bool flag(std::string_view name) const;
  const std::vector<std::string>& texts(std::string_view name) const;
  bool json() const { return flag("json"); }

private:
  values values_;
};

struct verb {
  std::vector<std::string> path;  // {"tenant", "apply"}
  std::string summary;
  std::string description;  // shown by --help below the options
  std::vector<option> options;
  std::function<int(const invocation&)> run;
};

/// --url, --tenant, --token, --data, --json: for every verb that talks to a node.
std::vector<option> node_options(std::vector<option> own, bool with_tenant = true);
option json_option();

}  // namespace holdfast::cli
