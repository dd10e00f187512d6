// Bookings: made from a hold, from spots or as a reservation of a performance; read; cancelled.
#include <algorithm>

#include "gateway/api/handlers.hpp"
#include "gateway/api/placing.hpp"
#include "gateway/auth/tokens.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::api::handlers {
namespace {

struct booking_request {
  std::string hold;  // or
  placement wish;
  v1::Contact contact;
};

booking_request read_booking(object_reader& in, const v1::TenantDefinition& tenant) {
  booking_request out;
  if (in.has("holdId"))
    out.hold = in.text("holdId", rules::booking_id, presence::required).value_or("");
  else
    out.wish = read_placement(in, tenant.time_zone(), false);
  out.contact = read_contact(in, tenant);
  return out;
}

std::string booking_location(const v1::BookingView& booking) {
  return std::string(api_prefix).append("/bookings/").append(booking.booking_id());
}

// Works for every command that makes a confirmed booking.
template <class Message>
void put_confirmation(call& c, Message& out, const std::string& booking, const v1::Contact& contact) {
  *out.mutable_contact() = contact;
  out.set_confirmation_code(new_confirmation_code(c));
  *out.mutable_check_in() = new_secret(c, v1::TOKEN_CHECK_IN, booking);
  *out.mutable_confirm_email() = new_secret(c, v1::TOKEN_CONFIRM_EMAIL, booking);
}

task<answer<booking_ptr>> confirm_hold(call& c, std::string booking, std::string access_sha256, v1::Contact contact) {
  auto command = booking_command(c, booking, "confirm");
  if (!command) co_return std::move(command).error();
  auto& confirm = *command->mutable_confirm_hold();
  confirm.set_booking_id(booking);
  confirm.set_access_sha256(std::move(access_sha256));
  put_confirmation(c, confirm, booking, contact);
  auto reply = co_await c.ask(std::move(*command), v1::Reply::kBooking);
  if (!reply) co_return std::move(reply).error();
  co_return booking_of(*reply);
}

// ---- a performance

std::optional<v1::Rejection> not_for_performance(const placement& wish, const v1::EventDefinition& event) {
  if (wish.by_spots()) return reject(v1::FLOW_MISMATCH, "A performance has no spots to choose.");
  if (!wish.party.empty()) return reject_field("party", "conflict", "a performance has no parties");
  const auto& prices = event.prices();
  const auto known = [&](const auto& price) { return price.category() == wish.category; };
  if (!wish.category.empty() && !prices.empty() && std::none_of(prices.begin(), prices.end(), known))
    return reject_field("category", "unknown", "no such category here");
  return touches(wish.dates, event.frame());
}

task<answer<booking_ptr>> reserve(call& c, const event_terms& scene, const booking_request& asked) {
  if (auto refusal = not_for_performance(asked.wish, scene.definition())) co_return std::move(*refusal);
  const auto& blocks = scene.definition().block_ids();
  const auto block = asked.wish.names_block() ? asked.wish.resource : blocks.empty() ? std::string() : blocks[0];
  if (!valid_block(block)) co_return reject(v1::NOT_FOUND);
  auto command = c.command(block_entity(c.tenant_slug(), block), "reserve");
  auto& reserve = *command.mutable_reserve();
  reserve.set_booking_id(new_booking_id(c, block));
  reserve.set_party_size(asked.wish.want().quantity);
  *reserve.mutable_access() = new_secret(c, v1::TOKEN_ACCESS, reserve.booking_id());
  put_confirmation(c, reserve, reserve.booking_id(), asked.contact);
  auto reply = co_await c.ask(std::move(command), v1::Reply::kBooking);
  if (!reply) co_return std::move(reply).error();
  co_return booking_of(*reply);
}

// ---- spots of one block, in one step

task<answer<booking_ptr>> book(call& c, const event_terms& scene, const booking_request& asked) {
  const auto& wish = asked.wish;
  auto interval = within(wish.dates, scene.definition().frame());
  if (!interval) co_return std::move(interval).error();
  auto command = c.command(block_entity(c.tenant_slug(), wish.resource), "book");
  auto& book = *command.mutable_book();
  auto& hold = *book.mutable_hold();
  hold.set_booking_id(new_booking_id(c, wish.resource));
  if (wish.by_spots()) {
    hold.mutable_spots()->Assign(wish.spots.begin(), wish.spots.end());
  } else {
    hold.mutable_assign()->set_category(wish.category);
    hold.mutable_assign()->set_count(wish.want().quantity);
    hold.mutable_assign()->set_party(wish.party);
  }
  if (interval->end_ms() != 0) *hold.mutable_interval() = *interval;
  *hold.mutable_access() = new_secret(c, v1::TOKEN_ACCESS, hold.booking_id());
  hold.set_party(wish.party);
  put_confirmation(c, book, hold.booking_id(), asked.contact);
  auto reply = co_await c.ask(std::move(command), v1::Reply::kBooking);
  if (!reply) co_return std::move(reply).error();
  co_return booking_of(*reply);
}

// A group whose block the event picks is held first: only a hold can be forgotten without harm when the request breaks off in between.
task<answer<booking_ptr>> book_group(call& c, const event_terms& scene, const booking_request& asked) {
  if (asked.wish.category.empty() && scene.flow() == v1::FLOW_GROUP) co_return reject_field("category", "required", "is missing");
  auto held = co_await place_hold(c, scene, asked.wish);
  if (!held) co_return std::move(held).error();
  const auto access = token_digest(access_token_of(c, **held));
  co_return co_await confirm_hold(c, (*held)->booking_id(), access, asked.contact);
}

task<answer<booking_ptr>> book_directly(call& c, const event_terms& scene, const booking_request& asked) {
  if (scene.flow() == v1::FLOW_PERFORMANCE) co_return co_await reserve(c, scene, asked);
  if (asked.wish.names_block()) co_return co_await book(c, scene, asked);
  co_return co_await book_group(c, scene, asked);
}

task<response> from_hold(call& c, const booking_request& asked) {
  const auto access = c.guest_access();
  if (!access) co_return c.refuse(access.error());
  const auto booked = co_await confirm_hold(c, asked.hold, *access, asked.contact);
  if (!booked) co_return c.refuse(booked.error());
  co_return c.made(booking_with_access(c, **booked, audience::guest), booking_location(**booked));
}

}  // namespace

task<response> create_booking(call& c) {
  const auto tenant = co_await c.tenant(purpose::sell);
  if (!tenant) co_return c.refuse(tenant.error());
  const auto read = c.body([&](object_reader& in) { return read_booking(in, **tenant); });
  if (!read) co_return c.refuse(read.error());
  const auto& asked = *read;
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  if (!asked.hold.empty()) co_return co_await from_hold(c, asked);
  const auto event = asked.wish.event();
  const auto scene = co_await find_terms(c, event, audience::guest);
  if (!scene) co_return c.refuse(scene.error());
  const auto booked = co_await book_directly(c, *scene, asked);
  if (booked) co_return c.made(booking_with_access(c, **booked, audience::guest), booking_location(**booked));
  const auto want = asked.wish.want();
  const auto rejection = co_await with_alternatives(c, booked.error(), event, want);
  co_return c.refuse(rejection);
}

task<response> get_booking(call& c) {
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  if (const auto refusal = c.no_query()) co_return c.refuse(*refusal);
  const auto caller = c.booking_caller();
  if (!caller) co_return c.refuse(caller.error());
  const auto booking = co_await find_booking(c, c.at.at("id"), *caller);
  if (!booking) co_return c.refuse(booking.error());
  co_return c.ok(booking_json(**booking, c.tenant_slug(), caller->who()));
}

task<response> cancel_booking(call& c) {
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  const auto caller = c.booking_caller();
  if (!caller) co_return c.refuse(caller.error());
  const auto reason =
      c.body([](object_reader& in) { return in.text("reason", rules::line, presence::optional).value_or(""); }, presence::optional);
  if (!reason) co_return c.refuse(reason.error());
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  auto command = booking_command(c, c.at.at("id"));
  if (!command) co_return c.refuse(command.error());
  auto& cancel = *command->mutable_cancel_booking();
  cancel.set_booking_id(c.at.at("id"));
  cancel.set_actor(caller->actor);
  cancel.set_access_sha256(caller->access_sha256);
  cancel.set_reason(*reason);
  const auto reply = co_await c.ask(std::move(*command), v1::Reply::kBooking);
  if (!reply) co_return c.refuse(reply.error());
  co_return c.ok(booking_json((*reply)->booking(), c.tenant_slug(), caller->who()));
}

}  // namespace holdfast::gateway::api::handlers
