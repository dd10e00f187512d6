#pragma once
// Faults planted on purpose in the runtime, as actors/domain/planted.hpp does it in the deciding code: in an ordinary build planted() is a
// constant and the branches behind it vanish.
#include <string_view>

namespace holdfast::actors {

struct planted_faults {
  bool answer_after_lease_lost = false;  // a node never doubts that its leases are in force
  bool drop_in_handoff = false;          // what waited for a shard on the move is forgotten
  bool replay_twice = false;             // now and then an entry is applied again when an entity recovers
};

#ifdef HOLDFAST_PLANT
inline planted_faults planted_now;  // set before anything runs
inline const planted_faults& planted() noexcept { return planted_now; }
/// One of the names above, or "" for none. False: no fault of that name is planted here.
inline bool set_planted(std::string_view name) noexcept {
  planted_now = {.answer_after_lease_lost = name == "answer_after_lease_lost",
                 .drop_in_handoff = name == "drop_in_handoff",
                 .replay_twice = name == "replay_twice"};
  return name.empty() || planted_now.answer_after_lease_lost || planted_now.drop_in_handoff || planted_now.replay_twice;
}
#else
constexpr planted_faults planted() noexcept { return {}; }
#endif

}  // namespace holdfast::actors
