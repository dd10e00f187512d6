// The checkers prove first that they can see: with the guard off they must find a double claim, with it on they must not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "actors/domain/planted.hpp"
#include "tests/domain/claims_model.hpp"

namespace holdfast::domain::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

/// The first complaint in two hundred random walks; empty when there is none.
std::string first_complaint(v1::Flow flow) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    std::vector<step> steps(60);
    for (auto& s : steps) {
      s = {static_cast<int>(random() % 16), static_cast<int>(random() % 24), static_cast<int>(random() % 20),
           static_cast<int>(random() % 20)};
    }
    if (auto wrong = walk(flow, steps); !wrong.empty()) return wrong;
  }
  return {};
}

class Planted : public ::testing::TestWithParam<v1::Flow> {
protected:
  ~Planted() override { set_planted(""); }
};

TEST_P(Planted, WithoutAFaultNoWalkFindsAnything) { EXPECT_EQ(first_complaint(GetParam()), ""); }

TEST_P(Planted, ADoubleClaimIsSeen) {
  ASSERT_TRUE(set_planted("double_claim"));
  EXPECT_THAT(first_complaint(GetParam()), AnyOf(HasSubstr("beyond its capacity"), HasSubstr("was accepted")));
}

INSTANTIATE_TEST_SUITE_P(EveryFlow, Planted, ::testing::Values(v1::FLOW_SPOT, v1::FLOW_GROUP, v1::FLOW_PERFORMANCE),
                         [](const auto& flow) { return v1::Flow_Name(flow.param); });

TEST(PlantedByName, AHoldThatNeverLapsesIsSeen) {
  ASSERT_TRUE(set_planted("lost_hold_expiry"));
  EXPECT_THAT(first_complaint(v1::FLOW_SPOT), AnyOf(HasSubstr("was refused"), HasSubstr("outlived its time"), HasSubstr("deadline")));
  set_planted("");
}

TEST(PlantedByName, AReusedTokenIsSeen) {
  ASSERT_TRUE(set_planted("reused_token"));
  EXPECT_THAT(first_complaint(v1::FLOW_PERFORMANCE), HasSubstr("a used token was accepted again"));
  set_planted("");
}

TEST(PlantedByName, AnUnknownFaultIsRefused) { EXPECT_FALSE(set_planted("gremlin")); }

/// With the guard bypassed altogether (an event that nobody decided) the model must object, or every green walk means nothing.
TEST(Model, SeesAClaimThatNobodyDecided) {
  block_stage s(row_of(2));
  ASSERT_TRUE(s.book("b1", {{"A1"}}).accepted());
  v1::Entry forged = s.history().back();
  for (auto& e : *forged.mutable_block()) {
    if (e.has_hold_placed()) e.mutable_hold_placed()->set_booking_id(full_id("b2"));
    if (e.has_confirmed()) e.mutable_confirmed()->set_booking_id(full_id("b2"));
  }
  claims_model model;
  for (const auto& entry : s.history()) model.read(entry);
  EXPECT_EQ(model.wrong, "");
  model.read(forged);
  EXPECT_EQ(model.wrong, "A1 is claimed beyond its capacity");
}

}  // namespace
}  // namespace holdfast::domain::testing
