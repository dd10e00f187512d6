// One entity: looking at it, and what can be done to its run.
#include "gateway/console/actions.hpp"
#include "gateway/console/entity_views.hpp"
#include "gateway/console/handlers.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::console::handlers {
namespace {

constexpr std::uint32_t bookings_max = 50;

task<answer<api::reply_ptr>> supervise(call& c, std::string entity, v1::Supervise::Wish what) {
  auto command = c.query(entity_id{std::move(entity)});
  command.mutable_supervise()->set_wish(what);
  co_return co_await c.ask(std::move(command), v1::Reply::kRun);
}

task<outcome> carry_out(call& c, std::string entity, v1::Supervise::Wish what) {
  const auto reply = co_await supervise(c, std::move(entity), what);
  if (!reply) co_return reply.error();
  const auto phase = (*reply)->run().phase();
  const bool runs = phase != v1::EntityRun::NOT_RUNNING && phase != v1::EntityRun::RESTING;
  if (!runs && what != v1::Supervise::PASSIVATE) co_return reject(v1::ENTITY_NOT_RUNNING);
  co_return outcome();
}

task<response> act_on_entity(call& c, surroundings& o, std::string action, v1::Supervise::Wish what) {
  auto who = c.cluster_operator();
  if (!who) co_return c.refuse(who.error());
  const auto entity =
      c.body([](api::object_reader& in) { return in.text("entityId", api::rules::entity_id, api::presence::required).value_or(""); });
  if (!entity) co_return c.refuse(entity.error());
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  wish wanted{std::move(action), *entity, {}};
  deed doing = [&c, entity = *entity, what] { return carry_out(c, entity, what); };
  co_return co_await act(c, o, std::move(*who), std::move(wanted), std::move(doing));
}

}  // namespace

task<response> inspect_entity(call& c, surroundings& o) {
  const auto who = c.cluster_operator();
  if (!who) co_return c.refuse(who.error());
  v1::OperatorRequest inspect;
  const auto entity = c.parameters([&](api::query_reader& in) {
    auto id = in.text("id", api::rules::entity_id).value_or("");
    if (id.empty() && !in.errors().any()) in.errors().add("id", "required", "an entity's id");
    inspect.mutable_inspect_entity()->set_events_max(static_cast<std::uint32_t>(in.integer("events", 1, 100).value_or(20)));
    return id;
  });
  if (!entity) co_return c.refuse(entity.error());
  inspect.mutable_inspect_entity()->set_entity_id(*entity);
  inspect.mutable_inspect_entity()->set_bookings_max(bookings_max);
  const auto record = co_await ask_node(c, o, o.nodes.self(), std::move(inspect), v1::OperatorAnswer::kEntity);
  if (!record) co_return c.refuse(record.error());
  const auto run = co_await supervise(c, *entity, v1::Supervise::LOOK);
  v1::OperatorRequest count;
  count.mutable_count_subscribers()->set_entity_id(*entity);
  const auto counted = co_await ask_all_nodes(c, o, std::move(count), v1::OperatorAnswer::kSubscribers);
  std::uint64_t subscribers = 0;
  for (const auto& [node, of] : counted) subscribers += of->subscribers().count();
  co_return c.ok(inspection_json((*record)->entity(), run ? &(*run)->run() : nullptr, subscribers, o.nodes));
}

task<response> passivate_entity(call& c, surroundings& o) { return act_on_entity(c, o, "passivate_entity", v1::Supervise::PASSIVATE); }
task<response> restart_entity(call& c, surroundings& o) { return act_on_entity(c, o, "restart_entity", v1::Supervise::RESTART); }
task<response> snapshot_entity(call& c, surroundings& o) { return act_on_entity(c, o, "snapshot_entity", v1::Supervise::SNAPSHOT); }

}  // namespace holdfast::gateway::console::handlers
