// One command in, events or a rejection out. What several decisions share stands here too.
#include "actors/domain/spot_block/spot_block.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::domain::block {

outcome spot_block::decide(const v1::Command& command, unix_ms now) const {
  using kind = v1::Command::KindCase;
  if (command.kind_case() == kind::kApplyBlock) return decide_apply(command.apply_block(), now);
  if (!applied_) return reject(v1::NOT_FOUND);
  switch (command.kind_case()) {
    case kind::kSetBlockOpen:
      return decide_open(command.set_block_open());
    case kind::kSetManualOccupation:
      return decide_occupation(command.set_manual_occupation(), now);
    case kind::kPlaceHold:
      return decide_place(command.place_hold(), now);
    case kind::kExtendHold:
      return decide_extend(command.extend_hold(), now);
    case kind::kChangeHold:
      return decide_change(command.change_hold(), now);
    case kind::kReleaseHold:
      return decide_release(command.release_hold(), now);
    case kind::kConfirmHold:
      return decide_confirm(command.confirm_hold(), now);
    case kind::kBook:
      return decide_book(command.book(), now);
    case kind::kReserve:
      return decide_reserve(command.reserve(), now);
    case kind::kConfirmEmail:
      return decide_confirm_email(command.confirm_email(), now);
    case kind::kCancelBooking:
      return decide_cancel(command.cancel_booking(), now);
    case kind::kCheckIn:
      return decide_check_in(command.check_in(), now);
    case kind::kGetBooking:
      return decide_get(command.get_booking());
    case kind::kExpireDue:
      return decide_expire(now);
    case kind::kGetBlock:
    case kind::kSendFigures:
      return v1::Entry{};
    default:
      return reject(v1::INTERNAL, "not a command for a block");
  }
}

const booking* spot_block::find(std::string_view id) const noexcept {
  // "<event>.<block>.<local>": what stands before the last dot must be this block.
  if (id.size() <= id_.size() + 1 || !id.starts_with(id_) || id[id_.size()] != '.') return nullptr;
  return book_.find(id.substr(id_.size() + 1));
}

const booking* spot_block::find_own(std::string_view id, std::string_view access_sha256) const noexcept {
  static constexpr secret nobody;
  const auto* b = find(id);
  const bool mine = (b == nullptr ? nobody : b->access).matches(access_sha256);
  return mine ? b : nullptr;
}

std::string spot_block::booking_id(const booking& b) const {
  std::string out;
  out.reserve(id_.size() + 1 + b.local.size());
  return out.append(id_).append(".").append(b.local);
}

bool spot_block::bookable(unix_ms now) const noexcept { return open_ && terms_.on_sale(now); }

std::vector<want> spot_block::wants_of(const std::vector<claim>& claims, const stretch& when) const {
  std::vector<want> out;
  out.reserve(claims.size());
  for (const auto& c : claims) out.push_back({c.spot, c.quantity, table_[c.spot].offered(), when});
  return out;
}

std::optional<std::int64_t> spot_block::price(const std::vector<claim>& claims) const noexcept {
  std::int64_t total = 0;
  for (const auto& c : claims) {
    std::int64_t part = 0;
    const auto each = table_.categories()[table_[c.spot].category].price_minor;
    if (__builtin_mul_overflow(each, static_cast<std::int64_t>(c.quantity), &part) || __builtin_add_overflow(total, part, &total))
      return std::nullopt;
  }
  return total;
}

void spot_block::expire(const booking& b, v1::Entry& out) const {
  if (b.pending()) {
    out.add_block()->mutable_reservation_expired()->set_booking_id(booking_id(b));
  } else {
    out.add_block()->mutable_hold_expired()->set_booking_id(booking_id(b));
  }
}

void spot_block::expire_first(const std::vector<const booking*>& lapsed, v1::Entry& out) const {
  for (const auto* b : lapsed) expire(*b, out);
}

}  // namespace holdfast::domain::block
