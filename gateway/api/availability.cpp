// "Is so much free?": asked of the entities, exact at the moment of the answer, reserving nothing.
#include <algorithm>

#include "gateway/api/handlers.hpp"
#include "gateway/api/placing.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::api::handlers {
namespace {

struct question {
  std::string resource;
  wanted want;
  asked_dates dates;
};

question read_question(const json::value& body, std::string_view time_zone, field_errors& errors) {
  question out;
  object_reader in(body, {}, errors);
  out.resource = in.text("resourceId", rules::resource_id, presence::required).value_or("");
  out.want.quantity = static_cast<std::uint32_t>(in.integer("quantity", 1, 100'000, presence::required).value_or(1));
  out.want.category = in.text("category", rules::category, presence::optional).value_or("");
  out.dates = read_dates(in, time_zone);
  in.done();
  return out;
}

std::uint32_t free_in(const google::protobuf::RepeatedPtrField<v1::CategoryFigures>& figures, const std::string& category) {
  std::uint32_t out = 0;
  for (const auto& f : figures)
    if (category.empty() || f.category() == category) out += f.free();
  return out;
}

// A booking lies in one block: what counts is the block with the most.
std::uint32_t most_free(const v1::EventView& view, const std::string& block, const std::string& category) {
  std::uint32_t out = 0;
  for (const auto& b : view.blocks())
    if (block.empty() || b.block_id() == block) out = std::max(out, free_in(b.figures(), category));
  return out;
}

bool names(const v1::EventView& view, const std::string& block) {
  const auto& blocks = view.definition().block_ids();
  return block.empty() || std::find(blocks.begin(), blocks.end(), block) != blocks.end();
}

json::array alternatives_json(const std::vector<v1::Alternative>& alternatives) {
  json::array out;
  for (const auto& a : alternatives)
    out.push_back(json::object{{"resourceId", a.resource_id()}, {"title", a.title()}, {"category", a.category()}, {"free", a.free()}});
  return out;
}

}  // namespace

task<response> check_availability(call& c) {
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  if (const auto refusal = c.no_query()) co_return c.refuse(*refusal);
  const auto body = c.body();
  if (!body) co_return c.refuse(body.error());
  field_errors errors;
  const auto asked = read_question(*body, (*tenant)->time_zone(), errors);
  if (errors.any()) co_return c.refuse(errors.take());
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  const bool by_block = asked.resource.find('.') != std::string::npos;
  auto scene = co_await find_event(c, by_block ? std::string(event_of_block(asked.resource)) : asked.resource, audience::guest);
  if (!scene) co_return c.refuse(scene.error());
  const auto block = by_block ? asked.resource : std::string();
  if (!names(scene->view(), block)) co_return c.refuse(v1::NOT_FOUND);
  const auto interval = within(asked.dates, scene->definition().frame());
  if (!interval && scene->flow() != v1::FLOW_PERFORMANCE) co_return c.refuse(interval.error());
  const auto view = co_await complete(c, scene->view());
  if (!view) co_return c.refuse(view.error());

  const auto free = most_free(*view, block, asked.want.category);
  const bool available = open_now(*view, c.now()) && free >= asked.want.quantity;
  std::vector<v1::Alternative> alternatives;
  if (!available) alternatives = co_await find_alternatives(c, *scene, asked.want, block);
  json::object out{{"available", available}, {"resourceId", asked.resource}, {"quantity", asked.want.quantity}, {"free", free}};
  if (!asked.want.category.empty()) out["category"] = asked.want.category;
  const bool partial = interval && interval->end_ms() != 0;
  for (auto& side : span_json(partial ? *interval : scene->definition().frame())) out[side.key()] = std::move(side.value());
  out["alternatives"] = alternatives_json(alternatives);
  co_return c.ok(out);
}

}  // namespace holdfast::gateway::api::handlers
