#include "config/node/certificate_watch.hpp"

namespace holdfast::node {

std::optional<certificate_warning> certificate_watch::look(unix_ms expires_at, unix_ms now) {
  if (expires_at == about_ && now < again_at_) return std::nullopt;
  about_ = expires_at;
  const auto left = expires_at - now;
  if (expires_at == 0 || left > warns_before) {
    again_at_ = expires_at == 0 ? now + day : expires_at - warns_before;
    return std::nullopt;
  }
  again_at_ = now + day;
  const std::string remedy = "; renew it (`holdfast certs` or your authority) and send the node SIGHUP (`systemctl reload holdfast`)";
  if (left <= 0) return certificate_warning{true, "the certificate of this node's links has ended: no link comes up any more" + remedy};
  const auto days = left / day;
  const auto when = days == 0 ? std::string("in less than a day") : days == 1 ? "in 1 day" : "in " + std::to_string(days) + " days";
  return certificate_warning{left <= urgent_before, "the certificate of this node's links ends " + when + remedy};
}

}  // namespace holdfast::node
