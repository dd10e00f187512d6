#include "gateway/http/problem.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <chrono>

#include "protocols/base/errors.hpp"

namespace holdfast::gateway {
namespace {

namespace json = boost::json;

// Long enough for a group commit or a recovery to pass, short enough for a person who waits.
constexpr std::string_view retry_after_s = "1";

json::array fields_of(const v1::Rejection& rejection) {
  json::array out;
  for (const auto& f : rejection.fields()) out.push_back({{"field", f.field()}, {"code", f.code()}, {"detail", f.detail()}});
  return out;
}

json::array alternatives_of(const v1::Rejection& rejection) {
  json::array out;
  for (const auto& a : rejection.alternatives()) {
    json::object one{{"resourceId", a.resource_id()}, {"free", a.free()}};
    if (!a.title().empty()) one["title"] = a.title();
    if (!a.category().empty()) one["category"] = a.category();
    if (!a.spots().empty()) {
      auto& spots = one["spots"].emplace_array();
      for (const auto& s : a.spots()) spots.emplace_back(s);
    }
    out.push_back(std::move(one));
  }
  return out;
}

json::object document(const v1::Rejection& rejection, const error_info& info, std::string_view request_id) {
  json::object out{{"type", std::string("urn:holdfast:problem:").append(info.text)},
                   {"title", info.title},
                   {"status", info.http_status},
                   {"code", info.text}};
  if (!rejection.detail().empty()) out["detail"] = rejection.detail();
  if (!rejection.fields().empty()) out["fields"] = fields_of(rejection);
  if (!rejection.alternatives().empty()) out["alternatives"] = alternatives_of(rejection);
  if (rejection.at_ms() != 0) out["at"] = iso_time(rejection.at_ms());
  if (!rejection.where().empty()) out["where"] = rejection.where();
  out["requestId"] = request_id;
  return out;
}

response from(const v1::Rejection& rejection, std::string_view request_id) {
  const auto& info = describe(rejection.code());
  auto out = json_response(info.http_status, json::serialize(document(rejection, info, request_id)));
  out.content_type = "application/problem+json";
  if (info.http_status == 429 || info.http_status == 503) out.headers.emplace_back("Retry-After", retry_after_s);
  if (info.http_status == 401) out.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"holdfast\"");
  return out;
}

}  // namespace

response problem(const v1::Rejection& rejection, const request& asked) { return from(rejection, asked.request_id); }

response problem(v1::ErrorCode code, std::string detail, const request& asked) {
  return from(reject(code, std::move(detail)), asked.request_id);
}

response problem(v1::ErrorCode code, std::string detail, std::string_view request_id) {
  return from(reject(code, std::move(detail)), request_id);
}

// Every answer about a booking carries several of these: digits are put in place rather than formatted.
std::string iso_time(unix_ms at) {
  using namespace std::chrono;
  const auto whole = floor<days>(milliseconds(at));
  const year_month_day date{sys_days(whole)};
  const hh_mm_ss time(milliseconds(at) - whole);
  std::string text = "0000-00-00T00:00:00.000Z";
  const auto put = [&text](std::size_t last, std::int64_t value) {
    for (; value > 0; value /= 10) text[last--] = static_cast<char>('0' + value % 10);
  };
  put(3, std::clamp(static_cast<int>(date.year()), 0, 9'999));
  put(6, static_cast<unsigned>(date.month()));
  put(9, static_cast<unsigned>(date.day()));
  put(12, time.hours().count());
  put(15, time.minutes().count());
  put(18, time.seconds().count());
  put(22, time.subseconds().count());
  return text;
}

}  // namespace holdfast::gateway
