// Nodes of two neighbouring versions work together while a cluster is upgraded: what an earlier one says is understood, byte for byte as it
// was recorded, and what a later one may say does no harm.
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <fstream>
#include <map>
#include <sstream>

#include "actors/cluster/cluster_region.hpp"
#include "actors/cluster/live_relay.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/virtual_system.hpp"

namespace holdfast::actors::cluster {
namespace {

using std::chrono::milliseconds;
using where = shard_place::where;

std::string from_base64(const std::string& text) {
  std::string out(text.size() / 4 * 3, '\0');
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  const auto padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
  out.resize(out.size() - padding);
  return out;
}

/// name → bytes, of one kind.
std::map<std::string, std::string> recorded(const std::string& kind) {
  std::map<std::string, std::string> out;
  std::ifstream file("tests/cluster/frames/0.1.txt");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string what, name, bytes;
    if (words >> what >> name && what == kind) {
      words >> bytes;
      out[name] = from_base64(bytes);
    }
  }
  EXPECT_FALSE(out.empty()) << "the record was not found";
  return out;
}

struct shards final : local_shards {
  std::vector<v1::Command> asked, told;
  void ask(shard_id, std::shared_ptr<const v1::Command> command, reply_handler handler) override {
    asked.push_back(*command);
    auto reply = std::make_shared<v1::Reply>();
    reply->mutable_done();
    handler(std::move(reply));
  }
  void tell(shard_id, std::shared_ptr<const v1::Command> command, bool) override { told.push_back(*command); }
};

/// Answers every request with the same bytes.
struct echo final : link::peers {
  std::string bytes;
  std::vector<std::string> asked;
  void ask(const std::string&, std::string envelope, milliseconds, link::answer_handler handler) override {
    asked.push_back(std::move(envelope));
    handler(bytes);
  }
};

struct guests final : live_sockets {
  std::vector<std::string> seen;
  void publish(std::shared_ptr<const v1::LiveChange> change) override { seen.push_back(change->topic()); }
  void watch(topic_watcher*) override {}
  void refresh(const std::string&, const std::string& topic) override { seen.push_back("fresh " + topic); }
};

struct heard final : link::reply_path::end {
  std::optional<std::string> answer;
  void send(std::string envelope) override { answer = std::move(envelope); }
};

class RecordedFrames : public testing::Test {
protected:
  RecordedFrames() {
    relay->connect(peer, [this](shard_id shard) { return region->place_of(shard); });
    place({where::here, {}});
  }
  void place(const shard_place& where) {
    for (std::uint16_t i = 0; i < shard_count; ++i) region->place({i}, where);
  }
  /// What this node answers to the bytes; empty: nothing, so that the asker hears peer_lost.
  std::optional<std::string> serve(const std::string& bytes) {
    const auto out = std::make_shared<heard>();
    region->serve({"old", bytes, milliseconds{1'000}, link::reply_path(out)});
    return out->answer;
  }

  test::virtual_clock clock{test::opening};
  std::shared_ptr<shards> here = std::make_shared<shards>();
  std::shared_ptr<echo> peer = std::make_shared<echo>();
  std::shared_ptr<guests> sockets = std::make_shared<guests>();
  std::shared_ptr<live_relay> relay = std::make_shared<live_relay>(sockets, *sockets);
  std::shared_ptr<cluster_region> region = std::make_shared<cluster_region>(
      here, peer,
      cluster_region::options{.clock = &clock, .other = [this](const v1::PeerRequest& asked, const link::incoming_request& request) {
                                relay->serve(asked, request);
                              }});
};

TEST_F(RecordedFrames, EveryRequestIsAnswered) {
  for (const auto& [name, bytes] : recorded("request")) {
    v1::PeerAnswer answer;
    const auto got = serve(bytes);
    ASSERT_TRUE(got) << name;
    EXPECT_TRUE(answer.ParseFromString(*got)) << name;
    EXPECT_NE(answer.kind_case(), v1::PeerAnswer::KIND_NOT_SET) << name;
  }
  ASSERT_EQ(here->asked.size(), 2U);
  ASSERT_EQ(here->told.size(), 1U);
  EXPECT_EQ(here->told[0].kind_case(), v1::Command::kReportFigures);
}

TEST_F(RecordedFrames, ACommandArrivesWhole) {
  ASSERT_TRUE(serve(recorded("request").at("command")));
  const auto& command = here->asked.at(0);
  EXPECT_EQ(command.entity_id(), "block/t/fest.a");
  EXPECT_EQ(command.idempotency_key(), "k");
  EXPECT_EQ(command.fingerprint(), "0123456789abcdef");
  EXPECT_EQ(command.trace_id(), "trace");
  EXPECT_EQ(command.place_hold().spots(0).spot(), "s1");
  EXPECT_EQ(command.deadline_ms(), test::opening + 1'000) << "by this node's clock";
}

TEST_F(RecordedFrames, EveryAnswerIsUnderstood) {
  place({where::there, "old"});
  const auto answers = recorded("answer");
  const auto ask = [&](const std::string& name) {
    peer->bytes = answers.at(name);
    std::shared_ptr<const v1::Reply> got;
    auto command = std::make_shared<v1::Command>(test::command_for("fest.a", name));
    command->mutable_get_block();
    region->ask(command, [&](std::shared_ptr<const v1::Reply> reply) { got = std::move(reply); });
    return got;
  };
  ASSERT_TRUE(ask("reply"));
  EXPECT_EQ(ask("reply")->booking().booking_id(), "fest.a.000000000001");
  EXPECT_EQ(ask("refusal")->rejection().code(), v1::SOLD_OUT);
  EXPECT_FALSE(ask("not_here")) << "it waits for the next map";
  EXPECT_EQ(region->waiting(), 1U);
}

TEST_F(RecordedFrames, AnAnnouncementIsUnderstood) {
  v1::NodeAnnouncement about;
  ASSERT_TRUE(about.ParseFromString(recorded("announcement").at("node")));
  EXPECT_EQ(about.link_address(), "10.0.0.1:7101");
  EXPECT_EQ(about.weight(), 100U);
  EXPECT_EQ(about.key_id(), "00ff00ff00ff00ff");
}

TEST_F(RecordedFrames, WhatALaterVersionAsksIsNotAnsweredAndDoesNoHarm) {
  const std::string unknown = "\xaa\x06\x02\x08\x01";  // field 101, a message
  EXPECT_FALSE(serve(unknown));
  EXPECT_FALSE(serve("no message at all\xff"));
  v1::PeerRequest command;
  ASSERT_TRUE(command.ParseFromString(recorded("request").at("command")));
  ASSERT_TRUE(serve(command.SerializeAsString() + unknown)) << "fields that are not known are passed over";
}

}  // namespace
}  // namespace holdfast::actors::cluster
