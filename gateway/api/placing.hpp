#pragma once
// What holds and bookings have in common: reading what is wanted, new ids and secrets, finding a block for a group, showing the result.
#include "gateway/api/events.hpp"

namespace holdfast::gateway::api {

/// What somebody wants to hold or book, as the body says it.
struct placement {
  std::string resource;                 // event or block id
  std::vector<v1::SpotQuantity> spots;  // chosen on the map, or
  std::string category;                 // so many of a category
  std::optional<std::uint32_t> quantity;
  std::string party;
  asked_dates dates;

  bool by_spots() const noexcept { return !spots.empty(); }
  std::string event() const;
  bool names_block() const noexcept { return resource.find('.') != std::string::npos; }
  wanted want() const;
};

std::vector<v1::SpotQuantity> read_spots(object_reader&);
/// Fields resourceId, spots, category, quantity, party, startDate, endDate; which of them go together is checked too. A hold needs a
/// category.
placement read_placement(object_reader&, std::string_view time_zone, bool hold);
v1::Contact read_contact(object_reader&, const v1::TenantDefinition&);

/// "<block>.<12 random characters>"
std::string new_booking_id(call&, std::string_view block);
std::string new_confirmation_code(call&);
v1::TokenDigest new_secret(call&, v1::TokenPurpose, std::string_view booking);

/// A command for the block of a booking. NOT_FOUND for what is no booking id.
answer<v1::Command> booking_command(call&, const std::string& booking, std::string_view step = {});

task<answer<booking_ptr>> find_booking(call&, std::string booking, booking_access);

/// Holds what is wanted, in the block that is named or in the one that fits best; each step repeats safely under the request's key.
task<answer<booking_ptr>> place_hold(call&, event_terms, placement);

/// The text of a booking's access token, derived again.
std::string access_token_of(call&, const v1::BookingView&);
json::object booking_with_access(call&, const v1::BookingView&, audience);
json::object hold_json(call&, const v1::BookingView&);

}  // namespace holdfast::gateway::api
