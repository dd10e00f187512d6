#include "actors/domain/spot_block/booking_book.hpp"

#include <algorithm>
#include <utility>

#include "actors/domain/planted.hpp"

namespace holdfast::domain::block {

const booking_book::shelves& booking_book::all() const noexcept {
  static const shelves empty;
  return shelves_ ? *shelves_ : empty;
}

booking* booking_book::look_up(std::string_view local) const {
  if (asked_ == nullptr || asked_->local != local) {
    auto* found = all().bookings.find(local);
    if (found == nullptr) return nullptr;
    asked_ = found;
  }
  return asked_;
}

booking& booking_book::add(std::string_view local) {
  if (!shelves_) shelves_ = std::make_unique<shelves>();
  auto made = std::make_unique<booking>();
  made->local = local;
  const auto [b, fresh] = shelves_->bookings.add(std::move(made));
  if (fresh) b->serial = shelves_->next_serial++;
  return *b;
}

void booking_book::file(booking& b) {
  const moment due{b.expires_at, b.serial, &b};
  if (b.held()) shelves_->holds.insert(due);
  if (b.pending()) shelves_->reservations.insert(due);
  if (b.claiming() && !b.party.empty()) shelves_->parties[b.party].push_back(&b);
  if (b.over() && b.confirmed_at == 0)
    (b.reserved ? shelves_->ended_reservations : shelves_->ended_holds).insert({b.ended_at, b.serial, &b});
}

void booking_book::disarm(booking& b) {
  const moment due{b.expires_at, b.serial, &b};
  if (b.held()) shelves_->holds.erase(due);
  if (b.pending()) shelves_->reservations.erase(due);
}

void booking_book::postpone(booking& b, unix_ms expires_at) {
  disarm(b);
  b.expires_at = expires_at;
  const moment due{b.expires_at, b.serial, &b};
  if (b.held()) shelves_->holds.insert(due);
  if (b.pending()) shelves_->reservations.insert(due);
}

void booking_book::settle(booking& b, v1::BookingStatus status) {
  disarm(b);
  b.status = status;
}

void booking_book::end(booking& b, v1::BookingStatus status, unix_ms at) {
  disarm(b);
  auto& parties = shelves_->parties;
  if (const auto party = parties.find(b.party); party != parties.end()) {
    std::erase(party->second, &b);
    if (party->second.empty()) parties.erase(party);
  }
  b.status = status;
  b.ended_at = at;
  if (b.confirmed_at == 0) (b.reserved ? shelves_->ended_reservations : shelves_->ended_holds).insert({at, b.serial, &b});
}

void booking_book::forget(unix_ms now) {
  if (!shelves_) return;
  trim(shelves_->ended_holds, ended_hold_kept_ms, ended_holds_max, now);
  trim(shelves_->ended_reservations, ended_reservation_kept_ms, ended_reservations_max, now);
}

void booking_book::trim(timeline& ended, unix_ms kept, std::size_t max, unix_ms now) {
  while (!ended.empty() && (ended.size() > max || ended.begin()->at + kept <= now)) {
    const auto& gone = *ended.begin()->who;
    ended.erase(ended.begin());
    asked_ = nullptr;
    shelves_->bookings.erase(gone);
  }
}

std::optional<unix_ms> booking_book::next_deadline() const noexcept {
  std::optional<unix_ms> next;
  if (!holds().empty() && !planted().lost_hold_expiry) next = holds().begin()->at;
  if (!reservations().empty() && (!next || reservations().begin()->at < *next)) next = reservations().begin()->at;
  return next;
}

const std::vector<booking*>& booking_book::party(const std::string& name) const noexcept {
  static const std::vector<booking*> nobody;
  const auto it = all().parties.find(name);
  return it == all().parties.end() ? nobody : it->second;
}

std::vector<const booking*> booking_book::in_order() const {
  std::vector<const booking*> out;
  out.reserve(size());
  all().bookings.for_each([&](const booking& b) { out.push_back(&b); });
  std::sort(out.begin(), out.end(), [](const booking* a, const booking* b) { return a->serial < b->serial; });
  return out;
}

}  // namespace holdfast::domain::block
