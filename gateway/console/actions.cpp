#include "gateway/console/actions.hpp"

#include "gateway/api/paging.hpp"
#include "gateway/console/handlers.hpp"
#include "gateway/http/problem.hpp"
#include "protocols/base/errors.hpp"
#include "protocols/base/log.hpp"

namespace holdfast::gateway::console {
namespace {

namespace json = boost::json;
constexpr std::string_view done = "done";

json::object action_json(const v1::OperatorAction& a) {
  return {{"id", a.id()},         {"at", iso_time(a.at_ms())},   {"subject", a.subject()}, {"remote", a.remote()},
          {"node", a.node()},     {"requestId", a.request_id()}, {"action", a.action()},   {"target", a.target()},
          {"detail", a.detail()}, {"outcome", a.outcome()}};
}

v1::OperatorRequest beginning(const call& c, const surroundings& o, const principal& who, const wish& what) {
  v1::OperatorRequest out;
  auto& begin = *out.mutable_begin_action();
  auto& a = *begin.mutable_action();
  a.set_at_ms(c.now());
  a.set_subject(who.subject);
  a.set_remote(c.asked.remote);
  a.set_node(o.nodes.self());
  a.set_request_id(c.asked.request_id);
  a.set_action(what.action);
  a.set_target(what.target);
  a.set_detail(what.detail);
  begin.set_key(c.scoped_key());
  begin.set_fingerprint(c.fingerprint());
  return out;
}

v1::ErrorCode code_named(std::string_view text) {
  for (int i = v1::ErrorCode_MIN + 1; i <= v1::ErrorCode_MAX; ++i)
    if (describe(static_cast<v1::ErrorCode>(i)).text == text) return static_cast<v1::ErrorCode>(i);
  return v1::INTERNAL;
}

/// What came of it is known, so that it need not be tried again under the same key.
bool settled(const outcome& refusal) { return !refusal || describe(refusal->code()).http_status < 500; }

task<response> carry_out(call& c, surroundings& o, v1::OperatorAction action, deed what) {
  const auto refusal = co_await what();
  if (settled(refusal)) {
    action.set_outcome(std::string(refusal ? describe(refusal->code()).text : done));
    v1::OperatorRequest finish;
    finish.mutable_finish_action()->set_id(action.id());
    finish.mutable_finish_action()->set_outcome(action.outcome());
    const auto kept = co_await ask_node(c, o, o.nodes.self(), std::move(finish), v1::OperatorAnswer::kDone);
    // It happened all the same; its row stands without an outcome.
    if (!kept) log_of(part::console)->error("the outcome of operator action {} was not written: {}", action.id(), action.outcome());
  }
  log_of(part::console)
      ->info("operator {}: {} {}: {}", action.subject(), action.action(), action.target(),
             action.outcome().empty() ? "outcome unknown" : action.outcome());
  if (refusal) co_return c.refuse(*refusal);
  co_return c.ok(action_json(action));
}

}  // namespace

task<response> act(call& c, surroundings& o, principal who, wish what, deed doing) {
  auto begin = beginning(c, o, who, what);
  const auto begun = co_await ask_node(c, o, o.nodes.self(), std::move(begin), v1::OperatorAnswer::kAction);
  if (!begun) co_return c.refuse(begun.error());
  const auto& action = (*begun)->action();
  if (action.outcome().empty()) co_return co_await carry_out(c, o, action, std::move(doing));
  if (action.outcome() != done) co_return c.refuse(code_named(action.outcome()));
  co_return c.ok(action_json(action));
}

answer<principal> bare_caller(call& c) {
  auto who = c.cluster_operator();
  if (!who) return who;
  if (auto refusal = c.nothing_more()) return std::move(*refusal);
  return who;
}

task<response> handlers::list_actions(call& c, surroundings& o) {
  const auto who = c.cluster_operator();
  if (!who) co_return c.refuse(who.error());
  v1::OperatorRequest request;
  auto& wanted = *request.mutable_list_actions();
  const auto at = c.parameters([&](api::query_reader& in) {
    wanted.set_subject(in.text("subject", api::rules::keyword).value_or(""));
    wanted.set_action(in.text("action", api::rules::action_name).value_or(""));
    wanted.set_target(in.text("target", api::rules::line).value_or(""));
    return api::read_page(in);
  });
  if (!at) co_return c.refuse(at.error());
  wanted.set_page(at->number);
  wanted.set_limit(at->limit);
  const auto found = co_await ask_node(c, o, o.nodes.self(), std::move(request), v1::OperatorAnswer::kActions);
  if (!found) co_return c.refuse(found.error());
  const auto& actions = (*found)->actions();
  persistence::page_of<v1::OperatorAction> page{{actions.actions().begin(), actions.actions().end()}, actions.total()};
  co_return c.ok(api::page_json(page, *at, action_json));
}

}  // namespace holdfast::gateway::console
