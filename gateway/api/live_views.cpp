// The live socket shows what the routes show.
#include <boost/json/serialize.hpp>

#include "gateway/api/api.hpp"
#include "gateway/api/block_text.hpp"
#include "gateway/api/views.hpp"

namespace holdfast::gateway::api {
namespace {

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

  std::string delta(const v1::LiveChange& change) const override {
    if (change.has_block()) return block_changes_text(change.block());
    if (change.has_event()) return json::serialize(availability_changes_json(change.event()));
    return "{}";
  }

private:
  const wall_clock& clock_;
};

}  // namespace

std::unique_ptr<live_encoder> make_live_encoder(const wall_clock& clock) { return std::make_unique<encoder>(clock); }

}  // namespace holdfast::gateway::api
