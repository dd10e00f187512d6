#pragma once
// The event: its frame in time, whether it is open, and in the group flow which block a party goes to.
//
//   PlanGroup  → the blocks worth asking, best first (nothing is stored; the figures are what the blocks last reported)
//   BindGroup  → remembers which block took the group, so that a repeat goes there again and the party's next booking follows
//
// The figures are soft: a block that has not reported since this entity started is unknown and tried late, one that is full but for holds
// that may have lapsed meanwhile last. Being wrong costs one more question to a block, never a double booking.
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "actors/domain/core.hpp"

namespace holdfast::domain {

inline constexpr std::size_t group_bounds_max = 8'192;  // the oldest are forgotten
inline constexpr int event_blocks_max = 1'000;

class event final : public core {
public:
  event(std::string_view tenant, std::string_view id) : tenant_(tenant), id_(id) {}

  outcome decide(const v1::Command&, unix_ms now) const override;
  void evolve(const v1::Entry&, sequence at) override;
  consequences follow(const v1::Command&, const v1::Entry&, unix_ms now) const override;
  bool observe(const v1::Command&, std::vector<v1::LiveChange>&) override;
  std::optional<v1::Command> report() const override { return std::nullopt; }
  std::vector<v1::Command> on_started() const override;
  std::optional<unix_ms> next_deadline() const override { return std::nullopt; }
  v1::Command tick() const override;
  void save(v1::EntitySnapshot& out) const override;
  bool restore(const v1::EntitySnapshot& in) override;
  std::size_t records() const noexcept override { return bounds_.size(); }

private:
  using bounds = std::list<v1::GroupBound>;  // oldest first

  bool applied() const noexcept { return !digest_.empty(); }
  outcome decide_apply(const v1::ApplyEvent&) const;
  outcome decide_open(const v1::SetEventOpen&) const;
  outcome decide_plan(const v1::PlanGroup&, const std::string& key, unix_ms now) const;
  outcome decide_bind(const v1::BindGroup&) const;

  // ---- plan.cpp
  v1::GroupPlan plan(const v1::PlanGroup&, const std::string& key) const;
  v1::Rejection nothing_fits(const v1::PlanGroup&) const;
  bool knows_category(const std::string&) const;

  void define(const v1::EventDefinition&);
  void bind(const v1::GroupBound&);
  void view(bool changed, v1::EventView& out) const;
  v1::BlockFigures figures_of(const std::string& block) const;
  std::vector<v1::Command> ask_for_figures() const;
  v1::LiveChange change() const;

  std::string tenant_;
  std::string id_;
  sequence version_{};
  v1::EventDefinition definition_;
  std::string digest_;
  bool open_ = true;
  bounds bounds_;
  std::unordered_map<std::string, bounds::const_iterator> by_key_;
  std::unordered_map<std::string, v1::ReportFigures> reports_;  // soft
};

}  // namespace holdfast::domain
