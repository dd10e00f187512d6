#include "actors/assembly.hpp"

#include <caf/send.hpp>

#include <utility>

#include "actors/entity/snapshot_folder.hpp"
#include "actors/journal/history_reader.hpp"
#include "actors/journal/journal_writer.hpp"
#include "actors/journal/snapshot_writer.hpp"
#include "actors/sharding/shard.hpp"
#include "actors/timers/timer_service.hpp"

namespace holdfast::actors {
namespace {

struct stores {
  std::shared_ptr<persistence::journal_store> append, read, fold;
  std::shared_ptr<persistence::snapshot_store> save, load, folded;
  std::shared_ptr<persistence::timer_store> timers;
  std::vector<persistence::lease> leases;
};

result<stores> open(persistence::storage& storage, const std::string& node) {
  stores out;
  auto leases = storage.leases();
  if (!leases) return leases.error();
  auto taken = (*leases)->take_all(node);
  if (!taken) return taken.error();
  out.leases = std::move(*taken);
  if (out.leases.size() != shard_count) return fail(failure_code::corrupt, "the store does not hold 256 shard leases");

  const auto into = [](auto&& opened, auto& target) -> std::optional<failure> {
    if (!opened) return opened.error();
    target = std::move(*opened);
    return std::nullopt;
  };
  for (auto* journal : {&out.append, &out.read, &out.fold})
    if (auto e = into(storage.journal(), *journal)) return *e;
  for (auto* snapshots : {&out.save, &out.load, &out.folded})
    if (auto e = into(storage.snapshots(), *snapshots)) return *e;
  if (auto e = into(storage.timers(), out.timers)) return *e;
  return out;
}

template <class Actor, caf::spawn_options Options, class... Args>
Actor spawn_as(caf::actor_system& system, threading mode, Args&&... args) {
  if (mode == threading::detached_stores) return system.spawn<Options>(std::forward<Args>(args)...);
  return system.spawn(std::forward<Args>(args)...);
}

}  // namespace

result<assembly> assembly::make(caf::actor_system& system, const node_options& options, threading mode) {
  auto opened = open(*options.storage, options.name);
  if (!opened) return opened.error();

  assembly out;
  auto context = std::make_shared<node_context>();
  context->clock = options.clock;
  context->faults = options.faults;
  context->limits = options.limits;
  context->feed = options.feed;
  context->outbox_grew = options.outbox_grew;
  out.figures = context->figures;
  context->journal =
      spawn_as<journal_writer_actor, caf::detached>(system, mode, journal_writer, opened->append, options.limits, context->figures);
  context->history = spawn_as<history_reader_actor, caf::detached>(system, mode, history_reader, opened->read, opened->load);
  context->snapshots = spawn_as<snapshot_writer_actor, caf::detached>(system, mode, snapshot_writer, opened->save, context->figures);
  context->folder = spawn_as<snapshot_folder_actor, caf::detached>(system, mode, snapshot_folder, opened->fold, opened->folded,
                                                                   options.limits, context->figures);

  local_region::shards shards;
  std::array<epoch, shard_count> epochs{};
  for (const auto& lease : opened->leases) epochs[lease.shard.value] = lease.owner;
  for (std::size_t i = 0; i < shard_count; ++i) {
    shards[i] = out.shards_.emplace_back(system.spawn(shard, context_ptr{context}, epochs[i]));
    out.services_.push_back(caf::actor_cast<caf::actor>(shards[i]));
  }
  out.region = std::make_shared<local_region>(std::move(shards), options.limits, context->figures);
  // Weak: the region outlives nobody it points to, and the context must not keep it alive.
  context->tell = [to = std::weak_ptr<local_region>(out.region)](notice_msg&& notice) {
    if (const auto region = to.lock()) region->tell(std::move(notice));
  };
  const auto timers =
      spawn_as<timer_service_actor, caf::detached>(system, mode, timer_service, opened->timers, std::shared_ptr<actors::region>(out.region),
                                                   options.clock, options.limits, context->figures);
  out.services_.insert(out.services_.begin(), caf::actor_cast<caf::actor>(timers));
  for (const auto& service : {caf::actor_cast<caf::actor>(context->history), caf::actor_cast<caf::actor>(context->snapshots),
                              caf::actor_cast<caf::actor>(context->folder), caf::actor_cast<caf::actor>(context->journal)})
    out.services_.push_back(service);
  out.context_ = std::move(context);
  return out;
}

void assembly::put_away() const {
  for (const auto& each : shards_) caf::anon_send(each, put_away_atom::value);
}

void assembly::kill() {
  shards_.clear();
  for (const auto& service : services_) caf::anon_send_exit(service, caf::exit_reason::kill);
  services_.clear();
  if (context_) {
    context_->journal = nullptr;
    context_->history = nullptr;
    context_->snapshots = nullptr;
    context_->folder = nullptr;
  }
}

}  // namespace holdfast::actors
