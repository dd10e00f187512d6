#pragma once
// A guest of one tenant: the calls a page would make, and the mails it would read. Every call checks nothing; the caller does.
#include <boost/json/value.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "config/cli/http_client.hpp"

namespace holdfast::e2e {

struct reply {
  int status = 0;
  std::string text;         // as it came
  boost::json::value body;  // null where it is no JSON
};

class guest {
public:
  guest(const std::string& url, std::string tenant, cli::http_limits limits = {}) : http_(url, limits), tenant_(std::move(tenant)) {}

  reply get(const std::string& path, const std::string& access = {});
  /// With a fresh idempotency key, unless one is given.
  reply post(const std::string& path, const boost::json::value& body, const std::string& access = {}, const std::string& key = {});
  reply remove(const std::string& path, const std::string& access);
  reply put(const std::string& path, const boost::json::value& body, const std::string& access);
  reply send(const std::string& method, const std::string& path, const std::string& body, std::vector<std::string> headers);

private:
  cli::http_client http_;
  std::string tenant_;
};

boost::json::object user_details(const std::string& email);
/// A booking of one spot of the festival's smaller event; its cabins are few.
boost::json::object one_spot(const std::string& email, const std::string& category = "cabin");

/// A member on the way "a.b.c"; null where it is not there.
const boost::json::value& at(const boost::json::value& of, std::string_view path);
std::string text_at(const boost::json::value& of, std::string_view path);
std::int64_t number_at(const boost::json::value& of, std::string_view path);

/// The confirmation token of the newest mail about this booking in the node's mail folder; waits up to 10 s. Empty: none came.
std::string token_from_mail(const std::filesystem::path& data, const std::string& booking);

}  // namespace holdfast::e2e
