#include "actors/cluster/cluster_region.hpp"

#include <algorithm>
#include <utility>

#include "actors/planted.hpp"
#include "actors/reply_slot.hpp"
#include "holdfast/v1/cluster.pb.h"
#include "protocols/base/errors.hpp"

namespace holdfast::actors::cluster {
namespace {

using std::chrono::milliseconds;
using where = shard_place::where;
using kind = v1::Command::KindCase;

std::shared_ptr<const v1::Reply> refusal(v1::ErrorCode code, std::string detail) {
  return std::make_shared<const v1::Reply>(as_reply(reject(code, std::move(detail))));
}

std::shared_ptr<const v1::Reply> aged(const v1::Reply& reply, std::int64_t age_ms) {
  auto out = std::make_shared<v1::Reply>(reply);
  out->set_age_ms(age_ms);
  return out;
}

std::string not_here() {
  v1::PeerAnswer out;
  out.mutable_not_here();
  return out.SerializeAsString();
}

}  // namespace

bool is_read(const v1::Command& command) noexcept {
  switch (command.kind_case()) {
    case kind::kGetTenant:
    case kind::kGetEvent:
    case kind::kGetBlock:
    case kind::kGetBooking:
    case kind::kPlanGroup:
      return true;
    default:
      return false;
  }
}

bool repeatable(const v1::Command& command) noexcept {
  switch (command.kind_case()) {
    case kind::kExpireDue:
    case kind::kSendFigures:
    case kind::kReportFigures:
    case kind::kSupervise:
      return true;
    default:
      return !command.idempotency_key().empty() || is_read(command);
  }
}

cluster_region::cluster_region(std::shared_ptr<local_shards> here, std::shared_ptr<link::peers> there, options wanted)
    : here_(std::move(here)), there_(std::move(there)), options_(std::move(wanted)) {}

void cluster_region::ask(std::shared_ptr<const v1::Command> command, reply_handler handler) {
  travel({std::move(command), std::move(handler)});
}

void cluster_region::travel(journey j) {
  const auto shard = shard_of(j.command->entity_id());
  shard_place place;
  {
    const auto& cell = at(shard);
    const std::lock_guard lock(cell.mutex);
    place = cell.place;
    j.seen = cell.version;
  }
  switch (place.at) {
    case where::here:
      return go_here(shard, std::move(j));
    case where::there:
      return go_there(shard, place.node, std::move(j));
    case where::nowhere:
      return wait(shard, std::move(j));
  }
}

std::int64_t cluster_region::doubt_ms() const {
  if (planted().answer_after_lease_lost) return 0;
  if (options_.elapsed().count() < lease_ends_ms_.load(std::memory_order_acquire)) return 0;
  return std::max<std::int64_t>(1, options_.clock->now() - as_of_.load(std::memory_order_acquire));
}

void cluster_region::go_here(shard_id shard, journey j) {
  if (doubt_ms() > 0 && !is_read(*j.command)) return j.handler(refusal(v1::UNAVAILABLE, "the journal cannot be reached"));
  auto command = j.command;
  here_->ask(shard, std::move(command), [self = weak_from_this(), shard, j = std::move(j)](std::shared_ptr<const v1::Reply> reply) mutable {
    // The shard left meanwhile. What became durable stands; what was dropped, fenced or looked up in memory is its next owner's to say, who
    // also knows the key.
    const auto region = self.lock();
    if (region && (reply->has_rejection() || is_read(*j.command)) && region->moved(shard, j.seen)) {
      if (repeatable(*j.command)) return region->travel(std::move(j));
      reply = unavailable_reply();
    }
    j.handler(region ? region->trusted(*j.command, std::move(reply)) : std::move(reply));
  });
}

/// The leases may have ended while the answer was made. What is durable stays true; what was only looked up in memory may be old.
std::shared_ptr<const v1::Reply> cluster_region::trusted(const v1::Command& command, std::shared_ptr<const v1::Reply> reply) const {
  const auto doubt = doubt_ms();
  if (doubt == 0) return reply;
  if (is_read(command)) return aged(*reply, doubt);
  return reply->has_rejection() ? unavailable_reply() : reply;
}

void cluster_region::go_there(shard_id shard, const std::string& node, journey j) {
  const milliseconds patience{j.command->deadline_ms() - options_.clock->now()};
  if (patience.count() <= 0) return j.handler(unavailable_reply());
  v1::PeerRequest request;
  *request.mutable_command() = *j.command;
  there_->ask(node, request.SerializeAsString(), patience, [self = weak_from_this(), shard, j = std::move(j)](link::answer answer) mutable {
    if (const auto region = self.lock()) return region->hear(shard, std::move(j), std::move(answer));
    j.handler(unavailable_reply());
  });
}

void cluster_region::hear(shard_id shard, journey j, link::answer answer) {
  if (answer) {
    v1::PeerAnswer said;
    if (!said.ParseFromString(*answer)) return j.handler(refusal(v1::INTERNAL, "a node answered something else"));
    if (said.has_reply()) return j.handler(std::make_shared<const v1::Reply>(std::move(*said.mutable_reply())));
    if (options_.map_is_old) options_.map_is_old();
    return wait(shard, std::move(j));
  }
  switch (answer.error()) {
    case link::link_error::unavailable:
      return wait(shard, std::move(j));
    case link::link_error::window_full:
      return j.handler(overloaded_reply());
    case link::link_error::too_large:
      return j.handler(refusal(v1::TOO_LARGE, "too large to be sent to the node that decides"));
    case link::link_error::timed_out:
      return j.handler(unavailable_reply());
    case link::link_error::peer_lost:
      if (options_.map_is_old) options_.map_is_old();
      return repeatable(*j.command) ? wait(shard, std::move(j)) : j.handler(unavailable_reply());
  }
}

void cluster_region::wait(shard_id shard, journey j) {
  if (j.command->deadline_ms() <= options_.clock->now()) return j.handler(unavailable_reply());
  auto& cell = at(shard);
  {
    std::unique_lock lock(cell.mutex);
    const bool known = cell.place.at != where::nowhere;
    if (cell.version == j.seen || !known) {
      if (waiting_.fetch_add(1, std::memory_order_relaxed) < options_.waiting_max) {
        cell.waiting.push_back(std::move(j));
        return;
      }
      waiting_.fetch_sub(1, std::memory_order_relaxed);
      lock.unlock();
      return j.handler(overloaded_reply());
    }
  }
  travel(std::move(j));  // it moved while the answer was on its way
}

bool cluster_region::moved(shard_id shard, std::uint64_t seen) const {
  const auto& cell = at(shard);
  const std::lock_guard lock(cell.mutex);
  return cell.version != seen;
}

void cluster_region::place(shard_id shard, shard_place place) {
  std::deque<journey> leaving;
  auto& cell = at(shard);
  {
    const std::lock_guard lock(cell.mutex);
    if (cell.place == place) return;
    cell.place = std::move(place);
    ++cell.version;
    if (cell.place.at != where::nowhere) leaving.swap(cell.waiting);
  }
  waiting_.fetch_sub(leaving.size(), std::memory_order_relaxed);
  if (options_.moved) options_.moved(shard);  // before anybody asks for a snapshot there
  if (planted().drop_in_handoff) leaving.clear();
  for (auto& j : leaving) travel(std::move(j));
}

shard_place cluster_region::place_of(shard_id shard) const {
  const auto& cell = at(shard);
  const std::lock_guard lock(cell.mutex);
  return cell.place;
}

shard_set cluster_region::served() const {
  shard_set out;
  if (doubt_ms() > 0) return out;
  for (std::uint16_t i = 0; i < shard_count; ++i) out.set(i, place_of({i}).at == where::here);
  return out;
}

void cluster_region::sure_until(milliseconds end, unix_ms as_of) {
  as_of_.store(as_of, std::memory_order_release);
  lease_ends_ms_.store(end.count(), std::memory_order_release);
}

void cluster_region::tick() {
  if (waiting() == 0) return;
  const auto now = options_.clock->now();
  for (auto& cell : cells_) {
    std::deque<journey> due, again;
    {
      const std::lock_guard lock(cell.mutex);
      std::deque<journey> rest;
      for (auto& j : cell.waiting)
        (j.command->deadline_ms() <= now ? due : cell.place.at == where::nowhere ? rest : again).push_back(std::move(j));
      cell.waiting.swap(rest);
    }
    waiting_.fetch_sub(due.size() + again.size(), std::memory_order_relaxed);
    for (auto& j : due) j.handler(unavailable_reply());
    for (auto& j : again) travel(std::move(j));
  }
}

// ---- between entities

void cluster_region::tell(std::shared_ptr<const v1::Command> command, bool start_entity) {
  const auto shard = shard_of(command->entity_id());
  const auto place = place_of(shard);
  if (place.at == where::here) return here_->tell(shard, std::move(command), start_entity);
  if (place.at == where::nowhere) return;  // unacknowledged: what matters is told again
  v1::PeerRequest request;
  *request.mutable_notice()->mutable_command() = *command;
  request.mutable_notice()->set_start_entity(start_entity);
  constexpr milliseconds patience{5'000};
  there_->ask(place.node, request.SerializeAsString(), patience, [](const link::answer&) {});
}

// ---- other nodes

void cluster_region::serve(link::incoming_request request) {
  v1::PeerRequest asked;
  if (!asked.ParseFromString(request.envelope)) return;  // the asker hears peer_lost
  v1::PeerAnswer noted;
  noted.mutable_noted();
  switch (asked.kind_case()) {
    case v1::PeerRequest::kCommand: {
      auto command = std::make_shared<v1::Command>(std::move(*asked.mutable_command()));
      command->set_deadline_ms(options_.clock->now() + request.patience.count());  // clocks differ
      return answer(request, std::move(command));
    }
    case v1::PeerRequest::kNotice: {
      auto command = std::make_shared<const v1::Command>(std::move(*asked.mutable_notice()->mutable_command()));
      const auto shard = shard_of(command->entity_id());
      if (place_of(shard).at == where::here) here_->tell(shard, std::move(command), asked.notice().start_entity());
      return request.reply(noted.SerializeAsString());
    }
    case v1::PeerRequest::kShardsGiven:
      if (options_.shards_given) options_.shards_given();
      return request.reply(noted.SerializeAsString());
    case v1::PeerRequest::kPlacement:
      if (options_.placed) options_.placed(asked.placement());
      return request.reply(noted.SerializeAsString());
    case v1::PeerRequest::kNodeGone:
      if (options_.gone) options_.gone(asked.node_gone().instance());
      return request.reply(noted.SerializeAsString());
    default:  // also what a newer version asks: the asker hears peer_lost
      if (options_.other) options_.other(asked, request);
  }
}

/// Only what is served here is taken on: two nodes with old maps never send a command to and fro.
void cluster_region::answer(link::incoming_request& request, std::shared_ptr<const v1::Command> command) {
  if (place_of(shard_of(command->entity_id())).at != where::here) return request.reply(not_here());
  travel({std::move(command), [reply = request.reply](const std::shared_ptr<const v1::Reply>& decided) {
            v1::PeerAnswer out;
            *out.mutable_reply() = *decided;
            reply(out.SerializeAsString());
          }});
}

}  // namespace holdfast::actors::cluster
