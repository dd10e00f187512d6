// holdfast: the command line. The only file that compiles CLI11: verbs are described with config/cli/verb.hpp and put into its terms here.
#include <CLI/CLI.hpp>

#include <cstdio>
#include <deque>
#include <memory>

#include "config/cli/verbs.hpp"

namespace holdfast::cli {
namespace {

constexpr const char* footer =
    "Exit codes: 0 done; 1 refused or failed; 2 wrong command line; 3 no node answers; 4 not allowed.\n"
    "Every verb has --help and --json.";

/// The storage CLI11 writes into while it parses one verb.
struct bound_verb {
  const verb* what = nullptr;
  CLI::App* app = nullptr;
  std::map<std::string, std::string> single;
  std::map<std::string, std::vector<std::string>> lists;
  std::map<std::string, bool> flags;
};

void bind_option(bound_verb& bound, const option& o) {
  const auto name = o.positional ? o.name : "--" + o.name;
  if (o.kind == option_kind::flag) {
    bound.app->add_flag(name, bound.flags[o.name], o.help);
    return;
  }
  auto* made = o.kind == option_kind::texts ? bound.app->add_option(name, bound.lists[o.name], o.help)
                                            : bound.app->add_option(name, bound.single[o.name], o.help);
  if (o.kind == option_kind::number) made->check(CLI::TypeValidator<std::int64_t>());
  if (o.required) made->required();
  if (!o.fallback.empty()) made->default_str(o.fallback);
  if (!o.environment.empty()) made->envname(o.environment);
  if (!o.choices.empty()) made->check(CLI::IsMember(o.choices));
}

/// The subcommand "tenant" of "tenant apply"; made by the first verb that needs it. Verbs have one or two words.
CLI::App* group_of(CLI::App& root, std::map<std::string, CLI::App*>& groups, const verb& v) {
  if (v.path.size() == 1) return &root;
  auto*& group = groups[v.path[0]];
  if (group == nullptr) group = root.add_subcommand(v.path[0], v.path[0] + " ...")->require_subcommand(1);
  return group;
}

invocation as_invocation(const bound_verb& bound) {
  invocation::values out;
  for (const auto& o : bound.what->options) {
    auto& values = out[o.name];
    if (o.kind == option_kind::flag)
      values = {bound.flags.at(o.name) ? "true" : "false"};
    else if (o.kind == option_kind::texts)
      values = bound.lists.at(o.name);
    else if (!bound.single.at(o.name).empty())
      values = {bound.single.at(o.name)};
    if (values.empty() && !o.fallback.empty()) values = {o.fallback};
  }
  return invocation(std::move(out));
}

int run(int argc, char** argv) {
  std::vector<verb> verbs;
  register_tenant(verbs);
  register_import(verbs);
  register_event(verbs);
  register_booking(verbs);
  register_token(verbs);
  register_audit(verbs);
  register_backup(verbs);
  register_keys(verbs);
  register_certs(verbs);
  register_cluster(verbs);
  register_cluster_actions(verbs);
  register_version(verbs);

  CLI::App app("holdfast: run and fill a booking platform from the command line", "holdfast");
  app.require_subcommand(1);
  app.footer(footer);
  std::map<std::string, CLI::App*> groups;
  std::deque<bound_verb> bound;
  for (const auto& v : verbs) {
    auto& b = bound.emplace_back();
    b.what = &v;
    b.app = group_of(app, groups, v)->add_subcommand(v.path.back(), v.summary);
    b.app->footer(v.description.empty() ? footer : v.description + "\n\n" + footer);
    for (const auto& o : v.options) bind_option(b, o);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ok : usage;
  }
  for (const auto& b : bound)
    if (b.app->parsed()) return b.what->run(as_invocation(b));
  return usage;
}

}  // namespace
}  // namespace holdfast::cli

int main(int argc, char** argv) {
  try {
    return holdfast::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "holdfast: %s\n", error.what());
    return holdfast::cli::failed;
  }
}
