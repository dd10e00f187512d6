#include "actors/domain/text_index.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace holdfast::domain {
namespace {

struct named {
  std::string name;
  int value = 0;
  std::string_view key() const { return name; }
};

TEST(TextIndex, AgreesWithAMap) {
  text_index<named> index;
  std::map<std::string, named*> model;
  std::mt19937 random(3);
  for (int i = 0; i < 20'000; ++i) {
    const auto name = "n" + std::to_string(random() % 3'000);
    auto* known = index.find(name);
    const auto expected = model.find(name);
    ASSERT_EQ(known, expected == model.end() ? nullptr : expected->second) << "things do not move";
    if (known != nullptr && random() % 2 == 0) {
      index.erase(*known);
      model.erase(expected);
      continue;
    }
    const auto [thing, fresh] = index.add(std::make_unique<named>(named{name, i}));
    ASSERT_EQ(fresh, known == nullptr);
    model[name] = thing;
    ASSERT_EQ(index.size(), model.size());
  }
  std::size_t seen = 0;
  index.for_each([&](const named& n) {
    ++seen;
    EXPECT_TRUE(model.contains(n.name));
  });
  EXPECT_EQ(seen, model.size());
}

}  // namespace
}  // namespace holdfast::domain
