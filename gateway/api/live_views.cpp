// The live socket shows what the routes show.
#include <boost/json/serialize.hpp>
#include <unordered_set>

#include "gateway/api/api.hpp"
#include "gateway/api/block_text.hpp"
#include "gateway/api/views.hpp"
#include "gateway/console/cluster_views.hpp"

namespace holdfast::gateway::api {
namespace {

/// Of each spot only the latest state; figures and the rest are whole in every change.
v1::BlockChange folded_block(std::span<const v1::LiveChange* const> changes) {
  v1::BlockChange out;
  *out.mutable_figures() = changes.back()->block().figures();
  out.set_open(changes.back()->block().open());
  std::unordered_set<std::string_view> seen;
  // NOLINTNEXTLINE(modernize-loop-convert): clang-tidy 14 cannot read the ranges of GCC 12
  for (auto at = changes.rbegin(); at != changes.rend(); ++at)
    for (const auto& spot : (*at)->block().spots())
      if (seen.insert(spot.label()).second) *out.add_spots() = spot;
  return out;
}

class encoder final : public live_encoder {
public:
  explicit encoder(const wall_clock& clock) : clock_(clock) {}

  std::string snapshot(const live_sight& sight, const v1::Reply& reply) const override {
    if (reply.has_block()) return block_text(reply.block());
    // An event that is not published is not there, as in GET /events/{event}.
    if (reply.has_event() && reply.event().definition().published()) return json::serialize(availability_json(reply.event(), clock_.now()));
    const auto who = sight.reader == v1::ACTOR_STAFF ? audience::staff : audience::guest;
    if (reply.has_booking()) return json::serialize(booking_json(reply.booking(), sight.tenant, who));
    return {};
  }

  std::string delta(std::span<const v1::LiveChange* const> changes) const override {
    if (changes.back()->has_block())
      return changes.size() == 1 ? block_changes_text(changes[0]->block()) : block_changes_text(folded_block(changes));
    if (changes.back()->has_cluster()) return json::serialize(console::cluster_changes_json(changes));
    if (changes.back()->has_event()) return json::serialize(availability_changes_json(changes));
    return "{}";
  }

private:
  const wall_clock& clock_;
};

}  // namespace

std::unique_ptr<live_encoder> make_live_encoder(const wall_clock& clock) { return std::make_unique<encoder>(clock); }

}  // namespace holdfast::gateway::api
