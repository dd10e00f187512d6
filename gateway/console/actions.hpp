#pragma once
// How every action of an operator is done: written down first, durably, then carried out, then finished with what came of it. What cannot
// be written down is not done. The same idempotency key later does nothing again and gets the first answer.
#include <functional>
#include <optional>
#include <string>

#include "gateway/console/asking.hpp"

namespace holdfast::gateway::console {

struct wish {
  std::string action;  // "passivate_entity"
  std::string target;
  std::string detail;
};

/// Empty: done. Must be repeatable: after a crash in between the same key carries it out again.
using outcome = std::optional<v1::Rejection>;
using deed = std::function<task<outcome>()>;

/// The key is checked already.
task<response> act(call&, surroundings&, principal who, wish, deed);

/// Of a request that says nothing beside its path: no query, and no body or an empty one.
answer<principal> bare_caller(call&);

}  // namespace holdfast::gateway::console
