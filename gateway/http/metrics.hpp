#pragma once
// Counters of the HTTP server. One object per server; finding the counter of a route and status costs a hash look-up, no lock of the
// registry, so each lane has a small cache of its own.
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
template <typename T>
class Family;
}  // namespace prometheus

namespace holdfast::gateway {

class http_metrics {
public:
  explicit http_metrics(prometheus::Registry&);

  prometheus::Gauge& connections;
  prometheus::Gauge& websockets;
  prometheus::Counter& bytes_received;
  prometheus::Counter& bytes_sent;
  prometheus::Counter& refused_total_limit;
  prometheus::Counter& refused_address_limit;
  prometheus::Counter& malformed;
  prometheus::Counter& timeouts;
  prometheus::Counter& rate_limited;
  prometheus::Counter& stale;

  prometheus::Counter& requests(std::string_view route, int status);
  prometheus::Histogram& seconds(std::string_view route);

private:
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& seconds_;
};

/// One lane's way to the counters of a route. Names are those of the router and live as long as it does.
class route_metrics {
public:
  explicit route_metrics(http_metrics& all) : all_(all) {}
  void count(std::string_view route, int status, double seconds);

private:
  struct entry {
    prometheus::Histogram* seconds = nullptr;
    std::map<int, prometheus::Counter*> by_status;
  };
  http_metrics& all_;
  std::unordered_map<std::string_view, entry> routes_;
};

}  // namespace holdfast::gateway
