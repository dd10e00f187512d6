#pragma once
// The spot block: the only place where a double booking could happen, so it alone decides.
//
//   PlaceHold ──────────────► held ──ConfirmHold──► confirmed ──CheckIn──► checked_in
//   (Book: both at once)       │ │                   ▲   │
//                Extend/Change ┘ ├─Release► cancelled │   └─Cancel─► cancelled
//                                └─time───► expired   │
//   Reserve ─► pending_email ─────ConfirmEmail────────┘    (takes no capacity until here)
//                    └─time───► expired
//
// decide_definition.cpp  what staff set         decide_hold.cpp         holds and what becomes of them
// decide_reservation.cpp performances           decide_booking.cpp      cancel, check-in, reading, lapsing
// evolve.cpp             events → state         follow.cpp, views.cpp   what others are shown
#include <string>
#include <string_view>

#include "actors/domain/core.hpp"
#include "actors/domain/spot_block/booking_book.hpp"
#include "actors/domain/spot_block/room.hpp"
#include "actors/domain/spot_block/spot_table.hpp"
#include "actors/domain/spot_block/terms.hpp"

namespace holdfast::domain::block {

inline constexpr int lapsed_per_tick_max = 256;          // a tick that finds more leaves its deadline due and is asked again
inline constexpr std::size_t reservations_max = 50'000;  // waiting for their e-mail
inline constexpr std::size_t alternatives_max = 10;

class spot_block final : public core {
public:
  spot_block(std::string_view tenant, std::string_view id) : tenant_(tenant), id_(id) {}

  outcome decide(const v1::Command&, unix_ms now) const override;
  void evolve(const v1::Entry&, sequence at) override;
  consequences follow(const v1::Command&, const v1::Entry&, unix_ms now) const override;
  bool observe(const v1::Command&, std::vector<v1::LiveChange>&) override { return false; }
  std::optional<v1::Command> report() const override;
  std::vector<v1::Command> on_started() const override { return {}; }
  std::optional<unix_ms> next_deadline() const override { return book_.next_deadline(); }
  v1::Command tick() const override;
  void save(v1::EntitySnapshot& out) const override;
  bool restore(const v1::EntitySnapshot& in) override;
  std::size_t records() const noexcept override { return book_.size(); }

private:
  // ---- definition
  outcome decide_apply(const v1::ApplyBlock&, unix_ms now) const;
  std::optional<v1::Rejection> takes_away_what_is_claimed(const v1::BlockDefinition&, unix_ms now, v1::Entry& out) const;
  std::optional<v1::Rejection> leaves_out_what_is_claimed(const stretch& frame, unix_ms now, std::vector<const booking*>& lapsed) const;
  outcome decide_open(const v1::SetBlockOpen&) const;
  outcome decide_occupation(const v1::SetManualOccupation&, unix_ms now) const;

  // ---- holds
  outcome decide_place(const v1::PlaceHold&, unix_ms now) const;
  outcome decide_book(const v1::Book&, unix_ms now) const;
  std::optional<v1::Rejection> place(const v1::PlaceHold&, unix_ms now, v1::Entry& out) const;
  spot_set spots_of_party(const v1::PlaceHold&, const stretch&, unix_ms now) const;
  outcome decide_extend(const v1::ExtendHold&, unix_ms now) const;
  outcome decide_change(const v1::ChangeHold&, unix_ms now) const;
  outcome decide_release(const v1::ReleaseHold&, unix_ms now) const;
  outcome decide_confirm(const v1::ConfirmHold&, unix_ms now) const;

  // ---- reservations
  outcome decide_reserve(const v1::Reserve&, unix_ms now) const;
  outcome decide_confirm_email(const v1::ConfirmEmail&, unix_ms now) const;
  outcome admit(const booking&, unix_ms now) const;

  // ---- bookings
  outcome decide_cancel(const v1::CancelBooking&, unix_ms now) const;
  outcome decide_check_in(const v1::CheckIn&, unix_ms now) const;
  outcome decide_get(const v1::GetBooking&) const;
  outcome decide_expire(unix_ms now) const;

  // ---- shared by decisions
  const booking* find(std::string_view booking_id) const noexcept;
  /// Null also when the secret is not the booking's: who does not hold it must not learn that the booking exists.
  const booking* find_own(std::string_view booking_id, std::string_view access_sha256) const noexcept;
  std::string booking_id(const booking&) const;
  bool bookable(unix_ms now) const noexcept;
  std::vector<want> wants_of(const std::vector<claim>&, const stretch&) const;
  std::optional<std::int64_t> price(const std::vector<claim>&) const noexcept;
  void expire(const booking&, v1::Entry& out) const;
  void expire_first(const std::vector<const booking*>&, v1::Entry& out) const;
  v1::Rejection no_room(const std::vector<shortage>&, const std::vector<claim>& asked, const stretch&) const;
  v1::Rejection sold_out(std::uint16_t category, std::uint32_t left, std::uint32_t count, const stretch&, unix_ms now) const;
  v1::Rejection full_house(std::uint32_t left) const;

  // ---- evolve
  void on(const v1::BlockApplied&);
  void on(const v1::ManualOccupationSet&);
  void on(const v1::HoldPlaced&, unix_ms at);
  void on(const v1::HoldChanged&);
  void on(const v1::BookingConfirmed&, unix_ms at);
  void on(const v1::ReservationPlaced&, unix_ms at);
  void on(const v1::EmailConfirmed&, unix_ms at);
  void on_ended(std::string_view booking_id, v1::BookingStatus, unix_ms at);
  void on_event(const v1::SpotBlockEvent&, unix_ms at);
  booking* find(std::string_view booking_id) noexcept;
  void define(const v1::BlockDefinition&);
  void restore_booking(const v1::StoredBooking&);
  void claim_all(const booking&);
  void unclaim_all(const booking&);
  std::vector<claim> claims_of(const google::protobuf::RepeatedPtrField<v1::SpotQuantity>&);
  stretch stretch_of(const v1::Interval&) const noexcept;

  // ---- views
  void view(const booking&, v1::BookingView& out) const;
  void view_now(const booking&, unix_ms now, v1::BookingView& out) const;
  void view(std::uint32_t spot, v1::SpotView& out) const;
  static void view_claims(const spot&, v1::SpotView& out);
  void view_figures(google::protobuf::RepeatedPtrField<v1::CategoryFigures>& out) const;
  void write_definition(v1::BlockDefinition& out) const;
  void view_block(bool changed, v1::BlockView& out) const;
  void publish(const v1::Entry&, unix_ms now, consequences& out) const;

  std::string tenant_;
  std::string id_;
  sequence version_{};
  bool applied_ = false;
  bool open_ = true;
  std::string head_;  // the definition without its spots, serialised: only views read it
  std::string digest_;
  terms terms_;
  spot_table table_;
  booking_book book_;
};

}  // namespace holdfast::domain::block
