// version
#include "config/cli/output.hpp"
#include "config/cli/verbs.hpp"

namespace holdfast::cli {

void register_version(std::vector<verb>& verbs) {
  verbs.push_back({{"version"}, "print the version", {}, {json_option()}, [](const invocation& args) {
                     if (args.json())
                       print_line({{"program", "holdfast"}, {"version", HOLDFAST_VERSION}});
                     else
                       print("holdfast " HOLDFAST_VERSION "\n");
                     return static_cast<int>(ok);
                   }});
}

}  // namespace holdfast::cli
