// Nodes and their leases on the memory disk, by the disk's clock.
#include "persistence/cluster.hpp"

#include <algorithm>

#include "persistence/memory/state.hpp"

namespace holdfast::persistence {
namespace {

using std::chrono::milliseconds;

bool alive(const disk_image& disk, const std::string& instance, unix_ms now) {
  return std::any_of(disk.nodes.begin(), disk.nodes.end(),
                     [&](const auto& known) { return known.second.last.instance == instance && known.second.expires > now; });
}

class memory_cluster final : public cluster_store {
public:
  explicit memory_cluster(disk_ptr disk) : disk_(std::move(disk)) {}

  result<cluster_map> beat(const node_beat& self, milliseconds ttl) override {
    const std::lock_guard lock(disk_->state().guard);
    const auto now = this->now();
    const auto& disk = disk_->state().view();
    const auto known = disk.nodes.find(self.name);
    if (known != disk.nodes.end() && known->second.last.instance != self.instance && known->second.expires > now)
      return fail(failure_code::conflict, "another node called '" + self.name + "' is alive");
    write([self, now, ttl](disk_image& image) { image.nodes[self.name] = {self, now, now + ttl.count()}; });
    cluster_map out;
    for (const auto& [name, node] : disk.nodes)
      out.nodes.push_back({node.last, milliseconds{now - node.seen}, milliseconds{std::max<unix_ms>(0, node.expires - now)}});
    std::copy_if(disk.leases.begin(), disk.leases.end(), std::back_inserter(out.leases),
                 [](const lease& one) { return one.owner.value > 0; });
    return out;
  }

  result<std::vector<lease>> take(const std::string& instance, std::span<const lease> wanted, std::span<const std::string> dead) override {
    const std::lock_guard lock(disk_->state().guard);
    const auto now = this->now();
    const auto& disk = disk_->state().view();
    if (!alive(disk, instance, now)) return std::vector<lease>{};
    return give(instance, wanted, [&](const lease& stands) {
      const bool gone = std::find(dead.begin(), dead.end(), stands.node) != dead.end();
      return stands.node != instance && (gone || !alive(disk, stands.node, now));
    });
  }

  result<std::vector<lease>> hand_over(const std::string& instance, std::span<const lease> held, const std::string& to) override {
    const std::lock_guard lock(disk_->state().guard);
    if (!alive(disk_->state().view(), to, now())) return std::vector<lease>{};
    return give(to, held, [&](const lease& stands) { return stands.node == instance; });
  }

  result<void> leave(const std::string& instance) override {
    const std::lock_guard lock(disk_->state().guard);
    write([instance](disk_image& image) {
      std::erase_if(image.nodes, [&](const auto& node) { return node.second.last.instance == instance; });
    });
    return {};
  }

private:
  unix_ms now() const { return disk_->state().options.clock->now(); }

  void write(disk_state::write change) {
    disk_->state().apply(std::move(change));
    disk_->state().sync();
  }

  /// Those that stand as given and may change hands do.
  template <class May>
  std::vector<lease> give(const std::string& to, std::span<const lease> asked, May may) {
    std::vector<lease> out;
    for (const auto& one : asked) {
      const auto& stands = disk_->state().view().leases.at(one.shard.value);
      if (stands.owner == one.owner && may(stands)) out.push_back({one.shard, to, {one.owner.value + 1}});
    }
    write([out](disk_image& image) {
      for (const auto& one : out) image.leases.at(one.shard.value) = one;
    });
    return out;
  }

  disk_ptr disk_;
};

}  // namespace

std::unique_ptr<cluster_store> make_memory_cluster(disk_ptr disk) { return std::make_unique<memory_cluster>(std::move(disk)); }

}  // namespace holdfast::persistence
