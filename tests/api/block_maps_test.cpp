// One rendering for all who open a map at the same time, and nobody is shown less than what was true when he asked.
#include "gateway/api/block_maps.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <coroutine>
#include <deque>

#include "gateway/api/task.hpp"
#include "gateway/http/content_coding.hpp"
#include "protocols/base/errors.hpp"
#include "tests/api/world.hpp"

namespace holdfast::test {
namespace {

using namespace gateway::api;

/// A block that answers when told.
class held_region final : public actors::region {
public:
  void ask(std::shared_ptr<const v1::Command> command, actors::reply_handler handler) override {
    questions.push_back(std::move(command));
    handlers_.push_back(std::move(handler));
  }
  /// To the oldest question.
  void answer(v1::Reply reply) {
    const auto handler = std::move(handlers_.front());
    handlers_.pop_front();
    handler(std::make_shared<const v1::Reply>(std::move(reply)));
  }
  std::size_t unanswered() const { return handlers_.size(); }
  std::vector<std::shared_ptr<const v1::Command>> questions;

private:
  std::deque<actors::reply_handler> handlers_;
};

v1::Reply state(std::int64_t version, const std::string& label = "s1") {
  v1::Reply out;
  auto& block = *out.mutable_block();
  block.set_version(version);
  block.mutable_definition()->set_id("e.b");
  block.mutable_definition()->add_spots()->set_label(label);
  block.add_spots()->set_label(label);
  return out;
}

v1::Reply still(std::int64_t version) {
  v1::Reply out;
  out.mutable_block()->set_version(version);
  out.mutable_block()->set_unchanged(true);
  return out;
}

class BlockMaps : public ::testing::Test {
protected:
  /// What a reader got, once he did.
  std::shared_ptr<std::optional<seen_map>> open(const std::string& block = "block/t/e.b", std::shared_ptr<gateway::lane> home = nullptr) {
    auto out = std::make_shared<std::optional<seen_map>>();
    read(entity_id{block}, out, std::move(home));
    return out;
  }
  static const block_map& map(const std::optional<seen_map>& seen) { return *std::get<map_ptr>(seen.value()); }

  held_region region;
  block_maps maps{region, 10'000};
  std::int64_t oldest_ms = 0;  // of all answers

private:
  detached read(entity_id block, std::shared_ptr<std::optional<seen_map>> out, std::shared_ptr<gateway::lane> home) {
    const std::string trace = "trace";
    auto seen = co_await block_maps::look(maps, block, 99, trace, home, oldest_ms);
    out->emplace(std::move(seen));
  }
};

TEST_F(BlockMaps, AReaderIsToldHowOldItMayBe) {
  const auto first = open();
  region.answer(state(7));
  ASSERT_TRUE(*first);
  EXPECT_EQ(oldest_ms, 0);
  const auto second = open();
  auto unsure = still(7);
  unsure.set_age_ms(1'500);
  region.answer(unsure);
  ASSERT_TRUE(*second);
  EXPECT_EQ(oldest_ms, 1'500);
}

TEST_F(BlockMaps, ACrowdSharesTheNextQuestionAndOneText) {
  const auto first = open();
  const auto second = open();
  const auto third = open();
  ASSERT_EQ(region.questions.size(), 1U);
  EXPECT_EQ(region.questions[0]->deadline_ms(), 99);
  EXPECT_EQ(region.questions[0]->trace_id(), "trace");
  region.answer(state(7));
  EXPECT_TRUE(*first);
  EXPECT_FALSE(*second);  // it asked after the question had gone out, which may have missed what it must see
  ASSERT_EQ(region.questions.size(), 2U);
  EXPECT_EQ(region.questions[1]->get_block().known_version(), 7);
  region.answer(still(7));
  EXPECT_EQ(map(*second).text(), map(*first).text());  // the same bytes, not equal ones
  EXPECT_EQ(map(*third).text(), map(*first).text());
  EXPECT_EQ(region.questions.size(), 2U);
}

TEST_F(BlockMaps, ANewVersionReplacesTheText) {
  const auto before = open();
  region.answer(state(7, "old"));
  const auto after = open();
  region.answer(state(8, "new"));
  EXPECT_EQ(map(*after).version(), 8);
  EXPECT_NE(map(*after).text()->find("new"), std::string::npos);
  EXPECT_NE(map(*after).etag(false), map(*before).etag(false));
}

TEST_F(BlockMaps, ARefusalIsForThoseWhoAskedAndKeepsNothing) {
  const auto nobody = open();
  const auto later = open();
  region.answer(as_reply(reject(v1::NOT_FOUND)));
  EXPECT_EQ(std::get<v1::Rejection>(nobody->value()).code(), v1::NOT_FOUND);
  EXPECT_FALSE(*later);
  region.answer(state(1));
  EXPECT_EQ(map(*later).version(), 1);
  EXPECT_EQ(region.questions[1]->get_block().known_version(), 0);
}

TEST_F(BlockMaps, WhatIsKeptIsBounded) {
  for (int i = 0; i < 100; ++i) {
    const auto seen = open("block/t/e.b" + std::to_string(i));
    region.answer(state(1, std::string(300, 'x')));
    EXPECT_TRUE(*seen);
  }
  const auto forgotten = open("block/t/e.b0");
  EXPECT_EQ(region.questions.back()->get_block().known_version(), 0);
  region.answer(state(1));
  const auto kept = open("block/t/e.b99");
  EXPECT_EQ(region.questions.back()->get_block().known_version(), 1);
  region.answer(still(1));
  EXPECT_TRUE(*kept);
  // Forgotten while the question was under way: who asked gets the text all the same.
  const auto asked = open("block/t/e.b99");
  ASSERT_EQ(region.unanswered(), 1U);
  const auto huge = open("block/t/e.huge");
  auto answer_to_asked = still(1);
  region.answer(answer_to_asked);
  EXPECT_EQ(map(*asked).version(), 1);
  region.answer(state(1, std::string(20'000, 'x')));
  EXPECT_TRUE(*huge);
}

TEST_F(BlockMaps, TheTextIsWrittenAtHomeOfTheReader) {
  class slow_lane final : public gateway::lane {
  public:
    bool post(std::function<void()> task) override {
      tasks.push_back(std::move(task));
      return true;
    }
    std::size_t index() const noexcept override { return 0; }
    std::deque<std::function<void()>> tasks;
  };
  const auto home = std::make_shared<slow_lane>();
  const auto seen = open("block/t/e.b", home);
  region.answer(state(3));
  EXPECT_FALSE(*seen);
  ASSERT_EQ(home->tasks.size(), 1U);
  while (!home->tasks.empty()) {
    const auto task = std::move(home->tasks.front());
    home->tasks.pop_front();
    task();
  }
  EXPECT_EQ(map(*seen).version(), 3);
  // A lane that stops drops its tasks; the reader goes on all the same.
  const auto dropped = open("block/t/e.b", home);
  region.answer(still(3));
  EXPECT_FALSE(*dropped);
  home->tasks.clear();
  EXPECT_EQ(map(*dropped).version(), 3);
}

TEST(BlockMapRoute, ShowsWhatIsTrueNowAndKnowsWhoHasItAlready) {
  world w;
  w.spot_tenant();
  const auto first = w.get("/blocks/e.b");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.header("Cache-Control"), "private, no-cache");
  const auto etag = first.header("ETag");
  EXPECT_EQ(w.get("/blocks/e.b").header("ETag"), etag);
  const auto same = w.get("/blocks/e.b", {.if_none_match = etag});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.text, "");
  EXPECT_EQ(same.header("ETag"), etag);
  for (int i = 1; i <= 6; ++i) {
    const auto spot = "s" + std::to_string(i);
    const auto body = std::string(R"({"resourceId":"e.b","spots":[{"spot":")").append(spot).append(R"("}],)").append(ida).append("}");
    ASSERT_EQ(w.post("/bookings", {.body = body, .key = spot}).status, 201);
    const auto now = w.get("/blocks/e.b", {.if_none_match = etag});
    ASSERT_EQ(now.status, 200);  // whoever was told of the booking sees it
    EXPECT_EQ(now.at("/figures/0/taken").as_int64(), i);
  }
  EXPECT_EQ(w.get("/blocks/e.none").status, 404);
}

TEST(BlockMapRoute, IsPackedForThoseWhoCanUnpack) {
  world w;
  w.tenant("spot");
  w.event("e");
  w.block("e.b", spots_json("s", 400));
  const auto plain = w.get("/blocks/e.b");
  const auto packed = w.get("/blocks/e.b", {.accept_encoding = "gzip, br"});
  EXPECT_EQ(plain.header("Content-Encoding"), "");
  EXPECT_EQ(plain.header("Vary"), "Accept-Encoding");
  EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
  EXPECT_LT(packed.text.size(), plain.text.size() / 8);
  EXPECT_NE(packed.header("ETag"), plain.header("ETag"));
  EXPECT_EQ(packed.text, gateway::gzip(plain.text));
  EXPECT_EQ(w.get("/blocks/e.b", {.accept_encoding = "gzip", .if_none_match = packed.header("ETag")}).status, 304);
  EXPECT_EQ(w.get("/blocks/e.b", {.accept_encoding = "gzip;q=0", .if_none_match = packed.header("ETag")}).status, 200);
}

TEST(BlockMapRoute, TextsThatNeedEscapingStayWhole) {
  world w;
  w.tenant("spot");
  w.event("e");
  w.block("e.b", R"([{"label":"A-1","category":"tent","row":"\"é\\","x":1.5,"y":-2}])");
  const auto got = w.get("/blocks/e.b");
  ASSERT_EQ(got.status, 200) << got.text;
  EXPECT_EQ(got.text_at("/spots/0/row"), "\"é\\");
  EXPECT_EQ(got.at("/spots/0/x").as_double(), 1.5);
  EXPECT_EQ(got.at("/spots/0/y").to_number<double>(), -2);
}

}  // namespace
}  // namespace holdfast::test
