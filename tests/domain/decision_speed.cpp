// How long one decision takes (decide + evolve + follow) and how it grows, and what a started block weighs. Prints a table; with
// --json one object per line.
#include <malloc.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>

#include "tests/domain/block_stage.hpp"

namespace holdfast::domain::testing {
namespace {

using steady = std::chrono::steady_clock;

bool json = false;

void row(const char* what, double value, const char* unit) {
  if (json) {
    std::printf("{\"measure\":\"%s\",\"value\":%.3f,\"unit\":\"%s\"}\n", what, value, unit);
  } else {
    std::printf("%-64s %12.2f %s\n", what, value, unit);
  }
}

/// A core without the stage's checks, so that only deciding is timed.
class bare {
public:
  explicit bare(const v1::BlockDefinition& d) : core_(make_core({"block/camp/" + std::string(block_name)})) {
    v1::Command c;
    *c.mutable_apply_block()->mutable_definition() = d;
    run(c);
  }
  bool run(const v1::Command& command) {
    auto outcome = core_->decide(command, now_);
    auto* entry = std::get_if<v1::Entry>(&outcome);
    if (entry == nullptr) return false;
    entry->set_at_ms(now_);
    if (entry->block_size() > 0) core_->evolve(*entry, sequence{++version_});
    effects_ = core_->follow(command, *entry, now_);
    return true;
  }
  void wait(unix_ms ms) { now_ += ms; }
  unix_ms now() const { return now_; }
  domain::core& core() { return *core_; }

private:
  std::unique_ptr<domain::core> core_;
  consequences effects_;
  unix_ms now_ = 1'000'000'000'000;
  std::int64_t version_ = 0;
};

v1::Command book(const v1::PlaceHold& hold, const std::string& name) {
  v1::Command c;
  const auto confirmation = block_stage::confirmation_of(name);
  *c.mutable_book()->mutable_hold() = hold;
  *c.mutable_book()->mutable_contact() = confirmation.contact();
  c.mutable_book()->set_confirmation_code(confirmation.confirmation_code());
  *c.mutable_book()->mutable_check_in() = confirmation.check_in();
  *c.mutable_book()->mutable_confirm_email() = confirmation.confirm_email();
  return c;
}

template <class Make>
double microseconds_each(bare& block, int from, int to, Make make) {
  std::vector<v1::Command> commands;
  for (int i = from; i < to; ++i) commands.push_back(make(i));
  const auto begin = steady::now();
  int accepted = 0;
  for (const auto& c : commands) accepted += block.run(c) ? 1 : 0;
  const auto spent = std::chrono::duration<double, std::micro>(steady::now() - begin).count();
  if (accepted != to - from) std::printf("only %d of %d were accepted\n", accepted, to - from);
  return spent / (to - from);
}

void hot_spot() {
  auto d = block_of(v1::FLOW_SPOT);
  add_spot(d, "floor", "floor", 100'000);
  bare block(d);
  const auto make = [](int i) {
    const auto name = "b" + std::to_string(i);
    return book(block_stage::hold_of(name, {{"floor", 1}}), name);
  };
  const auto before = mallinfo2().uordblks;
  row("Book, one spot of capacity 100,000: bookings 1 to 10,000", microseconds_each(block, 0, 10'000, make), "us");
  for (int i = 10'000; i < 90'000; i += 10'000) microseconds_each(block, i, i + 10'000, make);
  row("Book, one spot of capacity 100,000: bookings 90,001 to 100,000", microseconds_each(block, 90'000, 100'000, make), "us");
  row("memory of a confirmed booking", static_cast<double>(mallinfo2().uordblks - before) / 100'000, "bytes");
  v1::EntitySnapshot snapshot;
  const auto begin = steady::now();
  block.core().save(snapshot);
  row("snapshot of 100,000 bookings", std::chrono::duration<double, std::milli>(steady::now() - begin).count(), "ms");
}

v1::BlockDefinition field(v1::Flow flow) {
  auto d = block_of(flow);
  for (int i = 0; i < 1'024; ++i) add_spot(d, "P" + std::to_string(i), "tent", 1, std::to_string(i / 32));
  return d;
}

auto hold_each(char prefix) {
  return [prefix](int i) {
    v1::Command c;
    *c.mutable_place_hold() = block_stage::hold_of(prefix + std::to_string(i), {{"P" + std::to_string(i), 1}});
    return c;
  };
}

void many_spots() {
  bare block(field(v1::FLOW_SPOT));
  row("PlaceHold, 1,024 spots, each held once", microseconds_each(block, 0, 1'024, hold_each('b')), "us");
  block.wait(hour);
  row("PlaceHold over 1,024 lapsed holds, each taken over, no tick", microseconds_each(block, 0, 1'024, hold_each('c')), "us");
  v1::Command look;
  look.mutable_get_block();
  row("GetBlock, 1,024 spots", microseconds_each(block, 0, 200, [&](int) { return look; }), "us");
}

void groups() {
  bare block(field(v1::FLOW_GROUP));
  row("Book a group of 4 among 1,024 spots",
      microseconds_each(block, 0, 256,
                        [](int i) {
                          const auto name = "b" + std::to_string(i);
                          return book(block_stage::group_of(name, 4, "party" + std::to_string(i / 4)), name);
                        }),
      "us");
}

void weight() {
  constexpr int blocks = 2'000;
  auto d = block_of(v1::FLOW_SPOT);
  for (int i = 0; i < 100; ++i) add_spot(d, "P" + std::to_string(i), i % 2 == 0 ? "tent" : "caravan", 1, std::to_string(i / 20));
  std::vector<std::unique_ptr<bare>> all;
  all.push_back(std::make_unique<bare>(d));
  v1::EntitySnapshot snapshot;
  all.front()->core().save(snapshot);
  std::vector<std::unique_ptr<core>> cores;
  cores.reserve(blocks);
  const auto before = mallinfo2().uordblks;
  for (int i = 0; i < blocks; ++i) {
    cores.push_back(make_core({"block/camp/" + std::string(block_name)}));
    cores.back()->restore(snapshot);
  }
  row("memory of a started block of 100 free spots", static_cast<double>(mallinfo2().uordblks - before) / blocks / 1024.0, "KiB");
}

}  // namespace
}  // namespace holdfast::domain::testing

int main(int argc, char** argv) {
  using namespace holdfast::domain::testing;
  json = argc > 1 && std::strcmp(argv[1], "--json") == 0;
  hot_spot();
  many_spots();
  groups();
  weight();
}
