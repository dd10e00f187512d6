// event list, event open ID…, event close ID…
#include <algorithm>

#include "config/cli/node_client.hpp"
#include "config/cli/output.hpp"
#include "config/cli/verbs.hpp"

namespace holdfast::cli {
namespace {

/// Title in the first language there is.
std::string title_of(const boost::json::value& event) {
  const auto* titles = event.is_object() ? event.get_object().if_contains("title") : nullptr;
  if (titles == nullptr || !titles->is_object() || titles->get_object().empty()) return {};
  return text_of(*titles, titles->get_object().begin()->key());
}

int list(const invocation& args) {
  auto node = node_client::from(args, {}, false);
  if (!node) return not_allowed;
  auto path = "/events?page=" + std::to_string(std::max<std::int64_t>(1, args.number("page"))) + "&limit=" + args.text("limit");
  if (!args.text("show").empty()) path += "&showId=" + percent_encode(args.text("show"));
  const auto answer = node->ask(node->make("GET", path));
  if (answer.exit != ok) {
    complain(answer.problem);
    return answer.exit;
  }
  table t({"event", "title", "starts", "ends", "open"});
  for (const auto& e : answer.body.at("data").as_array()) {
    if (args.json()) print_line(e.as_object());
    t.add({text_of(e, "resourceId"), title_of(e), text_of(e, "startDate"), text_of(e, "endDate"), text_of(e, "open")});
  }
  if (!args.json()) print(t.text() + text_of(answer.body.at("pagination"), "total") + " in all\n");
  return ok;
}

int set_open(const invocation& args, const std::string& verb_name) {
  auto node = node_client::from(args);
  if (!node) return not_allowed;
  int exit = ok;
  table t({"event", "open"});
  for (const auto& id : args.texts("events")) {
    const auto answer = node->ask(node->make("POST", "/admin/events/" + percent_encode(id) + "/" + verb_name, "{}"));
    if (answer.exit != ok) {
      complain(id + ": " + answer.problem);
      exit = std::max(exit, answer.exit);
      continue;
    }
    if (args.json()) print_line({{"event", id}, {"open", verb_name == "open"}});
    t.add({id, text_of(answer.body, "open")});
  }
  if (!args.json() && t.size() > 0) print(t.text());
  return exit;
}

option event_ids() { return {.name = "events", .help = "event ids", .kind = option_kind::texts, .required = true, .positional = true}; }

}  // namespace

void register_event(std::vector<verb>& verbs) {
  verbs.push_back({{"event", "list"},
                   "list the events of a tenant",
                   {},
                   node_options({{.name = "show", .help = "only performances of this show"},
                                 {.name = "page", .help = "page", .kind = option_kind::number, .fallback = "1"},
                                 {.name = "limit", .help = "events per page", .kind = option_kind::number, .fallback = "20"}}),
                   list});
  verbs.push_back({{"event", "open"}, "open events for booking", {}, node_options({event_ids()}), [](const auto& args) {
                     return set_open(args, "open");
                   }});
  verbs.push_back({{"event", "close"},
                   "close events for booking",
                   "Holds and bookings that exist stay as they are.",
                   node_options({event_ids()}),
                   [](const auto& args) { return set_open(args, "close"); }});
}

}  // namespace holdfast::cli
