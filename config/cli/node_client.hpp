#pragma once
// One node seen from a verb: its address, a tenant and a token, and what its refusals mean for the exit code.
#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/cli/http_client.hpp"
#include "config/cli/verb.hpp"

namespace holdfast::cli {

/// The outcome of one exchange, understood.
struct node_answer {
  int exit = ok;
  boost::json::value body;  // of a 2xx answer
  std::string problem;      // for people, empty on success
  std::string code;         // stable code of the refusal
};

class node_client {
public:
  /// Takes --url, --tenant, --token, --data from the command line. With `token_needed` and none to be had, says so and is empty.
  /// `tenant`: instead of --tenant, for verbs that take it from elsewhere.
  static std::optional<node_client> from(const invocation&, const std::string& tenant = {}, bool token_needed = true);
  /// For what belongs to no tenant; a token is needed.
  static std::optional<node_client> for_operator(const invocation&);

  http_request make(std::string method, std::string path, std::string body = {}) const;
  /// A POST carries an idempotency key, so that a repeat after a lost answer does nothing twice.
  node_answer ask(const http_request&);
  node_answer understand(http_answer&&) const;

  http_client& http() noexcept { return *http_; }
  const std::string& url() const noexcept { return url_; }

private:
  static std::optional<node_client> open(const invocation&, const std::string& tenant, bool token_needed);

  std::string url_, tenant_, token_;
  std::shared_ptr<http_client> http_;
};

/// "a b/ø" → "a%20b%2F%C3%B8"
std::string percent_encode(std::string_view text);

/// A member's text; numbers and booleans are written out, absent and null are empty.
std::string text_of(const boost::json::value& object, std::string_view member);

}  // namespace holdfast::cli
