#pragma once
// What a node can tell operators and do for them, as the console needs it. The composition root implements it; whether the node that is
// asked is this one or another across the cluster's link makes no difference here.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "holdfast/v1/operator.pb.h"
#include "protocols/base/ids.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::gateway::console {

using operator_answer = std::shared_ptr<const v1::OperatorAnswer>;
/// Called exactly once, on any thread, and must not block. What cannot be reached or answered in time arrives as Rejection UNAVAILABLE.
using operator_handler = std::function<void(operator_answer)>;

/// Thread-safe; nothing here blocks.
class operations {
public:
  virtual ~operations() = default;

  /// The name of this node. What concerns the shared store is asked of it.
  virtual const std::string& self() const noexcept = 0;
  /// Names of all nodes that are known, this one included, in order.
  virtual std::vector<std::string> nodes() const = 0;
  /// Who serves the shard; empty when nobody does.
  virtual std::string owner_of(shard_id) const = 0;

  /// NOT_FOUND for a node that is not known. NOT_A_CLUSTER for what needs others where there are none.
  virtual void ask(const std::string& node, std::shared_ptr<const v1::OperatorRequest>, unix_ms deadline, operator_handler) = 0;
};

}  // namespace holdfast::gateway::console
