// booking list, booking show ID, booking cancel ID
#include <algorithm>
#include <boost/json/serialize.hpp>

#include "config/cli/node_client.hpp"
#include "config/cli/output.hpp"
#include "config/cli/verbs.hpp"
#include "config/tenants/money.hpp"

namespace holdfast::cli {
namespace {

std::string price_of(const boost::json::value& booking) {
  const auto currency = text_of(booking, "currency");
  const auto* minor = booking.as_object().if_contains("totalPrice");
  if (minor == nullptr || !minor->is_number()) return {};
  return config::format_amount(minor->to_number<std::int64_t>(), config::currency_digits(currency).value_or(2)) + " " + currency;
}

std::string guest_of(const boost::json::value& booking) {
  const auto* user = booking.as_object().if_contains("userDetails");
  return user == nullptr ? std::string() : text_of(*user, "firstName") + " " + text_of(*user, "lastName");
}

void show_rows(const std::vector<boost::json::value>& bookings, bool json) {
  table t({"booking", "status", "code", "guest", "spots", "price", "created"});
  for (const auto& b : bookings) {
    if (json) print_line(b.as_object());
    std::string spots;
    const auto* list = b.as_object().if_contains("spots");
    if (list != nullptr && list->is_array())
      for (const auto& s : list->get_array())
        spots += (spots.empty() ? "" : " ") + text_of(s, "spot") + (text_of(s, "quantity") == "1" ? "" : "×" + text_of(s, "quantity"));
    t.add({text_of(b, "bookingId"), text_of(b, "status"), text_of(b, "confirmationCode"), guest_of(b), spots, price_of(b),
           text_of(b, "createdAt")});
  }
  if (!json) print(t.text());
}

int show_answer(const node_answer& answer, bool json) {
  if (answer.exit != ok) {
    complain(answer.problem);
    return answer.exit;
  }
  show_rows({answer.body}, json);
  return ok;
}

int list(const invocation& args) {
  auto node = node_client::from(args);
  if (!node) return not_allowed;
  auto path = "/admin/bookings?page=" + args.text("page") + "&limit=" + args.text("limit");
  for (const auto& [name, key] :
       {std::pair("event", "eventId"), std::pair("status", "status"), std::pair("email", "email"), std::pair("code", "confirmationCode")})
    if (!args.text(name).empty()) path += std::string("&") + key + "=" + percent_encode(args.text(name));
  const auto answer = node->ask(node->make("GET", path));
  if (answer.exit != ok) {
    complain(answer.problem);
    return answer.exit;
  }
  const auto& data = answer.body.at("data").as_array();
  show_rows({data.begin(), data.end()}, args.json());
  if (!args.json()) print(text_of(answer.body.at("pagination"), "total") + " in all\n");
  return ok;
}

int show(const invocation& args) {
  auto node = node_client::from(args);
  if (!node) return not_allowed;
  return show_answer(node->ask(node->make("GET", "/bookings/" + percent_encode(args.text("id")))), args.json());
}

int cancel(const invocation& args) {
  auto node = node_client::from(args);
  if (!node) return not_allowed;
  boost::json::object body;
  if (!args.text("reason").empty()) body["reason"] = args.text("reason");
  return show_answer(
      node->ask(node->make("POST", "/bookings/" + percent_encode(args.text("id")) + "/cancel", boost::json::serialize(body))), args.json());
}

option booking_id() { return {.name = "id", .help = "booking id", .required = true, .positional = true}; }

}  // namespace

void register_booking(std::vector<verb>& verbs) {
  verbs.push_back({{"booking", "list"},
                   "list bookings, the newest first",
                   {},
                   node_options({{.name = "event", .help = "only of this event"},
                                 {.name = "status",
                                  .help = "only in this status",
                                  .choices = {"held", "pending_email", "confirmed", "checked_in", "cancelled", "expired"}},
                                 {.name = "email", .help = "only of this guest"},
                                 {.name = "code", .help = "only with this confirmation code"},
                                 {.name = "page", .help = "page", .kind = option_kind::number, .fallback = "1"},
                                 {.name = "limit", .help = "bookings per page", .kind = option_kind::number, .fallback = "20"}}),
                   list});
  verbs.push_back({{"booking", "show"}, "show one booking", {}, node_options({booking_id()}), show});
  verbs.push_back({{"booking", "cancel"},
                   "cancel a booking as staff",
                   "The spots are free again at once and the guest gets a mail.",
                   node_options({booking_id(), {.name = "reason", .help = "told to the guest"}}),
                   cancel});
}

}  // namespace holdfast::cli
