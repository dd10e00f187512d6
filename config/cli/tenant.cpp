// tenant apply FILE… , tenant show
#include <filesystem>

#include "config/cli/apply.hpp"
#include "config/cli/output.hpp"
#include "config/cli/verbs.hpp"

namespace holdfast::cli {
namespace {

/// All files are read before anything is sent: a mistake in the last one must not leave the first half applied.
int apply_files(const invocation& args) {
  std::vector<config::tenant_bundle> bundles;
  bool good = true;
  for (const auto& path : args.texts("files")) {
    config::problem_list problems(path);
    bundles.push_back(config::read_tenant_file(path, problems));
    if (problems.empty()) continue;
    good = false;
    for (const auto& p : problems.items()) {
      if (args.json()) print_line({{"file", p.file}, {"line", p.line}, {"column", p.column}, {"message", p.message}});
    }
    if (!args.json()) std::fputs(problems.text().c_str(), stderr);
  }
  if (!good || args.flag("check")) return good ? ok : failed;

  int exit = ok;
  for (std::size_t i = 0; i < bundles.size(); ++i) {
    auto named = node_client::from(args, bundles[i].tenant.slug());
    if (!named) return not_allowed;
    const auto figures = apply(*named, bundles[i]);
    report(figures, args.texts("files")[i], bundles[i].tenant.slug(), args.json());
    exit = std::max(exit, figures.exit);
  }
  return exit;
}

int show(const invocation& args) {
  auto node = node_client::from(args, {}, false);
  if (!node) return not_allowed;
  const auto answer = node->ask(node->make("GET", "/tenant"));
  if (answer.exit != ok) {
    complain(answer.problem);
    return answer.exit;
  }
  if (args.json()) {
    print_line(answer.body.as_object());
    return ok;
  }
  table t({"tenant", "name", "flow", "currency", "time zone", "languages", "shows"});
  const auto& shows = answer.body.as_object().if_contains("shows");
  t.add({text_of(answer.body, "slug"), text_of(answer.body, "name"), text_of(answer.body, "flow"), text_of(answer.body, "currency"),
         text_of(answer.body, "timeZone"), text_of(answer.body, "languages"),
         std::to_string(shows != nullptr && shows->is_array() ? shows->get_array().size() : 0)});
  print(t.text());
  return ok;
}

}  // namespace

void register_tenant(std::vector<verb>& verbs) {
  verbs.push_back(
      {{"tenant", "apply"},
       "create or change tenants from TOML files",
       "A file that was applied before can be applied again; what is the same stays as it is. Mistakes are reported as\n"
       "file:line:column: message, and then nothing is sent. Formats: config/tenants/README.md.",
       node_options({{.name = "files", .help = "tenant definitions", .kind = option_kind::texts, .required = true, .positional = true},
                     {.name = "check", .help = "only read the files", .kind = option_kind::flag}},
                    false),
       apply_files});
  verbs.push_back({{"tenant", "show"}, "show a tenant as guests see it", {}, node_options({}), show});
}

}  // namespace holdfast::cli
