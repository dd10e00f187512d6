// What administrators and staff set: tenant, events, blocks, open or closed, seats out of sale.
//
// An event and its blocks are several entities. The blocks hold what is booked, so they are asked first: when one of them refuses, those
// that had already changed are put back and the event stays as it was.
#include "actors/domain/inheritance.hpp"
#include "gateway/api/block_text.hpp"
#include "gateway/api/definitions.hpp"
#include "gateway/api/events.hpp"
#include "gateway/api/handlers.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::api::handlers {
namespace {

v1::Command to_block(const call& c, const std::string& block, std::string_view step = {}) {
  return c.command(block_entity(c.tenant_slug(), block), step);
}

v1::Command apply(const call& c, v1::BlockDefinition definition) {
  auto out = to_block(c, definition.id());
  *out.mutable_apply_block()->mutable_definition() = std::move(definition);
  return out;
}

// ---- tenant

// Events that sell by the tenant's own flow stand in the way of changing it.
task<answer<bool>> sells_by(call& c, const v1::TenantDefinition& tenant) {
  persistence::event_filter filter;
  filter.tenant = tenant.slug();
  filter.published_only = false;
  for (persistence::page at{1, 100};; ++at.number) {
    const auto query = [filter, at](persistence::read_model& model) { return model.events(filter, at); };
    const auto found = co_await c.list<persistence::page_of<persistence::event_row>>(query);
    if (!found) co_return found.error();
    for (const auto& row : found->rows)
      if (domain::flow_for(row.definition, tenant) != v1::FLOW_PERFORMANCE) co_return true;
    if (found->rows.size() < at.limit) co_return false;
  }
}

task<std::optional<v1::Rejection>> forbidden_flow_change(call& c, v1::Flow wanted) {
  const auto current = co_await c.tenant();
  if (!current && current.error().code() == v1::NOT_FOUND) co_return std::optional<v1::Rejection>();
  if (!current) co_return current.error();
  if ((*current)->flow() == wanted || (*current)->flow() == v1::FLOW_PERFORMANCE) co_return std::optional<v1::Rejection>();
  const auto used = co_await sells_by(c, **current);
  if (!used) co_return used.error();
  if (!*used) co_return std::optional<v1::Rejection>();
  co_return reject_field("flow", "conflict", "there are events that sell by " + std::string(flow_text((*current)->flow())));
}

// ---- event and blocks

/// The blocks of an event that exist already.
task<answer<std::vector<v1::BlockDefinition>>> existing_blocks(call& c, const v1::EventDefinition& event) {
  std::vector<v1::Command> commands;
  for (const auto& id : event.block_ids()) {
    auto get = c.query(block_entity(c.tenant_slug(), id));
    get.mutable_get_block();
    commands.push_back(std::move(get));
  }
  std::vector<v1::BlockDefinition> out;
  const auto replies = co_await ask_in_groups(c, std::move(commands));
  for (const auto& reply : replies) {
    if (reply->has_block())
      out.push_back(reply->block().definition());
    else if (reply->rejection().code() != v1::NOT_FOUND)
      co_return reply->rejection();
  }
  co_return out;
}

struct block_changes {
  std::vector<v1::BlockDefinition> before;  // of those that changed
  std::optional<v1::Rejection> refusal;
};

task<block_changes> carry_into_blocks(call& c, std::vector<v1::BlockDefinition> blocks, const v1::EventDefinition& event,
                                      const v1::TenantDefinition& tenant) {
  std::vector<v1::Command> commands;
  for (const auto& block : blocks) {
    auto next = block;
    domain::inherit(next, event, tenant);
    commands.push_back(apply(c, std::move(next)));
  }
  block_changes out;
  const auto replies = co_await ask_in_groups(c, std::move(commands));
  for (std::size_t i = 0; i < replies.size(); ++i) {
    if (replies[i]->has_rejection())
      out.refusal = replies[i]->rejection();
    else if (replies[i]->block().changed())
      out.before.push_back(std::move(blocks[i]));
  }
  co_return out;
}

task<std::vector<reply_ptr>> put_back(call& c, std::vector<v1::BlockDefinition> before) {
  std::vector<v1::Command> commands;
  commands.reserve(before.size());
  for (auto& block : before) commands.push_back(apply(c, std::move(block)));
  co_return co_await ask_in_groups(c, std::move(commands));
}

}  // namespace

task<response> apply_tenant(call& c) {
  const auto who = c.staff({"admin"});
  if (!who) co_return c.refuse(who.error());
  if (!valid_tenant(c.tenant_slug())) co_return c.refuse(v1::NOT_FOUND, "Name the tenant in the host or as Holdfast-Tenant.");
  auto definition = c.body([&](object_reader& in) { return read_tenant(in, c.tenant_slug()); });
  if (!definition) co_return c.refuse(definition.error());
  c.api.tenants.forget(c.tenant_slug());
  const auto refusal = co_await forbidden_flow_change(c, definition->flow());
  if (refusal) co_return c.refuse(*refusal);
  auto command = c.command(tenant_entity(c.tenant_slug()));
  *command.mutable_apply_tenant()->mutable_definition() = std::move(*definition);
  const auto reply = co_await c.ask(std::move(command), v1::Reply::kTenant);
  c.api.tenants.forget(c.tenant_slug());
  if (!reply) co_return c.refuse(reply.error());
  const auto& view = (*reply)->tenant();
  co_return c.ok({{"definition", tenant_definition_json(view.definition())}, {"version", view.version()}, {"changed", view.changed()}});
}

task<response> apply_event(call& c) {
  const auto who = c.staff({"admin"});
  if (!who) co_return c.refuse(who.error());
  c.api.tenants.forget(c.tenant_slug());  // blocks keep what they inherit: no old policy may get into them
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  const auto& id = c.at.at("event");
  if (!valid_event(id)) co_return c.refuse(v1::NOT_FOUND);
  const auto definition = c.body([&](object_reader& in) { return read_event(in, id, **tenant); });
  if (!definition) co_return c.refuse(definition.error());
  auto blocks = co_await existing_blocks(c, *definition);
  if (!blocks) co_return c.refuse(blocks.error());
  auto changes = co_await carry_into_blocks(c, std::move(*blocks), *definition, **tenant);
  if (changes.refusal) {
    co_await put_back(c, std::move(changes.before));
    co_return c.refuse(*changes.refusal);
  }
  auto command = c.command(event_entity(c.tenant_slug(), id));
  *command.mutable_apply_event()->mutable_definition() = *definition;
  const auto reply = co_await c.ask(std::move(command), v1::Reply::kEvent);
  c.api.events.forget(event_entity(c.tenant_slug(), id).value);
  const bool blocks_changed = !changes.before.empty();
  if (!reply) {
    co_await put_back(c, std::move(changes.before));
    co_return c.refuse(reply.error());
  }
  const auto view = co_await complete(c, (*reply)->event());
  if (!view) co_return c.refuse(view.error());
  co_return c.ok({{"event", event_json(*view, **tenant, c.now(), audience::staff)}, {"changed", view->changed() || blocks_changed}});
}

task<response> apply_block(call& c) {
  const auto who = c.staff({"admin"});
  if (!who) co_return c.refuse(who.error());
  c.api.tenants.forget(c.tenant_slug());
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  const auto& id = c.at.at("block");
  if (!valid_block(id)) co_return c.refuse(v1::NOT_FOUND);
  auto definition = c.body([&](object_reader& in) { return read_block(in, id); });
  if (!definition) co_return c.refuse(definition.error());
  const std::string event(event_of_block(id));
  const auto scene = co_await find_event(c, event, audience::staff);
  if (!scene) co_return c.refuse(scene.error());
  const auto& listed = scene->definition().block_ids();
  if (std::find(listed.begin(), listed.end(), id) == listed.end())
    co_return c.refuse(reject_field("block", "unknown", "the event's blockIds do not name it"));
  auto get = c.query(block_entity(c.tenant_slug(), id));
  get.mutable_get_block();
  const auto before = co_await c.ask(std::move(get), v1::Reply::kBlock);
  if (!before && before.error().code() != v1::NOT_FOUND) co_return c.refuse(before.error());
  domain::inherit(*definition, scene->definition(), *scene->tenant);
  auto command = apply(c, std::move(*definition));
  auto reply = co_await c.ask(std::move(command), v1::Reply::kBlock);
  if (!reply) co_return c.refuse(reply.error());
  const bool changed = (*reply)->block().changed();
  if (!before && !scene->view().open()) {
    auto close = to_block(c, id);
    close.mutable_set_block_open()->set_open(false);
    reply = co_await c.ask(std::move(close), v1::Reply::kBlock);
    if (!reply) co_return c.refuse(reply.error());
  }
  auto text = std::string(R"({"changed":)").append(changed ? "true" : "false").append(R"(,"block":)");
  text.append(block_text((*reply)->block())).append("}");
  co_return c.ok(std::move(text));
}

namespace {

task<response> set_open(call& c, bool open) {
  const auto who = c.staff({"staff", "admin"});
  if (!who) co_return c.refuse(who.error());
  if (const auto refusal = c.nothing_more()) co_return c.refuse(*refusal);
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  const auto& id = c.at.at("event");
  if (!valid_event(id)) co_return c.refuse(v1::NOT_FOUND);
  auto command = c.command(event_entity(c.tenant_slug(), id));
  command.mutable_set_event_open()->set_open(open);
  const auto reply = co_await c.ask(std::move(command), v1::Reply::kEvent);
  if (!reply) co_return c.refuse(reply.error());
  std::vector<v1::Command> commands;
  for (const auto& block : (*reply)->event().definition().block_ids()) {
    commands.push_back(to_block(c, block, "open"));
    commands.back().mutable_set_block_open()->set_open(open);
  }
  const auto told = co_await ask_in_groups(c, std::move(commands));
  for (const auto& block : told)
    if (block->has_rejection() && block->rejection().code() != v1::NOT_FOUND) co_return c.refuse(block->rejection());
  const auto view = co_await complete(c, (*reply)->event());
  if (!view) co_return c.refuse(view.error());
  co_return c.ok(event_json(*view, **tenant, c.now(), audience::staff));
}

v1::SetManualOccupation read_occupation(object_reader& in) {
  constexpr std::int64_t count_max = 1'000'000;
  v1::SetManualOccupation out;
  out.set_spot(in.text("spot", rules::spot_label, presence::required).value_or(""));
  out.set_occupied(static_cast<std::uint32_t>(in.integer("occupied", 0, count_max, presence::required).value_or(0)));
  out.set_additional(static_cast<std::uint32_t>(in.integer("additional", 0, count_max, presence::required).value_or(0)));
  return out;
}

}  // namespace

task<response> open_event(call& c) { return set_open(c, true); }
task<response> close_event(call& c) { return set_open(c, false); }

task<response> set_occupation(call& c) {
  const auto who = c.staff({"staff", "admin"});
  if (!who) co_return c.refuse(who.error());
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  const auto& id = c.at.at("block");
  if (!valid_block(id)) co_return c.refuse(v1::NOT_FOUND);
  const auto occupation = c.body(read_occupation);
  if (!occupation) co_return c.refuse(occupation.error());
  auto command = to_block(c, id);
  *command.mutable_set_manual_occupation() = *occupation;
  const auto reply = co_await c.ask(std::move(command), v1::Reply::kBlock);
  if (!reply) co_return c.refuse(reply.error());
  auto text = block_text((*reply)->block());
  co_return c.ok(std::move(text));
}

}  // namespace holdfast::gateway::api::handlers
