#include "config/cli/verb.hpp"

#include <cstdlib>

namespace holdfast::cli {

const std::vector<std::string>& invocation::texts(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) std::abort();
  return found->second;
}

const std::string& invocation::text(std::string_view name) const {
  static const std::string none;
  const auto& all = texts(name);
  return all.empty() ? none : all.front();
}

std::int64_t invocation::number(std::string_view name) const {
  const auto& value = text(name);
  return value.empty() ? 0 : std::strtoll(value.c_str(), nullptr, 10);  // main.cpp has checked that it is a number
}

bool invocation::flag(std::string_view name) const { return text(name) == "true"; }

option json_option() { return {.name = "json", .help = "one JSON object per line instead of a table", .kind = option_kind::flag}; }

std::vector<option> node_options(std::vector<option> own, bool with_tenant) {
  if (with_tenant) own.push_back({.name = "tenant", .help = "slug of the tenant", .required = true, .environment = "HOLDFAST_TENANT"});
  own.push_back({.name = "url",
                 .help = "address of a node; default: the one running on --data, else http://127.0.0.1:8080",
                 .environment = "HOLDFAST_URL"});
  own.push_back({.name = "token", .help = "bearer token, made with `holdfast token`", .environment = "HOLDFAST_TOKEN"});
  own.push_back(
      {.name = "data", .help = "the node's data folder: on its own machine this stands for a token", .environment = "HOLDFAST_DATA"});
  own.push_back(json_option());
  return own;
}

}  // namespace holdfast::cli
