// JSON as the API reads and writes it.
#include <benchmark/benchmark.h>

#include <boost/json/serialize.hpp>

#include "gateway/api/block_text.hpp"
#include "gateway/api/json_reader.hpp"
#include "gateway/api/views.hpp"
#include "tests/bench/micro/blocks.hpp"

namespace holdfast::bench {
namespace {

constexpr std::string_view booking_text =
    R"({"resourceId":"hot.floor","spots":[{"spot":"seat"}],"userDetails":{"firstName":"Ida","lastName":"Lund","email":"guest123456789@example.org"}})";

void read_booking(benchmark::State& state) {
  using namespace gateway::api;
  for (auto _ : state) {
    const auto parsed = parse_json(booking_text);
    field_errors errors;
    object_reader in(std::get<json::value>(parsed), {}, errors);
    benchmark::DoNotOptimize(in.text("resourceId", rules::resource_id, presence::required));
    in.objects("spots", 1, 1'024, presence::required, [](object_reader& spot) {
      benchmark::DoNotOptimize(spot.text("spot", rules::spot_label, presence::required));
      spot.done();
    });
    in.object("userDetails", presence::required, [](object_reader& guest) {
      benchmark::DoNotOptimize(guest.text("firstName", rules::name, presence::required));
      benchmark::DoNotOptimize(guest.text("lastName", rules::name, presence::required));
      benchmark::DoNotOptimize(guest.text("email", rules::email, presence::required));
      guest.done();
    });
    in.done();
    if (errors.any()) state.SkipWithError("the body was refused");
  }
}
BENCHMARK(read_booking);

void write_booking(benchmark::State& state) {
  orders make(1);
  auto block = make_pool(make);
  const auto command = make.book_pool(micro_block());
  const auto entry = block.decide(*command);
  block.evolve(entry);
  const auto reply = block.core().follow(*command, entry, grown_core::now).reply;
  for (auto _ : state)
    benchmark::DoNotOptimize(boost::json::serialize(gateway::api::booking_json(reply.booking(), tenant, gateway::api::audience::guest)));
}
BENCHMARK(write_booking);

/// A map of 1,024 spots.
void write_map(benchmark::State& state) {
  orders make(1);
  auto block = make_map(make, 500);
  const auto command = make.look(micro_block());
  const auto reply = block.core().follow(*command, block.decide(*command), grown_core::now).reply;
  for (auto _ : state) benchmark::DoNotOptimize(gateway::api::block_text(reply.block()));
}
BENCHMARK(write_map)->Unit(benchmark::kMicrosecond);

void write_delta(benchmark::State& state) {
  orders make(1);
  auto block = make_map(make, 500);
  const auto command = make.book_assigned(micro_block());
  const auto entry = block.decide(*command);
  block.evolve(entry);
  const auto effects = block.core().follow(*command, entry, grown_core::now);
  const auto* change = &effects.changes.front();
  for (const auto& c : effects.changes)
    if (c.has_block()) change = &c;
  for (auto _ : state) benchmark::DoNotOptimize(gateway::api::block_changes_text(change->block()));
}
BENCHMARK(write_delta);

}  // namespace
}  // namespace holdfast::bench
