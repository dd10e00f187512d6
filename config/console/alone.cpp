#include "config/console/fleet.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::console {
namespace {

class alone_fleet final : public fleet {
public:
  alone_fleet(std::string name, const std::vector<persistence::lease>& leases) : name_(std::move(name)), shards_(shard_count) {
    for (const auto& one : leases) shards_.at(one.shard.value) = {one.node, one.owner, {}};
  }

  bool clustered() const noexcept override { return false; }
  std::vector<standing> nodes() const override { return {{name_}}; }
  std::vector<shard_standing> shards() const override { return shards_; }
  void ask(const std::string&, std::shared_ptr<const v1::OperatorRequest>, unix_ms, gateway::console::operator_handler handler) override {
    auto out = std::make_shared<v1::OperatorAnswer>();
    *out->mutable_rejection() = reject(v1::NOT_FOUND, "There is no such node.");
    handler(std::move(out));
  }
  std::optional<v1::Rejection> drain() override { return not_a_cluster(); }
  std::optional<v1::Rejection> pause() override { return not_a_cluster(); }
  std::optional<v1::Rejection> resume() override { return not_a_cluster(); }
  std::optional<v1::Rejection> move(shard_id, const std::string&) override { return not_a_cluster(); }
  std::optional<v1::Rejection> rebalance() override { return not_a_cluster(); }

private:
  const std::string name_;
  std::vector<shard_standing> shards_;
};

}  // namespace

v1::Rejection not_a_cluster() { return reject(v1::NOT_A_CLUSTER, "There is no other node that shards could go to."); }

std::unique_ptr<fleet> alone(std::string name, const std::vector<persistence::lease>& leases) {
  return std::make_unique<alone_fleet>(std::move(name), leases);
}

}  // namespace holdfast::console
