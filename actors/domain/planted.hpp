#pragma once
// Faults planted on purpose, so that the simulation can prove that its checkers see them. In every ordinary build planted() is a
// constant and the branches behind it vanish; a build with HOLDFAST_PLANT chooses one by name at run time.
#include <string_view>

namespace holdfast::domain {

struct planted_faults {
  bool double_claim = false;      // nobody looks whether a spot is free
  bool lost_hold_expiry = false;  // a lapsed hold counts as taken, and its tick is forgotten
  bool reused_token = false;      // a used confirmation token is accepted again
};

#ifdef HOLDFAST_PLANT
const planted_faults& planted() noexcept;
/// "double_claim", "lost_hold_expiry", "reused_token", or "" for none. False: no fault of that name is planted here.
bool set_planted(std::string_view name) noexcept;
#else
constexpr planted_faults planted() noexcept { return {}; }
#endif

}  // namespace holdfast::domain
