// The rows of the read model are what the entity itself would say. Driven by random commands through the block's own core; folded
// without any store.
#include "persistence/projection/fold.hpp"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>

#include <limits>
#include <random>

#include "actors/domain/core.hpp"
#include "persistence/read_model.hpp"
#include "tests/support/commands.hpp"

namespace holdfast::persistence {
namespace {

using google::protobuf::util::MessageDifferencer;
using holdfast::test::booking_id;
using holdfast::test::command_for;
using holdfast::test::opening;

const std::string block = "e.a";
const std::string tenant(holdfast::test::tenant);
constexpr unix_ms day = 86'400'000;

class random_guests {
public:
  explicit random_guests(unsigned seed) : random_(seed), id_(block_entity(tenant, block)), core_(domain::make_core(id_)) {}

  void live(int steps) {
    take(definition());
    while (steps-- > 0) {
      now_ += static_cast<unix_ms>(random_() % 120'000);
      take(any_command());
    }
  }

  const working_set& rows() const { return rows_; }
  v1::EntitySnapshot state() const {
    v1::EntitySnapshot out;
    core_->save(out);
    return out;
  }
  v1::BlockView view() const {
    const auto command = holdfast::test::get_block(block);
    return core_->follow(command, {}, now_).reply.block();
  }
  int accepted() const { return accepted_; }

private:
  std::size_t pick(std::size_t n) { return random_() % n; }
  std::string any_booking() { return booking_id(block, 1 + static_cast<int>(pick(static_cast<std::size_t>(guests_) + 1))); }

  v1::Command definition() {
    auto out = holdfast::test::define_block(block, 8, 20);
    auto& d = *out.mutable_apply_block()->mutable_definition();
    if (pick(2) == 0) d.mutable_frame()->set_end_ms(opening + static_cast<unix_ms>(3 + pick(3)) * day);
    for (int i = 0; i < 4; ++i) d.mutable_spots(i)->set_category("field");
    d.mutable_spots(2)->set_row("b");
    d.mutable_spots(static_cast<int>(pick(8)))->set_closed(pick(2) == 0);
    d.mutable_spots(8)->set_capacity(20 + static_cast<std::uint32_t>(pick(5)));
    auto& price = *d.add_prices();
    price.set_category("field");
    price.set_price_minor(500);
    return out;
  }

  v1::Command place_hold() {
    const auto spot = pick(3) == 0 ? std::string("pool") : "s" + std::to_string(1 + pick(8));
    auto out = holdfast::test::hold(block, ++guests_, {spot}, spot == "pool" ? 1 + static_cast<std::uint32_t>(pick(4)) : 1);
    if (pick(3) == 0) {
      out.mutable_place_hold()->mutable_interval()->set_begin_ms(opening + day + static_cast<unix_ms>(pick(2)) * day);
      out.mutable_place_hold()->mutable_interval()->set_end_ms(opening + 3 * day);
    }
    return out;
  }

  v1::Command reserve() {
    auto out = command_for(block, {});
    auto& r = *out.mutable_reserve();
    r.set_booking_id(booking_id(block, ++guests_));
    r.set_party_size(1 + static_cast<std::uint32_t>(pick(4)));
    *r.mutable_contact() = holdfast::test::contact();
    r.set_confirmation_code("CODE");
    holdfast::test::set_token(*r.mutable_access(), v1::TOKEN_ACCESS, 'a');
    holdfast::test::set_token(*r.mutable_confirm_email(), v1::TOKEN_CONFIRM_EMAIL, 'e');
    holdfast::test::set_token(*r.mutable_check_in(), v1::TOKEN_CHECK_IN, 'c');
    return out;
  }

  v1::Command confirm_hold() {
    auto out = command_for(block, {});
    auto& c = *out.mutable_confirm_hold();
    c.set_booking_id(any_booking());
    c.set_access_sha256(std::string(32, 'a'));
    *c.mutable_contact() = holdfast::test::contact();
    c.set_confirmation_code("ABCD2345");
    holdfast::test::set_token(*c.mutable_check_in(), v1::TOKEN_CHECK_IN, 'c');
    holdfast::test::set_token(*c.mutable_confirm_email(), v1::TOKEN_CONFIRM_EMAIL, 'e');
    c.mutable_confirm_email()->set_expires_at_ms(now_ + day);
    return out;
  }

  v1::Command change_hold() {
    auto out = command_for(block, {});
    auto& c = *out.mutable_change_hold();
    c.set_booking_id(any_booking());
    c.set_access_sha256(std::string(32, 'a'));
    auto& spot = *c.add_spots();
    spot.set_spot("s" + std::to_string(1 + pick(8)));
    spot.set_quantity(1);
    return out;
  }

  v1::Command occupation() {
    auto out = command_for(block, {});
    auto& o = *out.mutable_set_manual_occupation();
    o.set_spot("pool");
    o.set_occupied(static_cast<std::uint32_t>(pick(4)));
    o.set_additional(static_cast<std::uint32_t>(pick(4)));
    return out;
  }

  v1::Command any_command() {
    auto out = command_for(block, {});
    switch (pick(13)) {
      case 0:
      case 1:
      case 2:
        return place_hold();
      case 3:
        return reserve();
      case 4:
      case 5:
        return confirm_hold();
      case 6:
        return change_hold();
      case 7:
        out.mutable_confirm_email()->set_booking_id(any_booking());
        out.mutable_confirm_email()->set_token_sha256(std::string(32, 'e'));
        return out;
      case 8:
        out.mutable_cancel_booking()->set_booking_id(any_booking());
        out.mutable_cancel_booking()->set_actor(v1::ACTOR_STAFF);
        return out;
      case 9:
        out.mutable_release_hold()->set_booking_id(any_booking());
        out.mutable_release_hold()->set_access_sha256(std::string(32, 'a'));
        return out;
      case 10:
        out.mutable_extend_hold()->set_booking_id(any_booking());
        out.mutable_extend_hold()->set_access_sha256(std::string(32, 'a'));
        return out;
      case 11:
        out.mutable_expire_due();
        return out;
      default:
        return pick(3) == 0 ? definition() : occupation();
    }
  }

  void take(const v1::Command& command) {
    auto decided = core_->decide(command, now_);
    auto* entry = std::get_if<v1::Entry>(&decided);
    if (entry == nullptr || entry->block().empty()) return;
    ++accepted_;
    entry->set_at_ms(now_);
    core_->evolve(*entry, {++at_.value});
    const auto entity = *parse_entity(id_.value);
    note_keys(rows_, entity, *entry);
    fold_entry(rows_, entity, *entry, at_);
  }

  std::mt19937 random_;
  entity_id id_;
  std::unique_ptr<domain::core> core_;
  working_set rows_;
  sequence at_;
  unix_ms now_ = opening;
  int guests_ = 0;
  int accepted_ = 0;
};

class FoldOfABlock : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Seeds, FoldOfABlock, testing::Range(1U, 41U));

TEST_P(FoldOfABlock, ShowsEachBookingAsTheBlockDoes) {
  random_guests guests(GetParam());
  guests.live(400);
  const auto state = guests.state();
  ASSERT_GT(state.block().bookings_size(), 10);
  ASSERT_GT(guests.accepted(), 100);
  for (const auto& stored : state.block().bookings()) {
    const auto it = guests.rows().bookings.find({tenant, stored.view().booking_id()});
    ASSERT_NE(it, guests.rows().bookings.end());
    auto folded = it->second.row->view;
    auto own = stored.view();
    // The block keeps the nonces beside the view.
    own.set_access_nonce(stored.access().nonce());
    own.set_confirm_email_nonce(stored.confirm_email().nonce());
    own.set_check_in_nonce(stored.check_in().nonce());
    if (own.confirmed_at_ms() != 0) own.clear_expires_at_ms();  // kept, not shown
    // A row carries the sequence of its own last change, the block that of the whole block.
    folded.clear_version();
    own.clear_version();
    std::string difference;
    MessageDifferencer compare;
    compare.ReportDifferencesToString(&difference);
    compare.set_message_field_comparison(MessageDifferencer::EQUIVALENT);
    EXPECT_TRUE(compare.Compare(own, folded)) << difference;
    EXPECT_EQ(it->second.row->user_id.empty(), !own.email_confirmed());
  }
}

TEST_P(FoldOfABlock, CountsAsTheBlockDoes) {
  random_guests guests(GetParam());
  for (int piece = 0; piece < 20; ++piece) {
    guests.live(20);
    const auto view = guests.view();
    const auto folded = figures_of(*guests.rows().blocks.at({tenant, block}).row);
    ASSERT_EQ(static_cast<int>(folded.size()), view.figures_size());
    for (int i = 0; i < view.figures_size(); ++i)
      ASSERT_TRUE(MessageDifferencer::Equals(view.figures(i), folded[static_cast<std::size_t>(i)]))
          << view.figures(i).ShortDebugString() << "\n"
          << folded[static_cast<std::size_t>(i)].ShortDebugString();
  }
}

TEST(FoldOfAnEvent, KeepsItsDefinitionAndWhetherItIsOpen) {
  std::optional<event_record> row;
  v1::EventEvent bound, applied, closed;
  bound.mutable_group_bound()->set_booking_id("x");
  applied.mutable_applied()->mutable_definition()->set_id("e");
  closed.mutable_open_set()->set_open(false);
  EXPECT_FALSE(fold_event(row, bound));
  EXPECT_FALSE(row.has_value());
  EXPECT_TRUE(fold_event(row, applied));
  EXPECT_TRUE(row->open);
  EXPECT_TRUE(fold_event(row, closed));
  EXPECT_TRUE(fold_event(row, applied));
  EXPECT_FALSE(row->open);
}

TEST(FactsOfAnEvent, AreFoldedAndIndependentOfTheOrderOfLanguages) {
  v1::EventDefinition definition;
  (*definition.mutable_title())["da"] = "Åsommer";
  (*definition.mutable_title())["en"] = "Summer";
  definition.set_region("Sjælland");
  definition.add_facilities("Non-flush toilet");
  const auto facts = facts_of(definition);
  EXPECT_EQ(facts.sort_title, "summer");
  EXPECT_EQ(facts.search, "asommer summer sjaelland non flush toilet");
  EXPECT_EQ(facts.region, "sjaelland");
  EXPECT_EQ(facts.end_ms, std::numeric_limits<std::int64_t>::max());
}

TEST(FoldOfABooking, IgnoresWhatTheBlockWouldIgnore) {
  std::optional<booking_record> row;
  const entry_facts at{"t", 1000, 1};
  v1::SpotBlockEvent placed, released, confirmed;
  placed.mutable_hold_placed()->set_booking_id("e.a.00000001");
  released.mutable_hold_released()->set_booking_id("e.a.00000001");
  confirmed.mutable_confirmed()->set_booking_id("e.a.00000001");
  EXPECT_FALSE(fold_booking(row, confirmed, at));
  EXPECT_FALSE(row.has_value());
  EXPECT_TRUE(fold_booking(row, placed, at));
  EXPECT_FALSE(fold_booking(row, placed, at));
  EXPECT_TRUE(fold_booking(row, released, at));
  EXPECT_FALSE(fold_booking(row, confirmed, at));
  EXPECT_EQ(row->view.status(), v1::BOOKING_CANCELLED);
}

}  // namespace
}  // namespace holdfast::persistence
