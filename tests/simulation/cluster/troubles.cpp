#include "tests/simulation/cluster/troubles.hpp"

#include <array>

namespace holdfast::simulation {

void troubles::maybe() {
  switch (pick(36)) {
    case 0:
    case 1:
      return machine();
    case 2:
      return wire();
    case 3:
    case 4:
      return store();
    case 5:
    case 6:
      return operation();
    case 7:
      return audience();
    case 8:
      return in_.pass(in_.between(500, 2'500));
    default:
      return;
  }
}

void troubles::later(std::int64_t ms, std::function<void()> what) {
  in_.after(ms, [this, what = std::move(what)] {
    if (!over_) what();
  });
}

// ---- machines

void troubles::crash(host& h) {
  const bool refuses = pick(3) != 0;  // else the machine lost power
  ++figures_.crashes;
  in_.end(h, refuses);
  later(in_.between(1, 3'500), [this, &h] { in_.start(h); });
}

void troubles::machine() {
  auto& h = in_.any_host();
  switch (pick(5)) {
    case 0:
      return crash(h);
    case 1:
    case 2:
      if (!h.runs()) return;
      ++figures_.pauses;
      in_.pause(h);
      return later(in_.between(50, 4'500), [this, &h] { in_.resume(h); });
    case 3:
      h.lazy_until = in_.now() + in_.between(10, 800);
      return;
    default:
      h.clock.set_offset(in_.between(-400, 400));
  }
}

// ---- wires

void troubles::cut(const std::string& from, const std::string& to, std::int64_t ms) {
  ++figures_.cuts;
  in_.tell("{} does not reach {} for {} ms", from, to, ms);
  in_.net().cut(from, to);
  later(ms, [this, from, to] { in_.net().mend(from, to); });
}

void troubles::wire() {
  const auto& a = in_.any_host().name;
  const auto& b = in_.any_host().name;
  if (a == b) return;
  const auto ms = in_.between(50, 4'000);
  switch (pick(7)) {
    case 0:
      return cut(a, b, ms);
    case 1:
      cut(a, b, ms);
      return cut(b, a, ms);
    case 2:
      for (const auto& other : in_.hosts()) {
        if (other->name == a) continue;
        cut(a, other->name, ms);
        cut(other->name, a, ms);
      }
      return;
    case 3:
    case 4:
      in_.net().slow(a, b, in_.between(20, 900));
      return later(ms, [this, a, b] { in_.net().mend(a, b); });
    case 5:
      return in_.net().reset(a, b);
    default:
      return in_.net().drop_some(static_cast<int>(1 + pick(20)));
  }
}

// ---- the store

void troubles::cut_off_store(host& h, std::int64_t ms) {
  if (!h.node) return;
  in_.tell("{} does not reach the store for {} ms", h.name, ms);
  h.node->store().set_cut(true);
  later(ms, [&h, number = h.starts] {
    if (h.node && h.starts == number) h.node->store().set_cut(false);
  });
}

void troubles::store() {
  auto& h = in_.any_host();
  switch (pick(8)) {
    case 0:
    case 1:
      ++figures_.outages;
      return cut_off_store(h, in_.between(50, 4'000));
    case 2: {
      ++figures_.outages;
      const auto ms = in_.between(50, 3'000);
      for (auto& each : in_.hosts()) cut_off_store(*each, ms);
      if (pick(2) == 0) return;
      ++figures_.store_crashes;
      return in_.crash_store();
    }
    case 3:
    case 4:
      if (!h.node) return;
      ++figures_.hangs;
      in_.tell("the next beat of {} hangs", h.name);
      return h.node->hang_next_beat(in_.between(10, 3'500));
    case 5:
      if (h.node) h.node->store().shake(static_cast<int>(1 + pick(12)));
      return;
    case 6:
      if (h.node) h.node->store().faults().open_window(static_cast<int>(1 + pick(12)));
      return;
    default:
      (void)(*in_.storage().snapshots())->erase_all();
  }
}

// ---- operators

void troubles::operation() {
  auto& h = in_.any_host();
  if (!h.runs()) return;
  switch (pick(6)) {
    case 0:
    case 1:
    case 2: {
      ++figures_.moves;
      constexpr std::array<std::uint32_t, 5> weights{0, 30, 100, 100, 300};
      const auto weight = weights.at(pick(weights.size()));
      in_.tell("{} weighs {}", h.name, weight);
      return h.node->member().set_weight(weight);
    }
    case 3:
      h.node->member().set_paused(true);
      return later(in_.between(200, 3'000), [&h, number = h.starts] {
        if (h.node && h.starts == number) h.node->member().set_paused(false);
      });
    default:
      // As a deployment does it: give everything away, go, come back.
      ++figures_.leaves;
      in_.tell("{} gives everything away", h.name);
      h.node->member().set_weight(0);
      return later(in_.between(500, 2'500), [this, &h, number = h.starts] {
        if (!h.runs() || h.starts != number) return;
        in_.leave(h);
        later(in_.between(100, 2'000), [this, &h] { in_.start(h); });
      });
  }
}

void troubles::audience() {
  auto& h = in_.any_host();
  if (!h.runs()) return;
  const auto& block = blocks_[pick(blocks_.size())];
  if (h.node->guests().watches(block) && pick(3) == 0)
    h.node->guests().leave(block);
  else
    h.node->guests().come(block);
}

void troubles::end() {
  over_ = true;
  in_.net().mend_all();
  for (auto& h : in_.hosts()) {
    in_.resume(*h);
    in_.start(*h);
    auto& node = *h->node;
    node.store().set_cut(false);
    node.store().shake(0);
    node.hang_next_beat(0);
    node.store().faults().open_window(0);
    node.member().set_weight(100);
    node.member().set_paused(false);
    for (const auto& block : blocks_) node.guests().come(block);
  }
}

}  // namespace holdfast::simulation
