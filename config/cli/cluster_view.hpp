#pragma once
// What the verbs of `holdfast cluster` share: asking a node as an operator, and showing figures.
#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <vector>

#include "config/cli/node_client.hpp"
#include "config/cli/output.hpp"
#include "config/cli/verb.hpp"

namespace holdfast::cli {

/// Asks once and shows the answer; what went wrong is said and becomes the exit code.
int show_of_operator(const invocation&, const std::string& path, const std::function<void(const boost::json::value&)>& show);

/// An action: posts, and shows the record of it.
int act_as_operator(const invocation&, const std::string& path, const std::string& body);

/// The node that --node names, or the one that answers. Empty after a message, with the exit code in `exit`.
std::string node_of(const invocation&, node_client&, int& exit);

/// "0.42", "12.5", "1240"; "-" where it is absent.
std::string figure_of(const boost::json::value& object, std::string_view member);
/// "87.2 MB"
std::string bytes_of(const boost::json::value& object, std::string_view member);

/// --url, --token, --data, --json: an operator acts in no tenant.
std::vector<option> operator_options(std::vector<option> own = {});
option entity_option();
std::vector<option> paging_options(std::vector<option> own);
/// "?page=…&limit=…"
std::string paging_of(const invocation&);

}  // namespace holdfast::cli
