// cluster status, nodes, shards, find, entity, slow, audit-trail: looking.
#include <boost/json/serialize.hpp>
#include <map>

#include "config/cli/cluster_view.hpp"
#include "config/cli/verbs.hpp"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

/// Rows of a list, or one JSON object per line.
void show_list(const json::value& rows, bool as_json, std::vector<std::string> header,
               const std::function<std::vector<std::string>(const json::value&)>& cells) {
  table t(std::move(header));
  for (const auto& row : rows.as_array()) {
    if (as_json)
      print_line(row.as_object());
    else
      t.add(cells(row));
  }
  if (!as_json) print(t.text());
}

void show_total(const json::value& page, bool as_json) {
  if (!as_json) print(text_of(page.at("pagination"), "total") + " in all\n");
}

std::vector<std::string> node_cells(const json::value& n) {
  return {text_of(n, "node"),
          text_of(n, "state") + (text_of(n, "paused") == "true" ? ", paused" : ""),
          text_of(n, "version"),
          text_of(n, "startedAt"),
          figure_of(n, "cpu"),
          bytes_of(n, "memoryBytes"),
          figure_of(n, "connections"),
          figure_of(n, "requestsPerS"),
          figure_of(n, "errorsPerS"),
          figure_of(n, "requestP99Ms"),
          figure_of(n, "commandsInFlight"),
          figure_of(n, "entities"),
          figure_of(n, "shards"),
          figure_of(n, "rowsPerCommit"),
          figure_of(n, "commitP99Ms"),
          figure_of(n, "replicationLagMs")};
}

int nodes(const invocation& args) {
  return show_of_operator(args, "/cluster", [&](const json::value& cluster) {
    show_list(cluster.at("nodes"), args.json(),
              {"node", "state", "version", "started", "cpu", "memory", "conn", "req/s", "err/s", "p99 ms", "in flight", "entities",
               "shards", "rows/commit", "commit p99 ms", "replica lag ms"},
              &node_cells);
  });
}

struct tally {
  int shards = 0, moving = 0;
  double commands = 0;
};

int status(const invocation& args) {
  return show_of_operator(args, "/cluster", [&](const json::value& cluster) {
    std::map<std::string, tally> owners;
    int moving = 0;
    for (const auto& s : cluster.at("shards").as_array()) {
      auto& of = owners[text_of(s, "node")];
      ++of.shards;
      moving += s.as_object().contains("movingTo") ? 1 : 0;
      of.commands += s.at("commandsPerS").to_number<double>();
    }
    if (args.json()) {
      json::object line{
          {"at", cluster.at("at")}, {"clustered", cluster.at("clustered")}, {"moving", moving}, {"nodes", cluster.at("nodes")}};
      json::object held;
      for (const auto& [node, of] : owners) held[node] = of.shards;
      line["shards"] = std::move(held);
      return print_line(line);
    }
    print(cluster.at("clustered").as_bool() ? "a cluster" : "one node, alone");
    print(", as of " + text_of(cluster, "at") + ", seen from " + text_of(cluster, "seenFrom") + "\n\n");
    table t({"node", "state", "shards", "commands/s"});
    for (const auto& n : cluster.at("nodes").as_array()) {
      const auto& of = owners[text_of(n, "node")];
      t.add({text_of(n, "node"), text_of(n, "state"), std::to_string(of.shards), figure_of(json::object{{"v", of.commands}}, "v")});
    }
    print(t.text());
    if (owners.contains("")) print(std::to_string(owners[""].shards) + " shards are served by nobody\n");
    if (moving > 0) print(std::to_string(moving) + " shards are moving\n");
  });
}

int shards(const invocation& args) {
  return show_of_operator(args, "/cluster", [&](const json::value& cluster) {
    json::array rows;
    for (const auto& s : cluster.at("shards").as_array()) {
      const bool quiet = s.at("entities") == 0 && !s.as_object().contains("movingTo") && !text_of(s, "node").empty();
      const bool wanted = args.text("node").empty() ? args.flag("all") || args.json() || !quiet : text_of(s, "node") == args.text("node");
      if (wanted) rows.push_back(s);
    }
    const auto shown = rows.size();
    show_list(rows, args.json(), {"shard", "node", "epoch", "moving to", "entities", "commands/s"}, [](const json::value& s) {
      return std::vector<std::string>{text_of(s, "shard"),    text_of(s, "node"),       text_of(s, "epoch"),
                                      text_of(s, "movingTo"), figure_of(s, "entities"), figure_of(s, "commandsPerS")};
    });
    if (!args.json() && shown < 256 && args.text("node").empty())
      print(std::to_string(256 - shown) + " quiet shards are not shown (--all shows them)\n");
  });
}

int find(const invocation& args) {
  auto path = "/entities" + paging_of(args);
  for (const auto& [name, key] :
       {std::pair("tenant", "tenant"), std::pair("event", "event"), std::pair("id", "id"), std::pair("code", "confirmationCode")})
    if (!args.text(name).empty()) path += std::string("&") + key + "=" + percent_encode(args.text(name));
  return show_of_operator(args, path, [&](const json::value& page) {
    show_list(page.at("data"), args.json(), {"entity", "title", "booking", "status", "shard", "node"}, [](const json::value& e) {
      return std::vector<std::string>{text_of(e, "entityId"), text_of(e, "title"), text_of(e, "bookingId"),
                                      text_of(e, "status"),   text_of(e, "shard"), text_of(e, "node")};
    });
    show_total(page, args.json());
  });
}

void show_run(const json::value& entity) {
  table t({"", ""});
  const auto& run = entity.at("run");
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) t.add({name, value});
  };
  add("entity", text_of(entity, "entityId"));
  add("node", text_of(entity, "node"));
  add("shard", text_of(entity, "shard"));
  add("phase", run.is_null() ? "not reached" : text_of(run, "phase"));
  add("running since", text_of(run, "startedAt"));
  add("mailbox", text_of(run, "mailbox"));
  add("answers waiting", text_of(run, "answersWaiting"));
  add("commands waiting", text_of(run, "commandsWaiting"));
  add("subscribers", text_of(entity, "subscribers"));
  add("sequence", text_of(entity, "sequence"));
  add("snapshot", text_of(entity, "snapshotSequence"));
  add("timer", text_of(entity, "timerDueAt"));
  add("answers kept", text_of(entity, "answers"));
  if (text_of(entity, "kind") == "block") add("bookings", text_of(entity, "bookings") + " " + text_of(entity, "statuses"));
  print(t.text());
}

int entity(const invocation& args) {
  const auto path = "/entity?id=" + percent_encode(args.text("entity")) + "&events=" + args.text("events");
  return show_of_operator(args, path, [&](const json::value& found) {
    if (args.json()) return print_line(found.as_object());
    show_run(found);
    print("\n");
    show_list(found.at("events"), false, {"sequence", "at", "events", "request"}, [](const json::value& e) {
      std::string names;
      for (const auto& one : e.at("events").as_array()) names += (names.empty() ? "" : " ") + text_of(one, "event");
      return std::vector<std::string>{text_of(e, "sequence"), text_of(e, "at"), names, text_of(e, "traceId")};
    });
    if (args.flag("state")) print("\n" + json::serialize(found.at("state")) + "\n");
  });
}

int slow(const invocation& args) {
  auto node = node_client::for_operator(args);
  if (!node) return not_allowed;
  int exit = ok;
  const auto name = node_of(args, *node, exit);
  if (exit != ok) return exit;
  return show_of_operator(args, "/nodes/" + percent_encode(name) + "/slow-requests" + paging_of(args), [&](const json::value& page) {
    show_list(page.at("data"), args.json(), {"at", "ms", "status", "request", "tenant", "from", "request id"}, [](const json::value& r) {
      return std::vector<std::string>{
          text_of(r, "at"),     figure_of(r, "ms"),   text_of(r, "status"),   text_of(r, "method") + " " + text_of(r, "path"),
          text_of(r, "tenant"), text_of(r, "remote"), text_of(r, "requestId")};
    });
    if (!args.json()) print(text_of(page.at("pagination"), "total") + " took " + text_of(page, "thresholdMs") + " ms or longer\n");
  });
}

int audit_trail(const invocation& args) {
  auto path = "/actions" + paging_of(args);
  for (const auto* name : {"subject", "action", "target"})
    if (!args.text(name).empty()) path += std::string("&") + name + "=" + percent_encode(args.text(name));
  return show_of_operator(args, path, [&](const json::value& page) {
    show_list(page.at("data"), args.json(), {"id", "at", "who", "from", "action", "target", "detail", "outcome"}, [](const json::value& a) {
      const auto outcome = text_of(a, "outcome");
      return std::vector<std::string>{
          text_of(a, "id"),     text_of(a, "at"),     text_of(a, "subject"), text_of(a, "remote"),
          text_of(a, "action"), text_of(a, "target"), text_of(a, "detail"),  outcome.empty() ? "not known" : outcome};
    });
    show_total(page, args.json());
  });
}

}  // namespace

void register_cluster(std::vector<verb>& verbs) {
  verbs.push_back({{"cluster", "status"}, "who is there and who serves what, in a few lines", {}, operator_options(), status});
  verbs.push_back({{"cluster", "nodes"}, "every node with its figures of the last second", {}, operator_options(), nodes});
  verbs.push_back({{"cluster", "shards"},
                   "shards with their owners and load",
                   {},
                   operator_options({{.name = "node", .help = "only those that this node serves"},
                                     {.name = "all", .help = "also those without entities", .kind = option_kind::flag}}),
                   shards});
  verbs.push_back(
      {{"cluster", "find"},
       "find entities by what people know",
       "Without options: the tenants. --tenant: its events; with --event, the event and its blocks. --id: an event, a block or a\n"
       "booking of the tenant. --code: the block that holds the booking with this confirmation code.",
       paging_options({{.name = "tenant", .help = "slug"},
                       {.name = "event", .help = "event of the tenant"},
                       {.name = "id", .help = "id of an event, a block, a booking, or the whole id of an entity"},
                       {.name = "code", .help = "confirmation code"}}),
       find});
  verbs.push_back(
      {{"cluster", "entity"},
       "one entity: its run and its last events",
       {},
       operator_options({entity_option(),
                         {.name = "events", .help = "how many of the last events", .kind = option_kind::number, .fallback = "20"},
                         {.name = "state", .help = "also the state, as JSON", .kind = option_kind::flag}}),
       entity});
  verbs.push_back({{"cluster", "slow"},
                   "requests of a node that took long, the newest first",
                   {},
                   paging_options({{.name = "node", .help = "default: the one that answers"}}),
                   slow});
  verbs.push_back({{"cluster", "audit-trail"},
                   "what operators did, the newest first",
                   {},
                   paging_options({{.name = "subject", .help = "only by this one"},
                                   {.name = "action", .help = "only such: drain_node, suspend_tenant, …"},
                                   {.name = "target", .help = "only on this node, shard, entity or tenant"}}),
                   audit_trail});
}

}  // namespace holdfast::cli
