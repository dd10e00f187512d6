#include "tests/bench/engine/fill.hpp"

#include <array>
#include <chrono>
#include <variant>
#include <vector>

#include "actors/domain/core.hpp"
#include "protocols/base/ids.hpp"
#include "tests/bench/engine/orders.hpp"
#include "tests/bench/engine/station.hpp"

namespace holdfast::bench {
namespace {

constexpr std::size_t batch_rows = 4'096;
constexpr std::uint32_t pool_capacity = 1'000'000;

class filler {
public:
  explicit filler(persistence::storage& storage) {
    auto leases = storage.leases();
    if (!leases) throw engine_error(leases.error().detail);
    const auto taken = (*leases)->take_all("fill");
    if (!taken) throw engine_error(taken.error().detail);
    for (const auto& l : *taken) epochs_.at(l.shard.value) = l.owner;
    auto journal = storage.journal();
    if (!journal) throw engine_error(journal.error().detail);
    journal_ = std::move(*journal);
  }

  void fill_block(const fill_plan& plan, std::size_t n, orders& make) {
    const auto block = block_name(plan.prefix, n);
    const auto id = block_entity(tenant, block);
    const auto core = domain::make_core(id);
    std::int64_t at = 0;
    const auto step = [&](const v1::Command& command) {
      const auto now = system_clock().now();
      auto outcome = core->decide(command, now);
      if (const auto* no = std::get_if<v1::Rejection>(&outcome)) throw engine_error("while filling: " + no->ShortDebugString());
      auto& entry = std::get<v1::Entry>(outcome);
      entry.set_at_ms(now);
      core->evolve(entry, {++at});
      if (!command.idempotency_key().empty()) {
        entry.set_idempotency_key(command.idempotency_key());
        entry.set_fingerprint(command.fingerprint());
        *entry.mutable_reply() = core->follow(command, entry, now).reply;
      }
      add(id, {at}, entry, now);
    };
    step(*make.define_block(block, plan.spots, plan.bookings > 0 ? pool_capacity : 0));
    for (std::size_t i = 0; i < plan.bookings; ++i) step(*make.book_pool(block));
  }

  fill_report finish() {
    flush();
    return report_;
  }

private:
  void add(const entity_id& id, sequence at, const v1::Entry& entry, unix_ms now) {
    auto& row = batch_.emplace_back();
    row.entity = id;
    row.at = at;
    row.owner = epochs_.at(shard_of(id.value).value);
    row.payload = entry.SerializeAsString();
    row.at_ms = now;
    ++report_.entries;
    report_.events += static_cast<std::uint64_t>(entry.block_size() + entry.event_size() + entry.tenant_size());
    report_.bytes += row.payload.size();
    if (batch_.size() >= batch_rows) flush();
  }

  void flush() {
    if (batch_.empty()) return;
    const auto begin = std::chrono::steady_clock::now();
    for (const auto status : journal_->append(batch_))
      if (status != persistence::append_status::durable) throw engine_error("a row of the filling was refused");
    report_.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    batch_.clear();
  }

  std::array<epoch, shard_count> epochs_{};
  std::unique_ptr<persistence::journal_store> journal_;
  std::vector<persistence::append_request> batch_;
  fill_report report_;
};

}  // namespace

fill_report fill(persistence::storage& storage, const fill_plan& plan) {
  filler work(storage);
  orders make(plan.seed);
  for (std::size_t n = 0; n < plan.blocks; ++n) work.fill_block(plan, n, make);
  return work.finish();
}

}  // namespace holdfast::bench
