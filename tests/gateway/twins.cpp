#include "tests/gateway/twins.hpp"

#include <prometheus/text_serializer.h>

#include "tests/support/temporary_folder.hpp"

namespace holdfast::gateway::test {

node_keys fresh_keys() {
  const holdfast::test::temporary_folder folder;
  seeded_entropy random;
  return std::move(*node_keys::load_or_create(folder.path() / "node.keys", random));
}

double metric(prometheus::Registry& registry, const std::string& name, const std::string& labels) {
  std::stringstream text;
  prometheus::TextSerializer().Serialize(text, registry.Collect());
  const auto wanted = name + labels + " ";
  for (std::string line; std::getline(text, line);)
    if (line.starts_with(wanted)) return std::stod(line.substr(wanted.size()));
  return -1;
}

}  // namespace holdfast::gateway::test
