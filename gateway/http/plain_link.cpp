#include <prometheus/gauge.h>

#include "gateway/http/links.hpp"
#include "gateway/http/stream_link.hpp"

namespace holdfast::gateway {

void start_plain(accepted a) {
  std::make_shared<stream_link<tcp_socket>>(std::move(a.socket), std::move(a.core), std::move(a.on), peer{std::move(a.address), false},
                                            std::move(a.place))
      ->start(a.refusal);
}

void count_websocket(server_core& core, int change) { core.metrics.websockets.Increment(change); }

}  // namespace holdfast::gateway
