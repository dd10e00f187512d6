#include "config/console/members.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "protocols/base/errors.hpp"

namespace holdfast::console {
namespace {

using actors::cluster::membership;
using gateway::console::operator_answer;
using gateway::console::operator_handler;
using std::chrono::milliseconds;

constexpr unix_ms answer_ms_max = 2'000;  // of another node: one that is silent must not use up the time for the others

operator_answer refusal(v1::ErrorCode code, std::string detail) {
  auto out = std::make_shared<v1::OperatorAnswer>();
  *out->mutable_rejection() = reject(code, std::move(detail));
  return out;
}

v1::NodeState own_state(membership::state now, std::uint32_t weight) {
  switch (now) {
    case membership::state::joining:
      return v1::NODE_JOINING;
    case membership::state::unsure:
      return v1::NODE_UNSURE;
    case membership::state::replaced:
      return v1::NODE_FENCED;
    case membership::state::left:
      return v1::NODE_STOPPING;
    case membership::state::member:
      break;
  }
  return weight == 0 ? v1::NODE_DRAINING : v1::NODE_SERVING;
}

class member_fleet final : public fleet {
public:
  member_fleet(actors::cluster::participation& part, std::string node, const wall_clock& clock)
      : part_(part), node_(std::move(node)), clock_(clock) {}

  bool clustered() const noexcept override { return true; }

  std::vector<standing> nodes() const override {
    std::vector<standing> out;
    for (const auto& one : part_.member().map().nodes) {
      v1::NodeAnnouncement about;
      if (!about.ParseFromString(one.last.announcement)) about.Clear();
      auto state = about.weight() == 0 ? v1::NODE_DRAINING : v1::NODE_SERVING;
      if (one.left.count() <= 0) state = v1::NODE_UNREACHABLE;
      if (one.last.name == node_) state = own_state(part_.member().now(), about.weight());
      out.push_back({one.last.name, state, about.weight(), about.paused()});
    }
    return out;
  }

  std::vector<shard_standing> shards() const override {
    const auto map = part_.member().map();
    std::map<std::string, std::string> names;  // by instance
    for (const auto& one : map.nodes)
      if (one.left.count() > 0) names[one.last.instance] = one.last.name;
    std::vector<shard_standing> out(shard_count);
    for (const auto& lease : map.leases) {
      const auto holder = names.find(lease.node);
      out.at(lease.shard.value) = {holder == names.end() ? std::string() : holder->second, lease.owner, {}};
    }
    for (auto& [shard, to] : part_.member().moves()) out.at(shard.value).moving_to = std::move(to);
    return out;
  }

  void ask(const std::string& node, std::shared_ptr<const v1::OperatorRequest> asked, unix_ms deadline, operator_handler then) override {
    v1::PeerRequest envelope;
    *envelope.mutable_of_operator() = *asked;
    const milliseconds patience(std::clamp<unix_ms>(deadline - clock_.now(), 1, answer_ms_max));
    part_.link().ask(node, envelope.SerializeAsString(), patience, [then = std::move(then)](const actors::link::answer& got) {
      v1::PeerAnswer heard;
      if (!got) return then(refusal(v1::UNAVAILABLE, "That node cannot be reached."));
      if (!heard.ParseFromString(*got) || !heard.has_to_operator()) return then(refusal(v1::UNAVAILABLE, "That node does not understand."));
      then(std::make_shared<const v1::OperatorAnswer>(std::move(*heard.mutable_to_operator())));
    });
  }

  std::optional<v1::Rejection> drain() override {
    part_.set_drained(true);
    return std::nullopt;
  }
  std::optional<v1::Rejection> pause() override {
    part_.set_paused(true);
    return std::nullopt;
  }
  std::optional<v1::Rejection> resume() override {
    part_.set_paused(false);
    part_.set_drained(false);
    return std::nullopt;
  }
  std::optional<v1::Rejection> move(shard_id shard, const std::string& to) override {
    part_.place(shard, to);
    return std::nullopt;
  }
  std::optional<v1::Rejection> rebalance() override {
    part_.place({}, {});
    return std::nullopt;
  }

private:
  actors::cluster::participation& part_;
  const std::string node_;
  const wall_clock& clock_;
};

}  // namespace

std::unique_ptr<fleet> members(actors::cluster::participation& part, std::string node, const wall_clock& clock) {
  return std::make_unique<member_fleet>(part, std::move(node), clock);
}

bool serve(const v1::PeerRequest& asked, const actors::link::incoming_request& request, const wall_clock& clock, const answering& answer) {
  if (!asked.has_of_operator()) return false;
  answer(asked.of_operator(), clock.now() + request.patience.count(), [reply = request.reply](const operator_answer& got) {
    v1::PeerAnswer out;
    *out.mutable_to_operator() = *got;
    reply(out.SerializeAsString());
  });
  return true;
}

}  // namespace holdfast::console
