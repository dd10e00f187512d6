#include "gateway/api/placing.hpp"

#include <algorithm>

#include "gateway/auth/tokens.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::api {
namespace {

constexpr std::size_t local_length = 12;  // 60 random bits
constexpr std::size_t code_length = 8;
constexpr std::int64_t quantity_max = 100'000;
constexpr std::size_t spots_max = 1024;

std::uint64_t sum(const std::vector<v1::SpotQuantity>& spots) {
  std::uint64_t out = 0;
  for (const auto& s : spots) out += s.quantity();
  return out;
}

// ---- in one block

task<answer<booking_ptr>> hold_in(call& c, std::string block, placement wish, v1::Interval interval) {
  if (!valid_block(block)) co_return reject(v1::NOT_FOUND);
  auto command = c.command(block_entity(c.tenant_slug(), block), "hold");
  auto& hold = *command.mutable_place_hold();
  hold.set_booking_id(new_booking_id(c, block));
  if (wish.by_spots()) {
    hold.mutable_spots()->Assign(wish.spots.begin(), wish.spots.end());
  } else {
    hold.mutable_assign()->set_category(wish.category);
    hold.mutable_assign()->set_count(wish.quantity.value_or(1));
    hold.mutable_assign()->set_party(wish.party);
  }
  if (interval.end_ms() != 0) *hold.mutable_interval() = interval;
  *hold.mutable_access() = new_secret(c, v1::TOKEN_ACCESS, hold.booking_id());
  hold.set_party(wish.party);
  auto reply = co_await c.ask(std::move(command), v1::Reply::kBooking);
  if (!reply) co_return std::move(reply).error();
  co_return booking_of(*reply);
}

// ---- by the event: the blocks it names are tried in its order; which one took the group is written down at the event, so that a repeat
//      of the request goes there again. A crash in between leaves a hold that nobody has heard of, and that expires.

task<answer<reply_ptr>> plan(call& c, const event_terms& scene, const placement& wish, const v1::Interval& interval) {
  auto command = c.command(event_entity(c.tenant_slug(), scene.definition().id()));
  auto& group = *command.mutable_plan_group();
  group.set_category(wish.category);
  group.set_count(wish.quantity.value_or(1));
  group.set_party(wish.party);
  if (interval.end_ms() != 0) *group.mutable_interval() = interval;
  co_return co_await c.ask(std::move(command), v1::Reply::kGroupPlan);
}

task<answer<reply_ptr>> bind(call& c, const event_terms& scene, const placement& wish, const v1::BookingView& held) {
  auto command = c.command(event_entity(c.tenant_slug(), scene.definition().id()), "bind");
  auto& group = *command.mutable_bind_group();
  group.set_block_id(std::string(block_of_booking(held.booking_id())));
  group.set_booking_id(held.booking_id());
  group.set_party(wish.party);
  group.set_allocation_key(c.scoped_key());
  co_return co_await c.ask(std::move(command), v1::Reply::kDone);
}

task<answer<reply_ptr>> give_up(call& c, const v1::BookingView& held) {
  auto command = c.command(block_entity(c.tenant_slug(), block_of_booking(held.booking_id())), "give-up");
  command.mutable_release_hold()->set_booking_id(held.booking_id());
  command.mutable_release_hold()->set_access_sha256(token_digest(access_token_of(c, held)));
  co_return co_await c.ask(std::move(command), v1::Reply::kBooking);
}

bool try_next(v1::ErrorCode code) noexcept {
  // A block may be closed, or not be defined yet, while the event is open.
  return code == v1::SOLD_OUT || code == v1::HOLD_CONFLICT || code == v1::BOOKING_CLOSED || code == v1::NOT_FOUND;
}

task<answer<booking_ptr>> hold_where_it_fits(call& c, const event_terms& scene, placement wish, v1::Interval interval) {
  auto planned = co_await plan(c, scene, wish, interval);
  if (!planned) co_return std::move(planned).error();
  v1::Rejection last = reject(v1::SOLD_OUT);
  for (const auto& block : (*planned)->group_plan().block_ids()) {
    auto held = co_await hold_in(c, block, wish, interval);
    if (held && (*planned)->group_plan().bound()) co_return std::move(held);
    if (held) {
      auto bound = co_await bind(c, scene, wish, **held);
      if (bound) co_return std::move(held);
      if (bound.error().code() != v1::ALREADY_EXISTS) co_return std::move(bound).error();
      // The same request ran twice at the same time and the other one was first: what it got is the answer.
      co_await give_up(c, **held);
      auto again = co_await plan(c, scene, wish, interval);
      if (!again) co_return std::move(again).error();
      co_return co_await hold_in(c, (*again)->group_plan().block_ids(0), wish, interval);
    }
    if (!try_next(held.error().code())) co_return std::move(held).error();
    // What it said about this one block does not hold for the event.
    if (held.error().code() == v1::SOLD_OUT || held.error().code() == v1::HOLD_CONFLICT) last = reject(v1::SOLD_OUT, held.error().detail());
  }
  co_return last;
}

}  // namespace

std::string placement::event() const { return names_block() ? std::string(event_of_block(resource)) : resource; }

wanted placement::want() const {
  wanted out;
  out.quantity = quantity.value_or(static_cast<std::uint32_t>(std::max<std::uint64_t>(1, sum(spots))));
  out.category = category;
  return out;
}

std::vector<v1::SpotQuantity> read_spots(object_reader& in) {
  std::vector<v1::SpotQuantity> out;
  in.objects("spots", 1, spots_max, presence::required, [&](object_reader& spot) {
    auto& one = out.emplace_back();
    one.set_spot(spot.text("spot", rules::spot_label, presence::required).value_or(""));
    one.set_quantity(static_cast<std::uint32_t>(spot.integer("quantity", 1, quantity_max, presence::optional).value_or(1)));
  });
  return out;
}

placement read_placement(object_reader& in, std::string_view time_zone, bool hold) {
  placement out;
  const bool by_spots = in.has("spots");
  out.resource = in.text("resourceId", by_spots ? rules::block_id : rules::resource_id, presence::required).value_or("");
  const auto wanted_quantity = [&](presence p) {
    if (const auto n = in.integer("quantity", 1, quantity_max, p)) out.quantity = static_cast<std::uint32_t>(*n);
  };
  if (by_spots) {
    out.spots = read_spots(in);
    if (!hold) wanted_quantity(presence::optional);
    if (out.quantity && !in.errors().any() && *out.quantity != sum(out.spots))
      in.errors().add(in.path_of("quantity"), "conflict", "the spots make " + std::to_string(sum(out.spots)));
  } else {
    wanted_quantity(presence::required);
    out.category = in.text("category", rules::category, hold ? presence::required : presence::optional).value_or("");
    out.party = in.text("party", rules::keyword, presence::optional).value_or("");
  }
  out.dates = read_dates(in, time_zone);
  return out;
}

v1::Contact read_contact(object_reader& in, const v1::TenantDefinition& tenant) {
  v1::Contact out;
  in.object("userDetails", presence::required, [&](object_reader& person) {
    out.set_first_name(person.text("firstName", rules::name, presence::required).value_or(""));
    out.set_last_name(person.text("lastName", rules::name, presence::required).value_or(""));
    out.set_email(person.text("email", rules::email, presence::required).value_or(""));
    out.set_phone(person.text("phone", rules::phone, presence::optional).value_or(""));
    out.set_language(person.text("language", rules::language, presence::optional).value_or(""));
  });
  const auto& spoken = tenant.languages();
  if (!spoken.empty() && std::find(spoken.begin(), spoken.end(), out.language()) == spoken.end()) out.set_language(spoken[0]);
  return out;
}

std::string new_booking_id(call& c, std::string_view block) {
  return std::string(block).append(".").append(random_text(c.api.random, local_length));
}

std::string new_confirmation_code(call& c) { return upper(random_text(c.api.random, code_length)); }

v1::TokenDigest new_secret(call& c, v1::TokenPurpose purpose, std::string_view booking) {
  return issue_token(c.api.keys.secret(), c.api.random, purpose, c.tenant_slug(), booking);
}

answer<v1::Command> booking_command(call& c, const std::string& booking, std::string_view step) {
  if (!valid_booking(booking)) return reject(v1::NOT_FOUND);
  return c.command(block_entity(c.tenant_slug(), block_of_booking(booking)), step);
}

task<answer<booking_ptr>> find_booking(call& c, std::string booking, booking_access caller) {
  if (!valid_booking(booking)) co_return reject(v1::NOT_FOUND);
  auto command = c.query(block_entity(c.tenant_slug(), block_of_booking(booking)));
  auto& get = *command.mutable_get_booking();
  get.set_booking_id(std::move(booking));
  get.set_actor(caller.actor);
  get.set_access_sha256(std::move(caller.access_sha256));
  auto reply = co_await c.ask(std::move(command), v1::Reply::kBooking);
  if (!reply) co_return std::move(reply).error();
  co_return booking_of(*reply);
}

task<answer<booking_ptr>> place_hold(call& c, event_terms scene, placement wish) {
  auto interval = within(wish.dates, scene.definition().frame());
  if (!interval) co_return std::move(interval).error();
  if (scene.flow() == v1::FLOW_PERFORMANCE) co_return reject(v1::FLOW_MISMATCH, "A performance is booked at once, without a hold.");
  if (wish.names_block()) co_return co_await hold_in(c, wish.resource, wish, *interval);
  if (scene.flow() != v1::FLOW_GROUP) co_return reject(v1::FLOW_MISMATCH, "Here a block and its spots are named.");
  co_return co_await hold_where_it_fits(c, scene, std::move(wish), *interval);
}

std::string access_token_of(call& c, const v1::BookingView& booking) {
  return derive_token(c.api.keys.secret(), v1::TOKEN_ACCESS, c.tenant_slug(), booking.booking_id(), booking.access_nonce());
}

json::object booking_with_access(call& c, const v1::BookingView& booking, audience who) {
  auto out = booking_json(booking, c.tenant_slug(), who);
  out["accessToken"] = access_token_of(c, booking);
  return out;
}

json::object hold_json(call& c, const v1::BookingView& booking) {
  auto out = booking_with_access(c, booking, audience::guest);
  out["holdId"] = booking.booking_id();
  return out;
}

}  // namespace holdfast::gateway::api
