#include "gateway/api/definition_cache.hpp"

#include <gtest/gtest.h>

namespace holdfast::gateway::api {
namespace {

using cache = definition_cache<std::string>;

cache::pointer text(const char* words) { return std::make_shared<const std::string>(words); }

TEST(DefinitionCache, KeepsForAWhile) {
  cache c(10, 100);
  c.put("a", text("one"), 1'000, c.changes());
  EXPECT_EQ(*c.find("a", 1'100), "one");
  EXPECT_EQ(c.find("a", 1'101), nullptr);
  EXPECT_EQ(c.find("b", 1'000), nullptr);
}

TEST(DefinitionCache, AnAnswerFromBeforeAChangeIsNotKept) {
  cache c(10, 100);
  const auto before = c.changes();  // asked
  c.forget("a");                    // changed while the answer was on its way
  c.put("a", text("old"), 1'000, before);
  EXPECT_EQ(c.find("a", 1'000), nullptr);
  c.put("a", text("new"), 1'000, c.changes());
  EXPECT_EQ(*c.find("a", 1'000), "new");
}

TEST(DefinitionCache, IsBounded) {
  cache c(2, 100);
  for (const char* key : {"a", "b", "c"}) c.put(key, text(key), 1'000, c.changes());
  EXPECT_EQ(c.find("a", 1'000), nullptr);
  EXPECT_EQ(*c.find("c", 1'000), "c");
}

}  // namespace
}  // namespace holdfast::gateway::api
