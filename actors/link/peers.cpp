#include "actors/link/peers.hpp"

namespace holdfast::actors::link {

std::string_view name_of(link_error e) noexcept {
  switch (e) {
    case link_error::unavailable:
      return "unavailable";
    case link_error::window_full:
      return "window full";
    case link_error::too_large:
      return "too large";
    case link_error::timed_out:
      return "timed out";
    case link_error::peer_lost:
      return "peer lost";
  }
  return "";
}

bool nothing_done(link_error e) noexcept { return e != link_error::timed_out && e != link_error::peer_lost; }

}  // namespace holdfast::actors::link
