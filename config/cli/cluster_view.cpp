#include "config/cli/cluster_view.hpp"

#include <array>
#include <cstdio>

namespace holdfast::cli {

int show_of_operator(const invocation& args, const std::string& path, const std::function<void(const boost::json::value&)>& show) {
  auto node = node_client::for_operator(args);
  if (!node) return not_allowed;
  const auto answer = node->ask(node->make("GET", "/operator" + path));
  if (answer.exit != ok) {
    complain(answer.problem);
    return answer.exit;
  }
  show(answer.body);
  return ok;
}

int act_as_operator(const invocation& args, const std::string& path, const std::string& body) {
  auto node = node_client::for_operator(args);
  if (!node) return not_allowed;
  const auto answer = node->ask(node->make("POST", "/operator" + path, body));
  if (answer.exit != ok) {
    complain(answer.problem);
    return answer.exit;
  }
  if (args.json())
    print_line(answer.body.as_object());
  else
    print(text_of(answer.body, "action") + " " + text_of(answer.body, "target") + ": " + text_of(answer.body, "outcome") + " (action " +
          text_of(answer.body, "id") + ")\n");
  return ok;
}

std::string node_of(const invocation& args, node_client& node, int& exit) {
  if (!args.text("node").empty()) return args.text("node");
  const auto answer = node.ask(node.make("GET", "/operator/cluster"));
  exit = answer.exit;
  if (exit == ok) return text_of(answer.body, "seenFrom");
  complain(answer.problem);
  return {};
}

std::string figure_of(const boost::json::value& object, std::string_view member) {
  const auto* members = object.if_object();
  const auto* value = members == nullptr ? nullptr : members->if_contains(member);
  if (value == nullptr || !value->is_number()) return "-";
  std::array<char, 32> text{};
  const auto number = value->to_number<double>();
  const int digits = number == static_cast<double>(static_cast<long long>(number)) ? 0 : number < 10 ? 2 : 1;
  std::snprintf(text.data(), text.size(), "%.*f", digits, number);
  return text.data();
}

std::string bytes_of(const boost::json::value& object, std::string_view member) {
  const auto* members = object.if_object();
  const auto* value = members == nullptr ? nullptr : members->if_contains(member);
  if (value == nullptr || !value->is_number()) return "-";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f MB", value->to_number<double>() / 1e6);
  return text.data();
}

std::vector<option> operator_options(std::vector<option> own) { return node_options(std::move(own), false); }

option entity_option() {
  return {.name = "entity",
          .help = "whole id: tenant/<slug>, event/<slug>/<event>, block/<slug>/<event>.<block>",
          .required = true,
          .positional = true};
}

std::vector<option> paging_options(std::vector<option> own) {
  own.push_back({.name = "page", .help = "page", .kind = option_kind::number, .fallback = "1"});
  own.push_back({.name = "limit", .help = "rows per page", .kind = option_kind::number, .fallback = "20"});
  return operator_options(std::move(own));
}

std::string paging_of(const invocation& args) { return "?page=" + args.text("page") + "&limit=" + args.text("limit"); }

}  // namespace holdfast::cli
