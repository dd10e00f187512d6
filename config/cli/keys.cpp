// keys: the secrets that all nodes of a cluster share, made before the first of them starts.
#include <filesystem>

#include "config/cli/output.hpp"
#include "config/cli/verbs.hpp"
#include "gateway/auth/keys.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::cli {
namespace {

int create_keys(const invocation& args) {
  const std::filesystem::path file = args.text("file");
  if (std::filesystem::exists(file)) {
    complain(file.string() + " exists already: its keys stay, because other keys would invalidate every token, link and ticket");
    return failed;
  }
  const auto keys = gateway::node_keys::load_or_create(file, system_entropy());
  if (!keys) {
    complain(keys.error().detail);
    return failed;
  }
  if (args.json())
    print_line({{"file", file.string()}, {"keyId", keys->key_id()}});
  else
    print(file.string() + ": key " + keys->key_id() + "\n");
  return ok;
}

}  // namespace

void register_keys(std::vector<verb>& verbs) {
  verbs.push_back(
      {{"keys", "create"},
       "make the keys that all nodes of a cluster share",
       "Signs tokens of staff and derives the links and tickets of guests. Readable by its owner only; copy it to every node and\n"
       "name it there as [node] keys_file. A node alone makes its own in the data folder.",
       {{.name = "file", .help = "where to write them", .required = true, .positional = true}, json_option()},
       create_keys});
}

}  // namespace holdfast::cli
