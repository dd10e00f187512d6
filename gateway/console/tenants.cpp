// Tenants with what they cost and whether they may sell.
#include <algorithm>
#include <map>

#include "actors/domain/inheritance.hpp"
#include "gateway/api/events.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/api/views.hpp"
#include "gateway/console/actions.hpp"
#include "gateway/console/cluster_views.hpp"
#include "gateway/console/handlers.hpp"
#include "gateway/http/problem.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::console::handlers {
namespace {

namespace json = boost::json;
using loads = std::map<std::string, v1::TenantLoad>;

/// Over all nodes.
task<loads> loads_of_tenants(call& c, surroundings& o) {
  v1::OperatorRequest request;
  request.mutable_get_report();
  loads out;
  const auto reports = co_await ask_all_nodes(c, o, std::move(request), v1::OperatorAnswer::kReport);
  for (const auto& [node, got] : reports)
    for (const auto& one : got->report().tenants()) {
      auto& sum = out[one.tenant()];
      sum.set_entities(sum.entities() + one.entities());
      sum.set_commands_per_s(sum.commands_per_s() + one.commands_per_s());
      sum.set_rejections_per_s(sum.rejections_per_s() + one.rejections_per_s());
    }
  co_return out;
}

json::object standing_json(const std::string& slug, const v1::Reply& reply, v1::TenantLoad load) {
  load.set_tenant(slug);
  auto out = tenant_load_json(load);
  if (!reply.has_tenant()) return out;
  const auto& view = reply.tenant();
  out["name"] = view.definition().name();
  out["flow"] = api::flow_text(view.definition().flow());
  out["policy"] = api::policy_json(domain::policy_for(view.definition()));
  if (view.has_suspension())
    out["suspension"] = json::object{
        {"reason", view.suspension().reason()}, {"by", view.suspension().by()}, {"since", iso_time(view.suspension().since_ms())}};
  return out;
}

task<outcome> change(call& c, std::string tenant, v1::Command command) {
  const auto reply = co_await c.ask(std::move(command), v1::Reply::kTenant);
  c.api.tenants.forget(tenant);
  if (!reply) co_return reply.error();
  co_return outcome();
}

}  // namespace

task<response> list_tenants(call& c, surroundings& o) {
  const auto who = c.cluster_operator();
  if (!who) co_return c.refuse(who.error());
  const auto at = c.parameters(api::read_page);
  if (!at) co_return c.refuse(at.error());
  const api::reads::query<std::vector<std::string>> query = [](persistence::read_model& model) { return model.tenants(); };
  auto slugs = co_await c.list<std::vector<std::string>>(query);
  if (!slugs) co_return c.refuse(slugs.error());
  std::sort(slugs->begin(), slugs->end());
  const auto page = api::cut(std::move(*slugs), *at);
  std::vector<v1::Command> commands;
  for (const auto& slug : page.rows) {
    commands.push_back(c.query(tenant_entity(slug)));
    commands.back().mutable_get_tenant();
  }
  const auto replies = co_await api::ask_in_groups(c, std::move(commands));
  auto load = co_await loads_of_tenants(c, o);
  std::size_t i = 0;
  co_return c.ok(api::page_json(page, *at, [&](const std::string& slug) { return standing_json(slug, *replies.at(i++), load[slug]); }));
}

task<response> suspend_tenant(call& c, surroundings& o) {
  auto who = c.cluster_operator();
  if (!who) co_return c.refuse(who.error());
  const auto reason =
      c.body([](api::object_reader& in) { return in.text("reason", api::rules::title, api::presence::required).value_or(""); });
  if (!reason) co_return c.refuse(reason.error());
  const auto& tenant = c.at.at("tenant");
  if (!valid_tenant(tenant)) co_return c.refuse(v1::NOT_FOUND);
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  auto command = c.command(tenant_entity(tenant));
  command.mutable_suspend_tenant()->set_reason(*reason);
  command.mutable_suspend_tenant()->set_by(who->subject);
  wish what{"suspend_tenant", tenant, *reason};
  deed doing = [&c, tenant, command] { return change(c, tenant, command); };
  co_return co_await act(c, o, std::move(*who), std::move(what), std::move(doing));
}

task<response> resume_tenant(call& c, surroundings& o) {
  auto who = bare_caller(c);
  if (!who) co_return c.refuse(who.error());
  const auto& tenant = c.at.at("tenant");
  if (!valid_tenant(tenant)) co_return c.refuse(v1::NOT_FOUND);
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  auto command = c.command(tenant_entity(tenant));
  command.mutable_resume_tenant()->set_by(who->subject);
  wish what{"resume_tenant", tenant, {}};
  deed doing = [&c, tenant, command] { return change(c, tenant, command); };
  co_return co_await act(c, o, std::move(*who), std::move(what), std::move(doing));
}

}  // namespace holdfast::gateway::console::handlers
