#pragma once
// A live hub with two lanes on the test's leash, and viewers who subscribe and read at their own pace.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "gateway/live/live_hub.hpp"
#include "tests/gateway/live_twins.hpp"

namespace holdfast::gateway::test {

inline const std::string block = "block:aoraki.p1";
inline const std::string block_entity = "block/doc-nz/aoraki.p1";

/// One subscriber: a session of the hub and the pace of its reader.
struct viewer {
  std::shared_ptr<socket_session> session;
  paced_link link;

  void say(const std::string& text) { link.reading = session->on_text(text); }
  void subscribe(const std::string& topic, const std::string& more = {}) {
    say(R"({"op":"subscribe","topic":")" + topic + "\"" + more + "}");
  }
  /// The reader takes everything there is.
  void read_all() {
    while (link.sending) {
      link.sending = false;
      session->on_sent();
    }
  }
  std::vector<std::string> take() {
    read_all();
    std::vector<std::string> out;
    for (const auto& f : link.received) out.push_back(*f);
    link.received.clear();
    return out;
  }
};

class live_stage : public ::testing::Test {
protected:
  live_stage() {
    settings.queue_frames_max = 8;
    settings.ring_deltas_max = 16;
    settings.replay_max = 4;
    settings.messages = {0, 1};
  }

  ~live_stage() override {
    for (const auto& lane : lanes) lane->discard();
  }

  live_hub& hub() {
    if (!hub_) {
      hub_ = std::make_unique<live_hub>(settings, clock, metrics);
      hub_->connect(region, encoder, keys);
    }
    return *hub_;
  }

  std::unique_ptr<viewer> open(const std::string& tenant = "doc-nz", std::size_t lane = 0) {
    request asked;
    asked.tenant = tenant;
    auto opened = hub().open(asked, lanes.at(lane));
    auto out = std::make_unique<viewer>();
    out->session = std::get<std::shared_ptr<socket_session>>(std::move(opened));
    out->session->on_open(out->link);
    return out;
  }

  std::unique_ptr<viewer> watching(const std::string& topic = block, std::size_t lane = 0) {
    auto out = open("doc-nz", lane);
    out->subscribe(topic);
    run();
    out->take();
    return out;
  }

  void publish(std::int64_t version, const std::string& topic = block, bool redefined = false, const std::string& tenant = "doc-nz") {
    auto change = std::make_shared<v1::LiveChange>();
    change->set_topic(topic);
    change->set_tenant_slug(tenant);
    change->set_version(version);
    if (topic.starts_with("event:")) {
      change->mutable_event()->set_redefined(redefined);
    } else if (topic.starts_with("booking:")) {
      change->mutable_booking();
    } else {
      change->mutable_block()->set_redefined(redefined);
    }
    hub().publish(change);
  }

  void run() {
    for (const auto& l : lanes) l->run();
  }
  /// The change is durable and stands in the table before anyone hears of it.
  void change(std::int64_t version) {
    region.set_block(block_entity, version);
    publish(version);
  }

  static std::string snapshot(std::int64_t v, const std::string& topic = block) {
    return R"({"op":"snapshot","topic":")" + topic + R"(","version":)" + std::to_string(v) + R"(,"state":)" + std::to_string(v) + "}";
  }
  static std::string delta(std::int64_t v, std::int64_t from, const std::string& topic = block) {
    return R"({"op":"delta","topic":")" + topic + R"(","version":)" + std::to_string(v) + R"(,"from":)" + std::to_string(from) +
           R"(,"changes":)" + std::to_string(v) + "}";
  }

  live_settings settings;
  manual_clock clock;
  prometheus::Registry metrics;
  std::vector<std::shared_ptr<step_lane>> lanes{std::make_shared<step_lane>(0), std::make_shared<step_lane>(1)};
  table_region region;
  plain_encoder encoder;
  const node_keys keys = fresh_keys();

private:
  std::unique_ptr<live_hub> hub_;
};

}  // namespace holdfast::gateway::test
