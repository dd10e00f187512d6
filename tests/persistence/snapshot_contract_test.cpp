#include "tests/persistence/backends.hpp"

namespace holdfast::persistence::test {
namespace {

class SnapshotContract : public contract {
protected:
  void SetUp() override {
    contract::SetUp();
    snapshots_ = must(storage_->snapshots());
  }
  std::unique_ptr<snapshot_store> snapshots_;
};
HOLDFAST_EVERY_BACKEND(SnapshotContract);

const entity_id a{"block/t/e.a"};

TEST_P(SnapshotContract, NothingIsThereAtFirst) { EXPECT_FALSE(must(snapshots_->load(a)).has_value()); }

TEST_P(SnapshotContract, ANewerOneReplacesAnOlderOne) {
  must(snapshots_->save(a, {{5}, "five"}));
  must(snapshots_->save(a, {{9}, "nine"}));
  EXPECT_EQ(must(snapshots_->load(a))->payload, "nine");
  EXPECT_EQ(must(snapshots_->load(a))->at.value, 9);
}

TEST_P(SnapshotContract, AnOlderOneIsIgnored) {
  must(snapshots_->save(a, {{9}, "nine"}));
  must(snapshots_->save(a, {{5}, "five"}));
  EXPECT_EQ(must(snapshots_->load(a))->payload, "nine");
}

TEST_P(SnapshotContract, TheSameSequenceIsReplaced) {
  must(snapshots_->save(a, {{9}, "nine"}));
  must(snapshots_->save(a, {{9}, "nine again"}));
  EXPECT_EQ(must(snapshots_->load(a))->payload, "nine again");
}

TEST_P(SnapshotContract, BytesOfAnySizeComeBack) {
  std::string large(std::size_t{1} << 20U, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31);
  must(snapshots_->save(a, {{1}, large}));
  EXPECT_EQ(must(snapshots_->load(a))->payload, large);
}

TEST_P(SnapshotContract, EachShowsAllInEntityOrder) {
  for (int i = 0; i < 200; ++i) must(snapshots_->save({"block/t/e." + std::to_string((i * 37) % 200)}, {{i + 1}, std::to_string(i)}));
  std::vector<std::string> seen;
  must(snapshots_->each([&](const entity_id& entity, snapshot&& one) {
    seen.push_back(entity.value);
    EXPECT_EQ(std::to_string(one.at.value - 1), one.payload);
  }));
  EXPECT_EQ(seen.size(), 200U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST_P(SnapshotContract, EraseAllErasesAll) {
  must(snapshots_->save(a, {{1}, "x"}));
  must(snapshots_->erase_all());
  EXPECT_FALSE(must(snapshots_->load(a)).has_value());
  must(snapshots_->each([](const entity_id&, snapshot&&) { ADD_FAILURE(); }));
}

TEST_P(SnapshotContract, ReopeningKeepsThem) {
  must(snapshots_->save(a, {{3}, "kept"}));
  snapshots_.reset();
  reopen();
  EXPECT_EQ(must(must(storage_->snapshots())->load(a))->payload, "kept");
}

}  // namespace
}  // namespace holdfast::persistence::test
