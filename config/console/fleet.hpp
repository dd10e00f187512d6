#pragma once
// The other nodes, as far as the console is concerned: who is there, who serves which shard, and what can be done about it. A node that is
// alone has `alone`; a cluster's membership brings its own.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/console/operations.hpp"
#include "persistence/journal.hpp"

namespace holdfast::console {

/// Of a node, what its own figures do not say.
struct standing {
  std::string node;
  v1::NodeState state = v1::NODE_SERVING;
  std::uint32_t weight = 0;  // 0 where there are no others
  bool paused = false;
};

struct shard_standing {
  std::string node;  // empty: nobody
  epoch owner{};
  std::string moving_to;
};

/// Thread-safe; nothing here blocks.
class fleet {
public:
  virtual ~fleet() = default;
  virtual bool clustered() const noexcept = 0;
  /// By name, this one included.
  virtual std::vector<standing> nodes() const = 0;
  /// By number, all 256.
  virtual std::vector<shard_standing> shards() const = 0;

  /// Another node; `handler` as in gateway::console::operations.
  virtual void ask(const std::string& node, std::shared_ptr<const v1::OperatorRequest>, unix_ms deadline,
                   gateway::console::operator_handler) = 0;

  // ---- of this node; empty: it has begun
  virtual std::optional<v1::Rejection> drain() = 0;
  virtual std::optional<v1::Rejection> pause() = 0;
  virtual std::optional<v1::Rejection> resume() = 0;

  // ---- of all nodes that live; empty: they are being told
  /// The shard belongs to that node while it lives.
  virtual std::optional<v1::Rejection> move(shard_id, const std::string& to) = 0;
  /// Every shard belongs where its number says.
  virtual std::optional<v1::Rejection> rebalance() = 0;
};

/// Of a node that is alone, asked for what needs others.
v1::Rejection not_a_cluster();

/// Holds all shards, under the epochs that it took them with; refuses what needs others.
std::unique_ptr<fleet> alone(std::string name, const std::vector<persistence::lease>&);

}  // namespace holdfast::console
