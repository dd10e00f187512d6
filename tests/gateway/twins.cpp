#include "tests/gateway/twins.hpp"

#include <prometheus/text_serializer.h>

namespace holdfast::gateway::test {

double metric(prometheus::Registry& registry, const std::string& name, const std::string& labels) {
  std::stringstream text;
  prometheus::TextSerializer().Serialize(text, registry.Collect());
  const auto wanted = name + labels + " ";
  for (std::string line; std::getline(text, line);)
    if (line.starts_with(wanted)) return std::stod(line.substr(wanted.size()));
  return -1;
}

}  // namespace holdfast::gateway::test
