// Any sequence of commands, against the slow, obvious model.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/domain/claims_model.hpp"

namespace rc {

template <>
struct Arbitrary<holdfast::domain::testing::step> {
  static Gen<holdfast::domain::testing::step> arbitrary() {
    using holdfast::domain::testing::step;
    return gen::build<step>(gen::set(&step::kind, gen::inRange(0, 16)), gen::set(&step::who, gen::inRange(0, 24)),
                            gen::set(&step::what, gen::inRange(0, 20)), gen::set(&step::how, gen::inRange(0, 20)));
  }
};

}  // namespace rc

namespace holdfast::domain::testing {

void showValue(const step& s, std::ostream& out) { out << "{" << s.kind << ", " << s.who << ", " << s.what << ", " << s.how << "}"; }

namespace {

void agrees(v1::Flow flow, const std::vector<step>& steps) {
  const auto wrong = walk(flow, steps);
  if (!wrong.empty()) RC_FAIL(wrong);
}

RC_GTEST_PROP(BlockProperties, ChosenSpotsAreNeverClaimedTwice, (const std::vector<step>& steps)) { agrees(v1::FLOW_SPOT, steps); }
RC_GTEST_PROP(BlockProperties, AssignedSpotsAreNeverClaimedTwice, (const std::vector<step>& steps)) { agrees(v1::FLOW_GROUP, steps); }
RC_GTEST_PROP(BlockProperties, APerformanceIsNeverOverbooked, (const std::vector<step>& steps)) { agrees(v1::FLOW_PERFORMANCE, steps); }

}  // namespace
}  // namespace holdfast::domain::testing
