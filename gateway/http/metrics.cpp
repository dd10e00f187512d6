#include "gateway/http/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <sstream>
#include <string>

#include "gateway/http/http_server.hpp"

namespace holdfast::gateway {
namespace {

prometheus::Family<prometheus::Counter>& counters(prometheus::Registry& to, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(to);
}

prometheus::Gauge& gauge(prometheus::Registry& to, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(to).Add({});
}

const prometheus::Histogram::BucketBoundaries& latency_buckets() {
  static const prometheus::Histogram::BucketBoundaries bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                              0.1,    0.25,  0.5,    1,     2.5,  5,     10};
  return bounds;
}

}  // namespace

http_metrics::http_metrics(prometheus::Registry& to)
    : connections(gauge(to, "holdfast_http_connections", "Open connections, WebSockets included")),
      websockets(gauge(to, "holdfast_http_websockets", "Open WebSockets")),
      bytes_received(counters(to, "holdfast_http_received_bytes_total", "Bytes of requests").Add({})),
      bytes_sent(counters(to, "holdfast_http_sent_bytes_total", "Bytes of answers").Add({})),
      refused_total_limit(counters(to, "holdfast_http_refused_connections_total", "Connections refused because a limit was reached")
                              .Add({{"limit", "total"}})),
      refused_address_limit(counters(to, "holdfast_http_refused_connections_total", "Connections refused because a limit was reached")
                                .Add({{"limit", "address"}})),
      malformed(counters(to, "holdfast_http_malformed_requests_total", "Requests refused by the strict reader").Add({})),
      timeouts(counters(to, "holdfast_http_timeouts_total", "Connections closed because the peer was too slow").Add({})),
      rate_limited(counters(to, "holdfast_http_rate_limited_requests_total", "Requests answered with 429").Add({})),
      stale(counters(to, "holdfast_http_stale_requests_total", "Requests not served because nobody seemed to wait for them any more")
                .Add({})),
      requests_(counters(to, "holdfast_http_requests_total", "Requests answered, by route and status")),
      seconds_(prometheus::BuildHistogram()
                   .Name("holdfast_http_request_duration_seconds")
                   .Help("From the end of a request's head to the answer's last byte handed to the system, by route")
                   .Register(to)) {}

prometheus::Counter& http_metrics::requests(std::string_view route, int status) {
  return requests_.Add({{"route", std::string(route)}, {"status", std::to_string(status)}});
}

prometheus::Histogram& http_metrics::seconds(std::string_view route) {
  return seconds_.Add({{"route", std::string(route)}}, latency_buckets());
}

void route_metrics::count(std::string_view route, int status, double seconds) {
  auto& at = routes_[route];
  if (!at.seconds) at.seconds = &all_.seconds(route);
  auto& counter = at.by_status[status];
  if (!counter) counter = &all_.requests(route, status);
  at.seconds->Observe(seconds);
  counter->Increment();
}

handler metrics_handler(prometheus::Registry& registry) {
  return [&registry](const std::shared_ptr<const request>&, const path_parameters&, const responder& answer) {
    std::ostringstream text;
    prometheus::TextSerializer().Serialize(text, registry.Collect());
    response out;
    out.content_type = "text/plain; version=0.0.4; charset=utf-8";
    out.body = std::make_shared<const std::string>(std::move(text).str());
    answer(std::move(out));
  };
}

}  // namespace holdfast::gateway
