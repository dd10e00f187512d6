#pragma once
// The test's side of the seams: a clock that stands still until told, bytes from a seed, a log that can be read.
#include <prometheus/registry.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <atomic>
#include <memory>
#include <random>
#include <sstream>
#include <string>

#include "gateway/auth/keys.hpp"
#include "gateway/http/http_server.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::gateway::test {

inline constexpr unix_ms noon = 1'782'043'200'000;  // 2026-06-21T12:00:00Z

class manual_clock final : public wall_clock {
public:
  unix_ms now() const override { return now_; }
  void advance(unix_ms by) { now_ += by; }
  void set(unix_ms to) { now_ = to; }

private:
  std::atomic<unix_ms> now_{noon};
};

class seeded_entropy final : public entropy {
public:
  explicit seeded_entropy(std::uint64_t seed = 1) : engine_(seed) {}
  void fill(std::span<std::byte> out) override {
    for (auto& b : out) b = static_cast<std::byte>(engine_() & 0xffU);
  }

private:
  std::mt19937_64 engine_;
};

/// The keys of a node, made for the test; their file is gone again at once.
node_keys fresh_keys();

/// Everything a server needs around it.
struct surroundings {
  manual_clock clock;
  seeded_entropy random;
  prometheus::Registry metrics;
  std::ostringstream log_text;  // read it only after the server has stopped
  std::shared_ptr<spdlog::logger> log =
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_text));

  server_surroundings get() { return {clock, random, metrics, log}; }
};

/// Value of a metric as /metrics would show it; -1 where it is not there. `labels` as in the text: {route="x"} or empty.
double metric(prometheus::Registry&, const std::string& name, const std::string& labels = {});

}  // namespace holdfast::gateway::test
