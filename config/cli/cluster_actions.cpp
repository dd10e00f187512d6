// cluster drain, pause, resume, move, rebalance, passivate, restart, snapshot, log-level; tenant suspend, tenant resume: acting. Each is
// written down by the node before it is done (cluster audit-trail).
#include <boost/json/serialize.hpp>

#include "config/cli/cluster_view.hpp"
#include "config/cli/verbs.hpp"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

std::function<int(const invocation&)> on_node(std::string what) {
  return [what = std::move(what)](const invocation& args) {
    return act_as_operator(args, "/nodes/" + percent_encode(args.text("node")) + "/" + what, "{}");
  };
}

std::function<int(const invocation&)> on_entity(std::string what) {
  return [what = std::move(what)](const invocation& args) {
    return act_as_operator(args, "/entity/" + what, json::serialize(json::object{{"entityId", args.text("entity")}}));
  };
}

int move(const invocation& args) {
  return act_as_operator(args, "/shards/" + percent_encode(args.text("shard")) + "/move",
                         json::serialize(json::object{{"node", args.text("node")}}));
}

int rebalance(const invocation& args) { return act_as_operator(args, "/rebalance", "{}"); }

int log_level(const invocation& args) {
  auto node = node_client::for_operator(args);
  if (!node) return not_allowed;
  if (args.text("component").empty() != args.text("level").empty()) {
    complain("name a component and a level, or neither to see them all");
    return usage;
  }
  int exit = ok;
  const auto name = node_of(args, *node, exit);
  if (exit != ok) return exit;
  const auto at = "/nodes/" + percent_encode(name);
  if (!args.text("component").empty())
    return act_as_operator(args, at + "/log-level",
                           json::serialize(json::object{{"component", args.text("component")}, {"level", args.text("level")}}));
  return show_of_operator(args, at + "/log-levels", [&](const json::value& levels) {
    table t({"component", "level"});
    for (const auto& one : levels.at("data").as_array()) {
      if (args.json()) print_line(one.as_object());
      t.add({text_of(one, "component"), text_of(one, "level")});
    }
    if (!args.json()) print(t.text());
  });
}

int suspend(const invocation& args) {
  return act_as_operator(args, "/tenants/" + percent_encode(args.text("slug")) + "/suspend",
                         json::serialize(json::object{{"reason", args.text("reason")}}));
}

int resume(const invocation& args) { return act_as_operator(args, "/tenants/" + percent_encode(args.text("slug")) + "/resume", "{}"); }

int list(const invocation& args) {
  return show_of_operator(args, "/tenants" + paging_of(args), [&](const json::value& page) {
    table t({"tenant", "name", "flow", "entities", "commands/s", "suspended", "reason"});
    for (const auto& one : page.at("data").as_array()) {
      if (args.json()) print_line(one.as_object());
      const auto* suspension = one.as_object().if_contains("suspension");
      t.add({text_of(one, "tenant"), text_of(one, "name"), text_of(one, "flow"), figure_of(one, "entities"), figure_of(one, "commandsPerS"),
             suspension != nullptr ? "since " + text_of(*suspension, "since") : "",
             suspension != nullptr ? text_of(*suspension, "reason") : ""});
    }
    if (!args.json()) print(t.text() + text_of(page.at("pagination"), "total") + " in all\n");
  });
}

option named_node() { return {.name = "node", .help = "its name", .required = true, .positional = true}; }
option slug() { return {.name = "slug", .help = "slug of the tenant", .required = true, .positional = true}; }

}  // namespace

void register_cluster_actions(std::vector<verb>& verbs) {
  verbs.push_back({{"cluster", "drain"}, "give all shards of a node away", {}, operator_options({named_node()}), on_node("drain")});
  verbs.push_back(
      {{"cluster", "pause"}, "let a node keep its shards and take no others", {}, operator_options({named_node()}), on_node("pause")});
  verbs.push_back({{"cluster", "resume"}, "end draining and pausing of a node", {}, operator_options({named_node()}), on_node("resume")});
  verbs.push_back(
      {{"cluster", "move"},
       "hand one shard to another node",
       "It stays there until the next rebalancing, or until that node goes.",
       operator_options({{.name = "shard", .help = "0 to 255", .kind = option_kind::number, .required = true, .positional = true},
                         {.name = "node", .help = "where to", .required = true, .positional = true}}),
       move});
  verbs.push_back({{"cluster", "rebalance"}, "bring all shards to where they belong now", {}, operator_options(), rebalance});
  verbs.push_back({{"cluster", "passivate"}, "put an entity away", {}, operator_options({entity_option()}), on_entity("passivate")});
  verbs.push_back(
      {{"cluster", "restart"}, "let an entity read its journal again", {}, operator_options({entity_option()}), on_entity("restart")});
  verbs.push_back(
      {{"cluster", "snapshot"}, "take a snapshot of an entity", {}, operator_options({entity_option()}), on_entity("snapshot")});
  verbs.push_back({{"cluster", "log-level"},
                   "see or set how closely parts of a node are listened to",
                   "A change lasts until the node ends.",
                   operator_options({{.name = "component", .help = "part of the node", .positional = true},
                                     {.name = "level",
                                      .help = "least level that is written",
                                      .positional = true,
                                      .choices = {"trace", "debug", "info", "warn", "error"}},
                                     {.name = "node", .help = "default: the one that answers"}}),
                   log_level});
  verbs.push_back({{"tenant", "list"}, "tenants with their load and state", {}, paging_options({}), list});
  verbs.push_back({{"tenant", "suspend"},
                   "take no new holds and bookings for a tenant",
                   "What is booked stays: it can be looked at, cancelled and checked in.",
                   operator_options({slug(), {.name = "reason", .help = "kept with it", .required = true}}),
                   suspend});
  verbs.push_back({{"tenant", "resume"}, "take holds and bookings for a tenant again", {}, operator_options({slug()}), resume});
}

}  // namespace holdfast::cli
