#include <thread>

#include "tests/persistence/backends.hpp"

namespace holdfast::persistence::test {
namespace {

class LeaseContract : public contract {
protected:
  void SetUp() override {
    place_ = make_place(GetParam());
    reopen();
    leases_ = must(storage_->leases());
  }
  std::unique_ptr<lease_store> leases_;
};
HOLDFAST_EVERY_BACKEND(LeaseContract);

TEST_P(LeaseContract, NobodyOwnsAShardAtFirst) {
  EXPECT_TRUE(must(leases_->all()).empty());
  EXPECT_EQ(append({row("block/t/e.a", 1, "x", 1)}), all(1, append_status::stale_epoch));
}

TEST_P(LeaseContract, TakingAllRaisesEveryEpochByOne) {
  for (int i = 1; i <= 3; ++i) {
    const auto taken = must(leases_->take_all("node-" + std::to_string(i)));
    ASSERT_EQ(taken.size(), shard_count);
    std::vector<bool> seen(shard_count, false);
    for (const auto& one : taken) {
      EXPECT_EQ(one.owner.value, i);
      EXPECT_EQ(one.node, "node-" + std::to_string(i));
      EXPECT_FALSE(seen.at(one.shard.value));
      seen.at(one.shard.value) = true;
    }
    EXPECT_EQ(must(leases_->all()).size(), shard_count);
  }
}

// Were it told the epochs of a faster rival, it would write under the rival's name.
TEST_P(LeaseContract, EachOfSeveralTakersIsToldItsOwnEpochs) {
  std::vector<std::vector<lease>> taken(6);
  {
    std::vector<std::jthread> takers;
    for (std::size_t i = 0; i < taken.size(); ++i)
      takers.emplace_back([&, i] { taken[i] = must(must(storage_->leases())->take_all("node-" + std::to_string(i))); });
  }
  std::set<std::int64_t> epochs;
  for (std::size_t i = 0; i < taken.size(); ++i) {
    ASSERT_EQ(taken[i].size(), shard_count);
    for (const auto& one : taken[i]) {
      EXPECT_EQ(one.node, "node-" + std::to_string(i));
      EXPECT_EQ(one.owner, taken[i].front().owner);
    }
    epochs.insert(taken[i].front().owner.value);
  }
  EXPECT_EQ(epochs, (std::set<std::int64_t>{1, 2, 3, 4, 5, 6}));
}

TEST_P(LeaseContract, ReopeningKeepsThem) {
  must(leases_->take_all("node-1"));
  leases_.reset();
  reopen();
  const auto kept = must(must(storage_->leases())->all());
  ASSERT_EQ(kept.size(), shard_count);
  EXPECT_EQ(kept.front().owner.value, 1);
  EXPECT_EQ(kept.front().node, "node-1");
}

// A take-over waits for appends in flight, and every append after it is refused: what the old owner was told is durable is what the new
// owner reads when it takes over.
TEST_P(LeaseContract, NothingOfTheOldOwnerBecomesDurableAfterATakeOver) {
  must(leases_->take_all("old"));
  for (std::int64_t round = 1; round <= 20; ++round) {
    const std::string entity = "block/t/e." + std::to_string(round);
    std::int64_t durable_upto = 0;
    std::int64_t read_by_new = 0;
    {
      const std::jthread old_owner([&] {
        const auto journal = must(storage_->journal());
        for (std::int64_t at = 1; at <= 1000; ++at) {
          if (journal->append(std::vector{row(entity, at, "x", round)}).front() != append_status::durable) return;
          durable_upto = at;
        }
      });
      must(leases_->take_all("new"));
      read_by_new = must(journal_->read({entity}, {1}, [](stored_entry&&) { return true; })).value;
    }
    EXPECT_EQ(durable_upto, read_by_new);
  }
}

}  // namespace
}  // namespace holdfast::persistence::test
