#pragma once
// Every booking of the block: found by id, by party, and by when it lapses. Records of what never became a booking are forgotten
// after a while, so that a block does not grow with the guests who only looked.
#include <compare>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "actors/domain/spot_block/booking.hpp"
#include "actors/domain/text_index.hpp"

namespace holdfast::domain::block {

inline constexpr unix_ms ended_hold_kept_ms = 3'600'000;  // "your hold has expired" can be said for an hour
inline constexpr std::size_t ended_holds_max = 1'000;
inline constexpr unix_ms ended_reservation_kept_ms = 7LL * 86'400'000;  // "this link has expired" for a week
inline constexpr std::size_t ended_reservations_max = 10'000;

class booking_book {
public:
  /// Ordered by time, then by creation: the same in every replay.
  struct moment {
    unix_ms at;
    std::uint64_t serial;
    booking* who;
    friend bool operator<(const moment& a, const moment& b) noexcept { return a.at != b.at ? a.at < b.at : a.serial < b.serial; }
  };
  using timeline = std::set<moment>;

  /// Null when there is no such booking. `local` is the last part of the id.
  booking* find(std::string_view local) { return look_up(local); }
  const booking* find(std::string_view local) const { return look_up(local); }

  /// The next in order of creation. An id that is there already gives the one that is there.
  booking& add(std::string_view local);
  /// Call once the booking is filled in: arms its deadline, files it under its party, or puts it on the list of the forgotten.
  void file(booking&);
  /// The deadline moves; the booking must be filed.
  void postpone(booking&, unix_ms expires_at);
  /// held or pending → confirmed: nothing lapses any more.
  void settle(booking&, v1::BookingStatus);
  /// Into a status in which it claims nothing.
  void end(booking&, v1::BookingStatus, unix_ms at);
  /// Drops what ended too long ago, and the oldest where there are too many.
  void forget(unix_ms now);

  const timeline& holds() const noexcept { return all().holds; }
  const timeline& reservations() const noexcept { return all().reservations; }
  std::optional<unix_ms> next_deadline() const noexcept;
  /// Those that still claim something, in order of creation.
  const std::vector<booking*>& party(const std::string& name) const noexcept;

  std::vector<const booking*> in_order() const;
  std::size_t size() const noexcept { return all().bookings.size(); }

private:
  struct shelves {
    text_index<booking> bookings;
    std::unordered_map<std::string, std::vector<booking*>> parties;
    timeline holds;
    timeline reservations;
    timeline ended_holds;
    timeline ended_reservations;
    std::uint64_t next_serial = 1;
  };

  const shelves& all() const noexcept;
  booking* look_up(std::string_view local) const;
  void disarm(booking&);
  void trim(timeline&, unix_ms kept, std::size_t max, unix_ms now);

  std::unique_ptr<shelves> shelves_;  // null: no booking yet; most blocks are looked at only
  mutable booking* asked_ = nullptr;  // last: one command asks for its booking again and again
};

}  // namespace holdfast::domain::block
