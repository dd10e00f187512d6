// Nodes and their leases.
#include "persistence/cluster.hpp"

#include "persistence/postgresql/arrays.hpp"
#include "persistence/postgresql/stores.hpp"
#include "persistence/sql/postgresql.hpp"

namespace holdfast::persistence::postgresql {
namespace {

namespace text = sql::postgresql;
using std::chrono::milliseconds;

std::vector<lease> to_leases(const pqxx::result& rows) {
  std::vector<lease> out;
  out.reserve(rows.size());
  for (const auto& row : rows) out.push_back(to_lease(row));
  return out;
}

cluster_node to_node(const pqxx::row& row) {
  return {{row[0].as<std::string>(), row[1].as<std::string>(), shim::bytes(row[2])},
          milliseconds{row[3].as<std::int64_t>()},
          milliseconds{row[4].as<std::int64_t>()}};
}

struct shards_and_epochs {
  explicit shards_and_epochs(std::span<const lease> leases) {
    for (const auto& one : leases) {
      shards.add(static_cast<std::int16_t>(one.shard.value));
      epochs.add(one.owner.value);
    }
  }
  smallint_array shards;
  bigint_array epochs;
};

class cluster final : public cluster_store {
public:
  explicit cluster(home_ptr home) : link_(std::move(home)) {}

  result<cluster_map> beat(const node_beat& self, milliseconds ttl) override {
    return link_.call([&]() -> result<cluster_map> {
      const auto told = link_.run(text::node_beat, self.name, self.instance, shim::to_binary(self.announcement), std::int64_t{ttl.count()});
      if (told.empty()) return fail(failure_code::conflict, "another node called '" + self.name + "' is alive");
      cluster_map out;
      const auto nodes = link_.run(text::node_all);
      for (const auto& row : nodes) out.nodes.push_back(to_node(row));
      out.leases = to_leases(link_.run(text::lease_all));
      return out;
    });
  }

  result<std::vector<lease>> take(const std::string& instance, std::span<const lease> wanted, std::span<const std::string> dead) override {
    text_array gone;
    for (const auto& one : dead) gone.add(one);
    return change(text::lease_take, instance, shards_and_epochs(wanted), gone.take());
  }

  result<std::vector<lease>> hand_over(const std::string& instance, std::span<const lease> held, const std::string& to) override {
    return change(text::lease_hand_over, instance, shards_and_epochs(held), to);
  }

  result<void> leave(const std::string& instance) override {
    return link_.call([&]() -> result<void> {
      link_.run(text::node_leave, instance);
      return {};
    });
  }

private:
  template <class Last>
  result<std::vector<lease>> change(const sql::statement& statement, const std::string& who, shards_and_epochs arrays, const Last& last) {
    return link_.call([&]() -> result<std::vector<lease>> {
      return to_leases(link_.run(statement, who, arrays.shards.take(), arrays.epochs.take(), last));
    });
  }

  connection link_;
};

}  // namespace

std::unique_ptr<cluster_store> make_cluster(home_ptr home) { return std::make_unique<cluster>(std::move(home)); }

}  // namespace holdfast::persistence::postgresql
