// Holds: made, changed, given up, extended. A hold is its guest's alone: only the access token opens it.
#include "gateway/api/handlers.hpp"
#include "gateway/api/placing.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::api::handlers {
namespace {

std::string hold_location(const v1::BookingView& booking) { return std::string(api_prefix).append("/holds/").append(booking.booking_id()); }

}  // namespace

task<response> create_hold(call& c) {
  const auto tenant = co_await c.tenant(purpose::sell);
  if (!tenant) co_return c.refuse(tenant.error());
  const auto wish = c.body([&](object_reader& in) { return read_placement(in, (*tenant)->time_zone(), true); });
  if (!wish) co_return c.refuse(wish.error());
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  const auto event = wish->event();
  const auto scene = co_await find_terms(c, event, audience::guest);
  if (!scene) co_return c.refuse(scene.error());
  const auto held = co_await place_hold(c, *scene, *wish);
  if (held) co_return c.made(hold_json(c, **held), hold_location(**held));
  const auto want = wish->want();
  const auto rejection = co_await with_alternatives(c, held.error(), event, want);
  co_return c.refuse(rejection);
}

task<response> change_hold(call& c) {
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  const auto access = c.guest_access();
  if (!access) co_return c.refuse(access.error());
  auto command = booking_command(c, c.at.at("id"));
  if (!command) co_return c.refuse(command.error());
  const auto spots = c.body(read_spots);
  if (!spots) co_return c.refuse(spots.error());
  auto& change = *command->mutable_change_hold();
  change.set_booking_id(c.at.at("id"));
  change.set_access_sha256(*access);
  change.mutable_spots()->Assign(spots->begin(), spots->end());
  const auto reply = co_await c.ask(std::move(*command), v1::Reply::kBooking);
  if (!reply) co_return c.refuse(reply.error());
  co_return c.ok(hold_json(c, (*reply)->booking()));
}

task<response> release_hold(call& c) {
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  if (const auto refusal = c.no_query()) co_return c.refuse(*refusal);
  const auto access = c.guest_access();
  if (!access) co_return c.refuse(access.error());
  auto command = booking_command(c, c.at.at("id"));
  if (!command) co_return c.refuse(command.error());
  command->mutable_release_hold()->set_booking_id(c.at.at("id"));
  command->mutable_release_hold()->set_access_sha256(*access);
  const auto reply = co_await c.ask(std::move(*command), v1::Reply::kBooking);
  if (!reply) co_return c.refuse(reply.error());
  co_return no_content();
}

task<response> extend_hold(call& c) {
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  const auto access = c.guest_access();
  if (!access) co_return c.refuse(access.error());
  if (const auto refusal = c.nothing_more()) co_return c.refuse(*refusal);
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  auto command = booking_command(c, c.at.at("id"));
  if (!command) co_return c.refuse(command.error());
  command->mutable_extend_hold()->set_booking_id(c.at.at("id"));
  command->mutable_extend_hold()->set_access_sha256(*access);
  const auto reply = co_await c.ask(std::move(*command), v1::Reply::kBooking);
  if (!reply) co_return c.refuse(reply.error());
  co_return c.ok(hold_json(c, (*reply)->booking()));
}

}  // namespace holdfast::gateway::api::handlers
