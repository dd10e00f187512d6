// "Is so much free?": asked of the entities, exact at the moment of the answer, reserving nothing.
#include <algorithm>
#include <limits>

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

question read_question(object_reader& in, std::string_view time_zone) {
  question out;
  out.resource = in.text("resourceId", rules::resource_id, presence::required).value_or("");
  out.want.quantity = static_cast<std::uint32_t>(in.integer("quantity", 1, 100'000, presence::required).value_or(1));
  out.want.category = in.text("category", rules::category, presence::optional).value_or("");
  out.dates = read_dates(in, time_zone);
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

// ---- a part of the event's time: figures speak of the whole, so the claims of each spot are looked at

/// The most that is claimed at any moment of the interval by claims of less than the whole time; these stand in order, without overlap
/// except between a held and a taken one of the same stretch.
std::uint32_t peak(const v1::SpotView& spot, std::int64_t begin, std::int64_t end) {
  std::uint32_t most = 0, here = 0;
  std::int64_t at = -1;
  for (const auto& claim : spot.claims()) {
    const auto until = claim.interval().end_ms() == 0 ? std::numeric_limits<std::int64_t>::max() : claim.interval().end_ms();
    if (claim.interval().begin_ms() >= end || until <= begin) continue;
    here = (claim.interval().begin_ms() == at ? here : 0) + claim.quantity();
    at = claim.interval().begin_ms();
    most = std::max(most, here);
  }
  return most;
}

std::uint32_t free_during(const v1::SpotView& spot, const v1::Interval& when) {
  if (spot.closed()) return 0;
  const auto always = std::uint64_t{spot.free()} + peak(spot, 0, std::numeric_limits<std::int64_t>::max());
  const auto whole = spot.capacity() > always ? spot.capacity() - always : 0;  // taken for the event's whole time
  const auto used = whole + peak(spot, when.begin_ms(), when.end_ms());
  return static_cast<std::uint32_t>(spot.capacity() > used ? spot.capacity() - used : 0);
}

std::uint32_t free_during(const v1::BlockView& block, const std::string& category, const v1::Interval& when) {
  std::uint32_t out = 0;
  for (int i = 0; i < block.spots_size() && i < block.definition().spots_size(); ++i)
    if (category.empty() || block.definition().spots(i).category() == category) out += free_during(block.spots(i), when);
  return out;
}

task<answer<std::uint32_t>> most_free_during(call& c, const v1::EventView& view, const std::string& block, const std::string& category,
                                             v1::Interval when) {
  std::vector<v1::Command> commands;
  for (const auto& b : view.blocks()) {
    if (!block.empty() && b.block_id() != block) continue;
    commands.push_back(c.query(block_entity(c.tenant_slug(), b.block_id())));
    commands.back().mutable_get_block();
  }
  std::uint32_t out = 0;
  const auto replies = co_await ask_in_groups(c, std::move(commands));
  for (const auto& reply : replies) {
    if (reply->has_rejection() && reply->rejection().code() != v1::NOT_FOUND) co_return reply->rejection();
    out = std::max(out, free_during(reply->block(), category, when));
  }
  co_return out;
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
  const auto read = c.body([&](object_reader& in) { return read_question(in, (*tenant)->time_zone()); });
  if (!read) co_return c.refuse(read.error());
  const auto& asked = *read;
  if (const auto refusal = c.check_key()) co_return c.refuse(*refusal);
  const bool by_block = asked.resource.find('.') != std::string::npos;
  auto event = asked.resource;
  if (by_block) event = event_of_block(asked.resource);
  auto scene = co_await find_event(c, event, audience::guest);
  if (!scene) co_return c.refuse(scene.error());
  const auto block = by_block ? asked.resource : std::string();
  if (!names(scene->view(), block)) co_return c.refuse(v1::NOT_FOUND);
  const auto interval = within(asked.dates, scene->definition().frame());
  if (!interval && scene->flow() != v1::FLOW_PERFORMANCE) co_return c.refuse(interval.error());
  const auto view = co_await complete(c, scene->view());
  if (!view) co_return c.refuse(view.error());

  const bool partial = interval && interval->end_ms() != 0;
  auto free = most_free(*view, block, asked.want.category);
  if (partial) {
    const auto during = co_await most_free_during(c, *view, block, asked.want.category, *interval);
    if (!during) co_return c.refuse(during.error());
    free = *during;
  }
  const bool available = open_now(*view, c.now()) && free >= asked.want.quantity;
  std::vector<v1::Alternative> alternatives;
  if (!available) alternatives = co_await find_alternatives(c, *scene, asked.want, block);
  json::object out{{"available", available}, {"resourceId", asked.resource}, {"quantity", asked.want.quantity}, {"free", free}};
  if (!asked.want.category.empty()) out["category"] = asked.want.category;
  for (auto& side : span_json(partial ? *interval : scene->definition().frame())) out[side.key()] = std::move(side.value());
  out["alternatives"] = alternatives_json(alternatives);
  co_return c.ok(out);
}

}  // namespace holdfast::gateway::api::handlers
