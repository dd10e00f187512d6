#include "config/console/node_operations.hpp"

#include <algorithm>
#include <utility>

#include "actors/entity/entity_record.hpp"
#include "config/console/log_levels.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::console {
namespace {

using gateway::console::operator_answer;
using handler = gateway::console::operator_handler;

constexpr unix_ms replication_ms_max = 2'000;

operator_answer refusal(v1::Rejection why) {
  auto out = std::make_shared<v1::OperatorAnswer>();
  *out->mutable_rejection() = std::move(why);
  return out;
}

operator_answer done_unless(std::optional<v1::Rejection> why) {
  if (why) return refusal(std::move(*why));
  auto out = std::make_shared<v1::OperatorAnswer>();
  out->mutable_done();
  return out;
}

// ---- figures

operator_answer slow_requests(const gateway::traffic& http) {
  auto out = std::make_shared<v1::OperatorAnswer>();
  auto& all = *out->mutable_slow_requests();
  all.set_threshold_ms(http.slow_ms_min());
  for (const auto& r : http.slow()) {
    auto& one = *all.add_requests();
    one.set_at_ms(r.at_ms);
    one.set_method(r.method);
    one.set_path(r.path);
    one.set_route(r.route);
    one.set_tenant(r.tenant);
    one.set_remote(r.remote);
    one.set_request_id(r.request_id);
    one.set_status(static_cast<std::uint32_t>(r.status));
    one.set_micros(r.micros);
  }
  return out;
}

operator_answer levels() {
  auto out = std::make_shared<v1::OperatorAnswer>();
  auto& all = *out->mutable_log_levels();
  for (const auto& [part, level] : log_levels()) {
    auto& one = *all.add_levels();
    one.set_component(part);
    one.set_level(level);
  }
  return out;
}

// ---- stores. What an operator asked wrongly is an answer; what the store could not do is a failure.

void put(v1::OperatorAction& out, const persistence::operator_action& a) {
  out.set_id(a.id);
  out.set_at_ms(a.at_ms);
  out.set_subject(a.subject);
  out.set_remote(a.remote);
  out.set_node(a.node);
  out.set_request_id(a.request_id);
  out.set_action(a.action);
  out.set_target(a.target);
  out.set_detail(a.detail);
  out.set_outcome(a.outcome);
}

persistence::operator_action taken(const v1::OperatorAction& a) {
  return {a.id(), a.at_ms(), a.subject(), a.remote(), a.node(), a.request_id(), a.action(), a.target(), a.detail(), a.outcome()};
}

result<v1::OperatorAnswer> inspect(operator_stores& stores, const v1::InspectEntity& asked, const actors::limits& limits) {
  auto record = actors::read_record(*stores.journal, *stores.snapshots, *stores.timers, asked, limits);
  v1::OperatorAnswer out;
  if (record)
    *out.mutable_entity() = std::move(*record);
  else if (record.error().code == failure_code::not_found)
    *out.mutable_rejection() = reject(v1::NOT_FOUND, "The journal has nothing of this entity.");
  else if (record.error().code == failure_code::corrupt)
    *out.mutable_rejection() = reject(v1::INTERNAL, record.error().detail);
  else
    return record.error();
  return out;
}

result<v1::OperatorAnswer> begin(operator_stores& stores, const v1::BeginAction& asked) {
  const auto begun = stores.operators->begin(taken(asked.action()), {asked.key(), asked.fingerprint()});
  v1::OperatorAnswer out;
  if (begun)
    put(*out.mutable_action(), *begun);
  else if (begun.error().code == failure_code::conflict)
    *out.mutable_rejection() = reject(v1::KEY_REUSED);
  else
    return begun.error();
  return out;
}

result<v1::OperatorAnswer> finish(operator_stores& stores, const v1::FinishAction& asked) {
  if (const auto kept = stores.operators->finish(asked.id(), asked.outcome()); !kept) return kept.error();
  v1::OperatorAnswer out;
  out.mutable_done();
  return out;
}

result<v1::OperatorAnswer> list(operator_stores& stores, const v1::ListActions& asked) {
  const persistence::page at{std::max(1U, asked.page()), std::clamp(asked.limit(), 1U, 100U)};
  const auto found = stores.operators->actions({asked.subject(), asked.action(), asked.target()}, at);
  if (!found) return found.error();
  v1::OperatorAnswer out;
  auto& page = *out.mutable_actions();
  page.set_total(found->total);
  for (const auto& row : found->rows) put(*page.add_actions(), row);
  return out;
}

result<v1::OperatorAnswer> from_stores(operator_stores& stores, const v1::OperatorRequest& asked, const actors::limits& limits) {
  switch (asked.kind_case()) {
    case v1::OperatorRequest::kInspectEntity:
      return inspect(stores, asked.inspect_entity(), limits);
    case v1::OperatorRequest::kBeginAction:
      return begin(stores, asked.begin_action());
    case v1::OperatorRequest::kFinishAction:
      return finish(stores, asked.finish_action());
    default:
      return list(stores, asked.list_actions());
  }
}

}  // namespace

result<std::unique_ptr<operator_stores>> operator_stores::open(persistence::storage& storage) {
  auto out = std::make_unique<operator_stores>();
  auto journal = storage.journal();
  if (!journal) return journal.error();
  auto snapshots = storage.snapshots();
  if (!snapshots) return snapshots.error();
  auto timers = storage.timers();
  if (!timers) return timers.error();
  auto operators = storage.operators();
  if (!operators) return operators.error();
  out->journal = std::move(*journal);
  out->snapshots = std::move(*snapshots);
  out->timers = std::move(*timers);
  out->operators = std::move(*operators);
  return out;
}

node_operations::node_operations(operations_sources from)
    : from_(std::move(from)),
      stores_(
          "store", [storage = from_.storage] { return operator_stores::open(*storage); }, {.threads = 1, .queue_max = questions_max},
          from_.clock) {}

std::vector<std::string> node_operations::nodes() const {
  std::vector<std::string> out;
  for (auto& one : from_.fleet.nodes()) out.push_back(std::move(one.node));
  return out;
}

std::string node_operations::owner_of(shard_id shard) const { return from_.fleet.shards().at(shard.value).node; }

void node_operations::ask(const std::string& node, std::shared_ptr<const v1::OperatorRequest> asked, unix_ms deadline, handler then) {
  if (node == from_.node) return answer(*asked, deadline, std::move(then));
  const auto known = nodes();
  if (std::find(known.begin(), known.end(), node) == known.end()) return then(refusal(reject(v1::NOT_FOUND, "There is no such node.")));
  from_.fleet.ask(node, std::move(asked), deadline, std::move(then));
}

void node_operations::answer(const v1::OperatorRequest& asked, unix_ms deadline, handler then) {
  switch (asked.kind_case()) {
    case v1::OperatorRequest::kInspectEntity:
    case v1::OperatorRequest::kBeginAction:
    case v1::OperatorRequest::kFinishAction:
    case v1::OperatorRequest::kListActions:
      return answer_from_stores(asked, deadline, std::move(then));
    case v1::OperatorRequest::kCountSubscribers:
      return from_.count_subscribers(asked.count_subscribers().entity_id(), [then = std::move(then)](std::size_t n) {
        auto out = std::make_shared<v1::OperatorAnswer>();
        out->mutable_subscribers()->set_count(n);
        then(std::move(out));
      });
    default:
      return answer_now(asked, then);
  }
}

std::optional<v1::Rejection> node_operations::move(const v1::MoveShard& wanted) {
  if (!from_.fleet.clustered()) return not_a_cluster();
  if (wanted.shard() >= shard_count) return reject(v1::NOT_FOUND, "There is no such shard.");
  const auto nodes = from_.fleet.nodes();
  const auto to = std::find_if(nodes.begin(), nodes.end(), [&](const standing& s) { return s.node == wanted.to(); });
  if (to == nodes.end()) return reject_field("node", "unknown", "there is no such node");
  if (to->weight == 0 || to->state == v1::NODE_UNREACHABLE) return reject_field("node", "conflict", "it takes no shards at the moment");
  return from_.fleet.move({static_cast<std::uint16_t>(wanted.shard())}, wanted.to());
}

void node_operations::answer_now(const v1::OperatorRequest& asked, const handler& then) {
  auto& fleet = from_.fleet;
  switch (asked.kind_case()) {
    case v1::OperatorRequest::kGetReport: {
      auto out = std::make_shared<v1::OperatorAnswer>();
      const std::lock_guard lock(mutex_);
      *out->mutable_report() = report_;
      return then(std::move(out));
    }
    case v1::OperatorRequest::kGetSlowRequests:
      return then(slow_requests(from_.http));
    case v1::OperatorRequest::kGetLogLevels:
      return then(levels());
    case v1::OperatorRequest::kSetLogLevel:
      if (set_log_level(asked.set_log_level().component(), asked.set_log_level().level())) return then(done_unless(std::nullopt));
      return then(refusal(reject_field("component", "unknown", "there is no such component")));
    case v1::OperatorRequest::kDrain:
      return then(done_unless(fleet.drain()));
    case v1::OperatorRequest::kPause:
      return then(done_unless(fleet.pause()));
    case v1::OperatorRequest::kResume:
      return then(done_unless(fleet.resume()));
    case v1::OperatorRequest::kMoveShard:
      return then(done_unless(move(asked.move_shard())));
    case v1::OperatorRequest::kRebalance:
      return then(done_unless(fleet.rebalance()));
    default:
      return then(refusal(reject(v1::INTERNAL, "a question of a newer version")));
  }
}

void node_operations::answer_from_stores(const v1::OperatorRequest& asked, unix_ms deadline, handler then) {
  stores_.run<v1::OperatorAnswer>(
      deadline, [asked, limits = from_.limits](operator_stores& stores) { return from_stores(stores, asked, limits); },
      [then = std::move(then)](gateway::api::read_outcome<v1::OperatorAnswer> got) {
        if (auto* why = std::get_if<v1::Rejection>(&got)) return then(refusal(std::move(*why)));
        then(std::make_shared<const v1::OperatorAnswer>(std::move(std::get<v1::OperatorAnswer>(got))));
      });
}

void node_operations::show(v1::NodeReport report) {
  const std::lock_guard lock(mutex_);
  report_ = std::move(report);
}

persistence::replication node_operations::replication() {
  if (!lag_->asking.exchange(true))
    stores_.run<persistence::replication>(
        from_.clock.now() + replication_ms_max, [](operator_stores& stores) { return stores.operators->replicas(); },
        [lag = lag_](const gateway::api::read_outcome<persistence::replication>& got) {
          {
            const std::lock_guard lock(lag->mutex);
            const auto* seen = std::get_if<persistence::replication>(&got);
            lag->last = seen != nullptr ? *seen : persistence::replication{};
          }
          lag->asking = false;
        });
  const std::lock_guard lock(lag_->mutex);
  return lag_->last;
}

}  // namespace holdfast::console
