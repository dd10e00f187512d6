#include "actors/domain/spot_block/room.hpp"

#include <algorithm>
#include <map>

#include "actors/domain/planted.hpp"

namespace holdfast::domain::block {
namespace {

/// Copies of a few spots' ledgers from which claims can be taken away to see what would be left.
class what_if {
public:
  explicit what_if(const spot_table& table) : table_(table) {}

  const spot_claims& of(std::uint32_t spot) const {
    const auto it = copies_.find(spot);
    return it == copies_.end() ? table_[spot].claims : it->second;
  }
  void without(const booking& b, std::uint32_t spot) {
    for (const auto& c : b.claims)
      if (c.spot == spot) copies_.try_emplace(spot, table_[spot].claims).first->second.remove(b.when, b.how(), c.quantity);
  }
  const std::map<std::uint32_t, spot_claims>& copies() const noexcept { return copies_; }

private:
  const spot_table& table_;
  std::map<std::uint32_t, spot_claims> copies_;
};

bool satisfied(const want& w, const what_if& state) { return std::uint64_t{state.of(w.spot).peak(w.when)} + w.quantity <= w.capacity; }

bool stands_in_the_way(const booking& b, const want& w) noexcept {
  return overlap(b.when, w.when) && std::any_of(b.claims.begin(), b.claims.end(), [&](const claim& c) { return c.spot == w.spot; });
}

template <class Visit>
void for_each_lapsed(const booking_book& book, unix_ms now, Visit visit) {
  if (planted().lost_hold_expiry) return;
  for (const auto& due : book.holds())
    if (due.at > now || !visit(*due.who)) return;
}

}  // namespace

bool overlap(const stretch& a, const stretch& b) noexcept { return a.whole || b.whole || (a.begin < b.until() && b.begin < a.until()); }

verdict find_room(const spot_table& table, const booking_book& book, std::span<const want> wants, unix_ms now, const booking* own) {
  verdict out;
  if (planted().double_claim) return out;
  what_if state(table);
  std::vector<const want*> lacking;
  for (const auto& w : wants) {
    if (own != nullptr) state.without(*own, w.spot);
    if (!satisfied(w, state)) lacking.push_back(&w);
  }
  if (lacking.empty()) return out;
  for_each_lapsed(book, now, [&](const booking& gone) {
    if (&gone == own || std::none_of(lacking.begin(), lacking.end(), [&](const want* w) { return stands_in_the_way(gone, *w); }))
      return true;
    for (const auto& w : wants) state.without(gone, w.spot);
    out.lapsed.push_back(&gone);
    std::erase_if(lacking, [&](const want* w) { return satisfied(*w, state); });
    return !lacking.empty();
  });
  for (const auto* w : lacking) {
    const auto peak = state.of(w->spot).peak(w->when);
    out.short_of.push_back({w->spot, w->capacity > peak ? w->capacity - peak : 0});
  }
  return out;
}

vacancy find_vacancy(const spot_table& table, const booking_book& book, std::uint16_t category, const stretch& when, unix_ms now) {
  const auto& members = table.categories()[category].members;
  what_if state(table);
  for_each_lapsed(book, now, [&](const booking& gone) {
    if (overlap(gone.when, when))
      for (const auto& c : gone.claims)
        if (members.test(c.spot)) state.without(gone, c.spot);
    return true;
  });
  vacancy out;
  const auto note = [&](std::uint32_t i, std::uint32_t room) {
    if (!table.pool(i)) {
      out.singles.assign(i, room > 0);
    } else if (room > 0) {
      out.pools.push_back({i, room});
    }
  };
  if (when.whole && state.copies().empty()) {  // kept up to date, nothing to work out
    out.singles = members & table.vacant();
    for_each(out.singles & table.pools(), [&](std::size_t i) { note(static_cast<std::uint32_t>(i), table[i].count().free); });
    for (const auto& pool : out.pools) out.singles.reset(pool.spot);
    return out;
  }
  for_each(members, [&](std::size_t index) {
    const auto i = static_cast<std::uint32_t>(index);
    const auto peak = state.of(i).peak(when);
    const auto offered = table[i].offered();
    note(i, offered > peak ? offered - peak : 0);
  });
  return out;
}

}  // namespace holdfast::domain::block
