#include "actors/domain/spot_block/requests.hpp"

#include <algorithm>

#include "protocols/base/ids.hpp"

namespace holdfast::domain::block {
namespace {

void check_quantity(field_errors& errors, std::uint64_t quantity, const terms& rules) {
  if (quantity == 0) {
    errors.add("quantity", "range", "at least 1");
  } else if (quantity > rules.spots_per_booking_max) {
    errors.add("quantity", "range", "at most " + std::to_string(rules.spots_per_booking_max) + " in one booking");
  }
}

stretch read_interval(field_errors& errors, const v1::Interval& in, const stretch& frame) {
  if (in.begin_ms() == 0 && in.end_ms() == 0) return frame;
  const stretch out{in.begin_ms(), in.end_ms(), in.begin_ms() == frame.begin && in.end_ms() == frame.end};
  if (out.whole) return out;
  if (out.begin < 0 || out.end <= out.begin || out.end > moment_max) {
    errors.add("endDate", "range", "must be after the start");
  } else if (out.begin < frame.begin) {
    errors.add("startDate", "range", "before the event begins");
  } else if (out.until() > frame.until()) {
    errors.add("endDate", "range", "after the event ends");
  }
  return out;
}

void read_one(request& out, const v1::SpotQuantity& in, int i, const spot_table& table) {
  const auto at = "spots[" + std::to_string(i) + "].";
  const auto index = table.find(in.spot());
  if (!index) return out.errors.add(at + "spot", in.spot().empty() ? "required" : "unknown", "no such spot here");
  const bool doubled = std::any_of(out.claims.begin(), out.claims.end(), [&](const claim& c) { return c.spot == *index; });
  if (doubled) return out.errors.add(at + "spot", "duplicate", "named twice");
  if (in.quantity() == 0) return out.errors.add(at + "quantity", "range", "at least 1");
  if (in.quantity() > 1 && !table.pool(*index)) return out.errors.add(at + "quantity", "range", "there is one");
  out.claims.push_back({*index, in.quantity()});
}

}  // namespace

request read_spots(const google::protobuf::RepeatedPtrField<v1::SpotQuantity>& spots, const spot_table& table, const terms& rules) {
  request out;
  if (spots.empty()) {
    out.errors.add("spots", "required", "at least one");
    return out;
  }
  if (spots.size() > static_cast<int>(spots_max)) {
    out.errors.add("spots", "range", "at most " + std::to_string(spots_max));
    return out;
  }
  std::uint64_t quantity = 0;
  for (int i = 0; i < spots.size(); ++i) {
    read_one(out, spots[i], i, table);
    quantity += spots[i].quantity();
  }
  if (!out.errors.any()) check_quantity(out.errors, quantity, rules);
  out.quantity = static_cast<std::uint32_t>(std::min<std::uint64_t>(quantity, capacity_max));
  return out;
}

request read_request(const v1::PlaceHold& command, const spot_table& table, const terms& rules) {
  request out;
  if (command.has_assign()) {
    const auto category = table.find_category(command.assign().category());
    if (!category) out.errors.add("category", command.assign().category().empty() ? "required" : "unknown", "no such category here");
    out.category = category.value_or(0);
    out.quantity = command.assign().count();
    check_quantity(out.errors, out.quantity, rules);
  } else {
    out = read_spots(command.spots(), table, rules);
  }
  out.when = read_interval(out.errors, command.interval(), rules.frame);
  return out;
}

void check_booking_id(field_errors& errors, std::string_view booking_id, std::string_view block) {
  if (!valid_booking(booking_id) || block_of_booking(booking_id) != block) errors.add("bookingId", "format", "not an id of this block");
}

field_errors check_place(const v1::PlaceHold& command, std::string_view block) {
  field_errors errors;
  check_booking_id(errors, command.booking_id(), block);
  check_digest(errors, "access", command.access());
  check_optional(errors, "party", command.party());
  check_optional(errors, "party", command.assign().party());
  return errors;
}

void check_confirmation(field_errors& errors, std::string_view code, const v1::TokenDigest& check_in,
                        const v1::TokenDigest& confirm_email) {
  if (!confirmation_code(code)) errors.add("confirmationCode", "format", "8 letters or digits");
  check_digest(errors, "checkIn", check_in);
  if (!confirm_email.sha256().empty()) check_digest(errors, "confirmEmail", confirm_email);
}

bool same_claims(std::vector<claim> a, std::vector<claim> b) {
  const auto by_spot = [](const claim& x, const claim& y) { return x.spot < y.spot; };
  std::sort(a.begin(), a.end(), by_spot);
  std::sort(b.begin(), b.end(), by_spot);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const claim& x, const claim& y) { return x.spot == y.spot && x.quantity == y.quantity; });
}

}  // namespace holdfast::domain::block
