// What follows from an entry: the answer, what subscribers see, mail, and the figures that the event wants to know.
#include <algorithm>
#include <vector>

#include "actors/domain/spot_block/spot_block.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::domain::block {
namespace {

/// Every booking an entry speaks of, once, in order.
std::vector<std::string_view> bookings_in(const v1::Entry& entry) {
  using kind = v1::SpotBlockEvent::KindCase;
  std::vector<std::string_view> out;
  for (const auto& e : entry.block()) {
    std::string_view id;
    switch (e.kind_case()) {
      case kind::kHoldPlaced:
        id = e.hold_placed().booking_id();
        break;
      case kind::kHoldExtended:
        id = e.hold_extended().booking_id();
        break;
      case kind::kHoldChanged:
        id = e.hold_changed().booking_id();
        break;
      case kind::kHoldReleased:
        id = e.hold_released().booking_id();
        break;
      case kind::kHoldExpired:
        id = e.hold_expired().booking_id();
        break;
      case kind::kConfirmed:
        id = e.confirmed().booking_id();
        break;
      case kind::kReserved:
        id = e.reserved().booking_id();
        break;
      case kind::kEmailConfirmed:
        id = e.email_confirmed().booking_id();
        break;
      case kind::kReservationExpired:
        id = e.reservation_expired().booking_id();
        break;
      case kind::kCancelled:
        id = e.cancelled().booking_id();
        break;
      case kind::kCheckedIn:
        id = e.checked_in().booking_id();
        break;
      default:
        continue;
    }
    if (std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
  }
  return out;
}

/// The booking that the command is about; empty for commands about the block.
std::string_view subject(const v1::Command& command) {
  using kind = v1::Command::KindCase;
  switch (command.kind_case()) {
    case kind::kPlaceHold:
      return command.place_hold().booking_id();
    case kind::kExtendHold:
      return command.extend_hold().booking_id();
    case kind::kChangeHold:
      return command.change_hold().booking_id();
    case kind::kReleaseHold:
      return command.release_hold().booking_id();
    case kind::kConfirmHold:
      return command.confirm_hold().booking_id();
    case kind::kBook:
      return command.book().hold().booking_id();
    case kind::kReserve:
      return command.reserve().booking_id();
    case kind::kConfirmEmail:
      return command.confirm_email().booking_id();
    case kind::kCancelBooking:
      return command.cancel_booking().booking_id();
    case kind::kCheckIn:
      return command.check_in().booking_id();
    case kind::kGetBooking:
      return command.get_booking().booking_id();
    default:
      return {};
  }
}

struct wanted_mail {
  const char* kind;
  std::string_view booking;
};

std::vector<wanted_mail> mail_in(const v1::Entry& entry) {
  using kind = v1::SpotBlockEvent::KindCase;
  std::vector<wanted_mail> out;
  for (const auto& e : entry.block()) {
    if (e.kind_case() == kind::kReserved) out.push_back({"confirm_email", e.reserved().booking_id()});
    if (e.kind_case() == kind::kConfirmed) out.push_back({"ticket", e.confirmed().booking_id()});
    if (e.kind_case() == kind::kEmailConfirmed && e.email_confirmed().confirmed())
      out.push_back({"ticket", e.email_confirmed().booking_id()});
    if (e.kind_case() == kind::kCancelled) out.push_back({"booking_cancelled", e.cancelled().booking_id()});
  }
  return out;
}

struct about_block {
  bool redefined = false;
  bool opened_or_closed = false;
};

about_block block_changes_in(const v1::Entry& entry) {
  about_block out;
  for (const auto& e : entry.block()) {
    out.redefined = out.redefined || e.has_applied();
    out.opened_or_closed = out.opened_or_closed || e.has_open_set();
  }
  return out;
}

}  // namespace

consequences spot_block::follow(const v1::Command& command, const v1::Entry& entry, unix_ms now) const {
  consequences out;
  const bool changed = entry.block_size() > 0;
  if (const auto id = subject(command); !id.empty()) {
    if (const auto* b = find(id)) {
      view_now(*b, now, *out.reply.mutable_booking());
    } else {
      out.reply = as_reply(reject(v1::NOT_FOUND));  // released, and at once the oldest of too many
    }
  } else if (command.has_expire_due() || command.has_send_figures()) {
    out.reply.mutable_done()->set_next_deadline_ms(next_deadline().value_or(0));
  } else if (command.has_get_block() && command.get_block().known_version() == version_.value) {
    out.reply.mutable_block()->set_version(version_.value);
    out.reply.mutable_block()->set_unchanged(true);
  } else {
    view_block(changed, *out.reply.mutable_block());
  }
  out.report = command.has_send_figures();
  if (changed) publish(entry, now, out);
  return out;
}

void spot_block::publish(const v1::Entry& entry, unix_ms now, consequences& out) const {
  const auto topic = [&](std::string_view kind, std::string_view id) -> v1::LiveChange& {
    auto& change = out.changes.emplace_back();
    change.set_topic(std::string(kind).append(id));
    change.set_tenant_slug(tenant_);
    change.set_version(version_.value);
    return change;
  };
  const auto about = block_changes_in(entry);
  if (about.redefined || about.opened_or_closed || !table_.touched().empty()) {
    auto& change = *topic("block:", id_).mutable_block();
    change.set_open(open_);
    change.set_redefined(about.redefined);
    view_figures(*change.mutable_figures());
    if (!about.redefined)
      for (const auto i : table_.touched()) view(i, *change.add_spots());
    out.report = true;
  }
  for (const auto id : bookings_in(entry)) {
    const auto* b = find(id);
    if (b == nullptr) continue;
    auto& change = *topic("booking:", id).mutable_booking();
    change.set_booking_id(std::string(id));
    change.set_status(b->lapsed(now) ? v1::BOOKING_EXPIRED : b->status);
    if (b->confirmed_at == 0) change.set_expires_at_ms(b->expires_at);
  }
  for (const auto& wanted : mail_in(entry)) {
    const auto* b = find(wanted.booking);
    const bool was_booking = b != nullptr && (b->confirmed_at != 0 || b->pending());
    if (!was_booking) continue;  // giving up what was never confirmed needs no letter
    auto& mail = out.mail.emplace_back();
    mail.set_template_(wanted.kind);
    mail.set_tenant(tenant_);
    mail.set_event_id(std::string(event_of_block(id_)));
    view(*b, *mail.mutable_booking());
  }
}

}  // namespace holdfast::domain::block
