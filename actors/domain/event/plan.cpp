// Which block a group goes to.
#include <algorithm>
#include <tuple>

#include "actors/domain/event/event.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::domain {
namespace {

/// What is known of one block about one category, over the whole frame.
struct fit {
  std::uint64_t capacity = 0;
  std::uint64_t free = 0;
  std::uint64_t held = 0;
  std::uint64_t longest_free_run = 0;
};

fit fit_of(const v1::ReportFigures& report, const std::string& category) {
  for (const auto& f : report.figures())
    if (f.category() == category) return {f.capacity(), f.free(), f.held(), f.longest_free_run()};
  return {};
}

/// Lower is better; equal ranks keep the order of the definition.
struct candidate {
  enum class rank : std::uint8_t { with_party, one_run, several_runs, unknown, if_free_then, if_holds_lapsed } how;
  std::uint64_t measure;
  const std::string* block;
  auto order() const noexcept { return std::tuple(how, measure); }
};

/// Empty: the block cannot take the group. `party_age`: how long ago the party was put there, null if it was not.
std::optional<candidate> judge(const v1::ReportFigures* report, const std::uint64_t* party_age, const v1::PlanGroup& wanted) {
  using rank = candidate::rank;
  if (report == nullptr)
    return party_age != nullptr ? candidate{rank::with_party, *party_age, nullptr} : candidate{rank::unknown, 0, nullptr};
  if (report->closed()) return std::nullopt;
  const auto [capacity, free, held, run] = fit_of(*report, wanted.category());
  // Figures are of the whole frame: what is taken for some nights may be free for others, which only the block can tell.
  if (free < wanted.count() && wanted.has_interval())
    return capacity >= wanted.count() ? std::optional(candidate{rank::if_free_then, ~free, nullptr}) : std::nullopt;
  // A hold may have lapsed since the block reported. Only the block can tell, and must not depend on its tick having come first.
  if (free < wanted.count())
    return free + held >= wanted.count() ? std::optional(candidate{rank::if_holds_lapsed, ~(free + held), nullptr}) : std::nullopt;
  if (party_age != nullptr) return candidate{rank::with_party, *party_age, nullptr};
  return run >= wanted.count() ? candidate{rank::one_run, run, nullptr} : candidate{rank::several_runs, ~free, nullptr};
}

}  // namespace

v1::GroupPlan event::plan(const v1::PlanGroup& wanted, const std::string& key) const {
  v1::GroupPlan out;
  if (const auto known = by_key_.find(key); !key.empty() && known != by_key_.end()) {
    out.add_block_ids(known->second->block_id());
    out.set_bound(true);
    return out;
  }
  std::map<std::string_view, std::uint64_t> party;  // block → how long ago the party was put there
  if (!wanted.party().empty()) {
    std::uint64_t age = 0;
    for (auto b = bounds_.rbegin(); b != bounds_.rend(); ++b, ++age)
      if (b->party() == wanted.party()) party.try_emplace(b->block_id(), age);
  }
  std::vector<candidate> candidates;
  for (const auto& block : definition_.block_ids()) {
    const auto here = party.find(block);
    const auto report = reports_.find(block);
    const auto judged = judge(report == reports_.end() ? nullptr : &report->second, here == party.end() ? nullptr : &here->second, wanted);
    if (judged) candidates.push_back({judged->how, judged->measure, &block});
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const candidate& a, const candidate& b) { return a.order() < b.order(); });
  for (const auto& c : candidates) out.add_block_ids(*c.block);
  return out;
}

v1::Rejection event::nothing_fits(const v1::PlanGroup& wanted) const {
  std::uint64_t left = 0;
  std::vector<v1::Alternative> found;
  for (const auto& block : definition_.block_ids()) {
    const auto report = reports_.find(block);
    if (report == reports_.end() || report->second.closed()) continue;
    for (const auto& f : report->second.figures()) {
      const bool same = f.category() == wanted.category();
      if (same) left += f.free();
      if (same ? f.free() == 0 : f.free() < wanted.count()) continue;
      auto& alternative = found.emplace_back();
      alternative.set_resource_id(block);
      alternative.set_title(report->second.title());
      alternative.set_category(f.category());
      alternative.set_free(f.free());
    }
  }
  // What comes nearest to the wish first: the same category elsewhere, then much before little.
  std::stable_sort(found.begin(), found.end(), [&](const v1::Alternative& a, const v1::Alternative& b) {
    const bool same_a = a.category() == wanted.category();
    const bool same_b = b.category() == wanted.category();
    return same_a != same_b ? same_a : a.free() > b.free();
  });
  auto out = reject(v1::SOLD_OUT, std::to_string(left) + " left");
  for (std::size_t i = 0; i < found.size() && i < 10; ++i) *out.add_alternatives() = std::move(found[i]);
  return out;
}

bool event::knows_category(const std::string& category) const {
  for (const auto& price : definition_.prices())
    if (price.category() == category) return true;
  for (const auto& block : definition_.block_ids()) {
    const auto report = reports_.find(block);
    if (report == reports_.end()) return true;  // it may be there
    for (const auto& f : report->second.figures())
      if (f.category() == category) return true;
  }
  return false;
}

}  // namespace holdfast::domain
