#include "actors/domain/planted.hpp"

#ifdef HOLDFAST_PLANT
namespace holdfast::domain {
namespace {
planted_faults active;  // set once, before anything runs
}

const planted_faults& planted() noexcept { return active; }

bool set_planted(std::string_view name) noexcept {
  const planted_faults chosen{
      .double_claim = name == "double_claim", .lost_hold_expiry = name == "lost_hold_expiry", .reused_token = name == "reused_token"};
  if (!name.empty() && !chosen.double_claim && !chosen.lost_hold_expiry && !chosen.reused_token) return false;
  active = chosen;
  return true;
}

}  // namespace holdfast::domain
#endif
