// Proving an address, tickets, check-in.
#include "gateway/tickets/ticket.hpp"

#include "gateway/api/handlers.hpp"
#include "gateway/api/placing.hpp"
#include "gateway/auth/tokens.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::api::handlers {
namespace {

// Whoever guesses learns only that the secret is wrong, not whether there is such a booking.
v1::Rejection instead_of_not_found(const v1::Rejection& rejection, v1::ErrorCode code) {
  return rejection.code() == v1::NOT_FOUND ? reject(code) : rejection;
}

bool has_ticket(const v1::BookingView& booking) noexcept {
  return booking.status() == v1::BOOKING_CONFIRMED || booking.status() == v1::BOOKING_CHECKED_IN;
}

// What both forms of a ticket begin with.
task<answer<booking_ptr>> ticket_booking(call& c, bool page) {
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return tenant.error();
  const auto known = c.parameters([&](query_reader& in) {
    in.text("access", rules::link_token);
    in.text("tenant", rules::tenant_slug);  // read by the server
    if (page) in.text("language", rules::language);
    return page;
  });
  if (!known) co_return known.error();
  auto caller = c.booking_caller();
  if (!caller) co_return std::move(caller).error();
  co_return co_await find_booking(c, c.at.at("id"), std::move(*caller));
}

response document(std::string content_type, std::string text) {
  response out;
  out.content_type = std::move(content_type);
  out.body = std::make_shared<const std::string>(std::move(text));
  out.headers.emplace_back("Cache-Control", "private, no-store");
  return out;
}

// The page shows the image under the same access that opened the page.
std::string image_address(const call& c) {
  auto out = std::string(api_prefix).append("/bookings/").append(c.at.at("id")).append("/ticket.png");
  const auto access = c.asked.query_value("access").value_or("");
  if (well_formed_token(access)) out.append("?access=").append(access);
  if (c.asked.query_value("tenant")) out.append(well_formed_token(access) ? "&" : "?").append("tenant=").append(c.tenant_slug());
  return out;
}

// ---- check-in

struct check_in_request {
  std::optional<std::string> ticket, code;
  std::string gate;
};

check_in_request read_check_in(object_reader& in) {
  check_in_request out;
  if (in.has("confirmationCode"))
    out.code = in.text("confirmationCode", rules::confirmation_code, presence::required);
  else
    out.ticket = in.text("ticket", rules::ticket, presence::required);
  out.gate = in.text("gate", rules::name, presence::required).value_or("");
  return out;
}

task<answer<booking_token>> find_by_code(call& c, std::string code) {
  persistence::booking_filter filter;
  filter.tenant = c.tenant_slug();
  filter.confirmation_code = upper(code);
  const auto query = [filter](persistence::read_model& model) { return model.bookings(filter, {1, 2}); };
  const auto found = co_await c.list<persistence::page_of<persistence::booking_row>>(query);
  if (!found) co_return found.error();
  // Forty random bits: two of the same are possible, and then the code names nobody.
  if (found->rows.size() != 1)
    co_return reject(v1::TICKET_INVALID, found->rows.empty() ? "" : "Two bookings have this code; scan the ticket.");
  booking_token out;
  out.booking = found->rows.front().booking.booking_id();
  co_return out;
}

task<answer<booking_token>> which_booking(call& c, const check_in_request& asked) {
  if (asked.code) co_return co_await find_by_code(c, *asked.code);
  auto scanned = parse_ticket(*asked.ticket);
  if (!scanned) co_return reject(v1::TICKET_INVALID);
  co_return std::move(*scanned);
}

}  // namespace

task<response> confirm_email(call& c) {
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  const auto text = c.body([](object_reader& in) { return in.text("token", rules::link_token, presence::required).value_or(""); });
  if (!text) co_return c.refuse(text.error());
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  const auto link = parse_link(*text);
  if (!link) co_return c.refuse(v1::TOKEN_INVALID);
  auto command = c.command(block_entity(c.tenant_slug(), block_of_booking(link->booking)));
  command.mutable_confirm_email()->set_booking_id(link->booking);
  command.mutable_confirm_email()->set_token_sha256(token_digest(link->token));
  const auto reply = co_await c.ask(std::move(command), v1::Reply::kBooking);
  if (reply) co_return c.ok(booking_with_access(c, (*reply)->booking(), audience::guest));
  const auto rejection = instead_of_not_found(reply.error(), v1::TOKEN_INVALID);
  const std::string event(event_of_block(block_of_booking(link->booking)));
  // Named, because GCC 12 destroys a temporary aggregate twice when it is the argument of something awaited.
  wanted anything;
  const auto full = co_await with_alternatives(c, rejection, event, anything);
  co_return c.refuse(full);
}

task<response> get_ticket_image(call& c) {
  const auto found = co_await ticket_booking(c, false);
  if (!found) co_return c.refuse(found.error());
  const auto& booking = **found;
  if (!has_ticket(booking)) co_return c.refuse(v1::NOT_CONFIRMED);
  const auto token = derive_token(c.api.keys.secret(), v1::TOKEN_CHECK_IN, c.tenant_slug(), booking.booking_id(), booking.check_in_nonce());
  co_return document("image/png", tickets::qr_png(ticket_text(booking.booking_id(), token)));
}

task<response> get_ticket_page(call& c) {
  const auto found = co_await ticket_booking(c, true);
  if (!found) co_return c.refuse(found.error());
  const auto& booking = **found;
  if (!has_ticket(booking)) co_return c.refuse(v1::NOT_CONFIRMED);
  const auto event = std::string(event_of_block(block_of_booking(booking.booking_id())));
  const auto scene = co_await find_terms(c, event, audience::staff);
  if (!scene) co_return c.refuse(scene.error());
  const auto language = c.asked.query_value("language").value_or("");
  const auto view = tickets::make_ticket_view(*scene->tenant, scene->definition(), booking, language, image_address(c),
                                              std::string(api_prefix).append("/ticket.css"));
  auto page = document("text/html; charset=utf-8", tickets::ticket_page(view));
  page.headers.emplace_back(
      "Content-Security-Policy",
      "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  co_return page;
}

task<response> get_ticket_style(call& c) {
  if (const auto refusal = c.no_query()) co_return c.refuse(*refusal);
  auto out = document("text/css; charset=utf-8", std::string(tickets::ticket_css()));
  out.headers.front().second = "public, max-age=3600";
  co_return out;
}

task<response> check_in(call& c) {
  const auto who = c.staff({"staff", "admin"});
  if (!who) co_return c.refuse(who.error());
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  const auto asked = c.body(read_check_in);
  if (!asked) co_return c.refuse(asked.error());
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  const auto ticket = co_await which_booking(c, *asked);
  if (!ticket) co_return c.refuse(ticket.error());
  auto command = c.command(block_entity(c.tenant_slug(), block_of_booking(ticket->booking)));
  auto& check = *command.mutable_check_in();
  check.set_booking_id(ticket->booking);
  if (!ticket->token.empty()) check.set_token_sha256(token_digest(ticket->token));
  check.set_gate(asked->gate);
  check.set_by(who->subject);
  const auto reply = co_await c.ask(std::move(command), v1::Reply::kBooking);
  if (!reply) co_return c.refuse(instead_of_not_found(reply.error(), v1::TICKET_INVALID));
  co_return c.ok(booking_json((*reply)->booking(), c.tenant_slug(), audience::staff));
}

}  // namespace holdfast::gateway::api::handlers
