#include "config/cli/node_client.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "config/cli/output.hpp"
#include "config/node/data_folder.hpp"
#include "gateway/auth/jwt.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::cli {
namespace {

constexpr unix_ms own_token_lifetime_ms = 60LL * 60 * 1000;

/// On the node's own machine whoever can read its keys is its operator.
std::string operator_token(const std::string& data) {
  const auto file = node::keys_file(data);
  if (!std::filesystem::exists(file)) {
    complain(file.string() + " does not exist: is " + data + " the data folder of a node that has been started once?");
    return {};
  }
  const auto keys = gateway::node_keys::load_or_create(file, system_entropy());
  if (!keys) {
    complain(keys.error().detail);
    return {};
  }
  return gateway::sign_jwt(*keys, {"cli", "*", {"operator"}}, system_clock().now(), own_token_lifetime_ms);
}

/// --url, else what the running node wrote into --data, else the usual place.
std::string address(const invocation& args) {
  if (!args.text("url").empty()) return args.text("url");
  std::string out;
  if (!args.text("data").empty()) std::getline(std::ifstream(node::address_file(args.text("data"))) >> std::ws, out);
  return out.empty() ? "http://127.0.0.1:8080" : out;
}

int exit_for(int status) {
  if (status == 0) return unreachable;
  return status == 401 || status == 403 ? not_allowed : failed;
}

/// title, detail, fields and alternatives of a problem document in one or more lines.
std::string explain(const boost::json::value& problem, int status) {
  auto out = text_of(problem, "title");
  if (out.empty()) out = "the node answered " + std::to_string(status);
  const auto detail = text_of(problem, "detail");
  if (!detail.empty()) out += ": " + detail;
  const auto* object = problem.if_object();
  const auto* fields = object == nullptr ? nullptr : object->if_contains("fields");
  if (fields != nullptr && fields->is_array())
    for (const auto& field : fields->get_array()) out += "\n  " + text_of(field, "field") + ": " + text_of(field, "detail");
  if (status == 401) out += "\n  make a token with `holdfast token`, or give --data on the node's own machine";
  return out;
}

}  // namespace

std::optional<node_client> node_client::from(const invocation& args, const std::string& tenant, bool token_needed) {
  return open(args, tenant.empty() ? args.text("tenant") : tenant, token_needed);
}

std::optional<node_client> node_client::for_operator(const invocation& args) { return open(args, {}, true); }

std::optional<node_client> node_client::open(const invocation& args, const std::string& tenant, bool token_needed) {
  node_client out;
  out.url_ = address(args);
  out.tenant_ = tenant;
  out.token_ = args.text("token");
  if (out.token_.empty() && !args.text("data").empty()) {
    out.token_ = operator_token(args.text("data"));
    if (out.token_.empty()) return std::nullopt;
  }
  if (out.token_.empty() && token_needed) {
    complain("this needs a token: set HOLDFAST_TOKEN or --token (from `holdfast token`), or --data FOLDER on the node's own machine");
    return std::nullopt;
  }
  out.http_ = std::make_shared<http_client>(out.url_);
  return out;
}

http_request node_client::make(std::string method, std::string path, std::string body) const {
  http_request out{std::move(method), "/api/v1" + std::move(path), std::move(body), {"Accept: application/json"}};
  if (!tenant_.empty()) out.headers.push_back("Holdfast-Tenant: " + tenant_);
  if (!token_.empty()) out.headers.push_back("Authorization: Bearer " + token_);
  if (out.method == "POST") out.headers.push_back("Idempotency-Key: " + random_text(system_entropy(), 26));
  return out;
}

node_answer node_client::ask(const http_request& request) { return understand(http_->send(request)); }

node_answer node_client::understand(http_answer&& answer) const {
  node_answer out;
  if (answer.status == 0) {
    out.exit = unreachable;
    out.problem = "no node answers at " + url_ + " (" + answer.error + "); start one with `holdfastd` or name another with --url";
    return out;
  }
  boost::json::error_code error;
  auto body = boost::json::parse(answer.body, error);
  if (answer.status / 100 == 2) {
    if (error)
      out = {failed, {}, "the node's answer is not JSON", {}};
    else
      out.body = std::move(body);
    return out;
  }
  out.exit = exit_for(answer.status);
  out.problem = explain(error ? boost::json::value() : body, answer.status);
  out.code = error ? "" : text_of(body, "code");
  return out;
}

std::string percent_encode(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    }
  }
  return out;
}

std::string text_of(const boost::json::value& object, std::string_view member) {
  const auto* members = object.if_object();
  const auto* value = members == nullptr ? nullptr : members->if_contains(member);
  if (value == nullptr || value->is_null()) return {};
  if (const auto* text = value->if_string()) return std::string(*text);
  return boost::json::serialize(*value);
}

}  // namespace holdfast::cli
