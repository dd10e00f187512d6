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
};

result<stores> open(persistence::storage& storage) {
  stores out;
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
  auto opened = open(*options.storage);
  if (!opened) return opened.error();

  assembly out(system, options, mode);
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
  for (auto& handle : shards) {
    handle = system.spawn(shard, context_ptr{context});
    out.services_.push_back(caf::actor_cast<caf::actor>(handle));
  }
  for (const auto& service : {caf::actor_cast<caf::actor>(context->history), caf::actor_cast<caf::actor>(context->snapshots),
                              caf::actor_cast<caf::actor>(context->folder), caf::actor_cast<caf::actor>(context->journal)})
    out.services_.push_back(service);
  out.region = std::make_shared<local_region>(std::move(shards), options.limits, context->figures);
  out.timers_ = std::move(opened->timers);
  out.context_ = std::move(context);
  return out;
}

result<void> assembly::serve_alone() {
  auto leases = storage_->leases();
  if (!leases) return leases.error();
  const auto taken = (*leases)->take_all(name_);
  if (!taken) return taken.error();
  if (taken->size() != shard_count) return fail(failure_code::corrupt, "the store does not hold 256 shard leases");
  serve_among(region, [shards = std::weak_ptr(region), counts = figures](shard_id, epoch) {
    if (counts->fenced.exchange(true)) return;
    const auto here = shards.lock();
    for (std::uint16_t i = 0; here && i < shard_count; ++i) here->close({i});
  });
  for (const auto& lease : *taken) region->open(lease.shard, lease.owner);
  return {};
}

void assembly::serve_among(const std::shared_ptr<entity_region>& ways, std::function<void(shard_id, epoch)> lost) {
  // Weak: the region outlives nobody it points to, and the context must not keep it alive.
  context_->tell = [to = std::weak_ptr(ways)](notice_msg&& notice) {
    if (const auto region = to.lock()) region->tell(std::move(notice.command), notice.start_entity);
  };
  context_->shard_lost = std::move(lost);
  const auto timers = spawn_as<timer_service_actor, caf::detached>(*system_, mode_, timer_service, timers_, ways, context_->clock,
                                                                   context_->limits, figures);
  services_.insert(services_.begin(), caf::actor_cast<caf::actor>(timers));
}

void assembly::publish_to(std::shared_ptr<live_feed> feed) { context_->feed = std::move(feed); }

void assembly::put_away() const {
  for (std::uint16_t i = 0; i < shard_count; ++i) region->put_away({i}, nullptr);
}

void assembly::kill() {
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
