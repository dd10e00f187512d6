// The live socket shows what the routes show.
#include <boost/json/serialize.hpp>

#include "gateway/api/api.hpp"
#include "gateway/api/views.hpp"

namespace holdfast::gateway::api {
namespace {

class encoder final : public live_encoder {
public:
  explicit encoder(const wall_clock& clock) : clock_(clock) {}

  std::string snapshot(std::string_view, const v1::Reply& reply) const override {
    if (reply.has_block()) return json::serialize(block_json(reply.block()));
    // An event that is not published is not there, as in GET /events/{event}.
    if (reply.has_event() && reply.event().definition().published()) return json::serialize(availability_json(reply.event(), clock_.now()));
    return {};
  }

  std::string delta(const v1::LiveChange& change) const override {
    if (change.has_block()) return json::serialize(block_changes_json(change.block()));
    if (change.has_event()) return json::serialize(availability_changes_json(change.event()));
    return "{}";
  }

private:
  const wall_clock& clock_;
};

}  // namespace

std::unique_ptr<live_encoder> make_live_encoder(const wall_clock& clock) { return std::make_unique<encoder>(clock); }

}  // namespace holdfast::gateway::api
