#pragma once
// What the operators' console needs of the store: the record of what operators did, which is never deleted, and how far replicas are.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "persistence/read_model.hpp"
#include "protocols/base/failure.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::persistence {

struct operator_action {
  std::int64_t id = 0;  // rising in order of beginning; given by the store
  unix_ms at_ms = 0;
  std::string subject;  // who
  std::string remote;   // from where
  std::string node;     // that was asked
  std::string request_id;
  std::string action;  // "passivate_entity"
  std::string target;
  std::string detail;
  std::string outcome;  // "done", a code, or empty: begun, and nobody knows
  friend bool operator==(const operator_action&, const operator_action&) = default;
};

/// Under which an action is begun once: the same key later answers the action of that time.
struct action_key {
  std::string text;         // with its scope; unique for ever
  std::string fingerprint;  // of the request
};

struct action_filter {
  std::string subject;  // empty: all
  std::string action;
  std::string target;
};

/// Of the database, as this connection sees them.
struct replication {
  std::uint32_t replicas = 0;
  std::int64_t lag_bytes = 0;  // of the one that is farthest behind
  double lag_ms = 0;
};

class operator_store {
public:
  virtual ~operator_store() = default;

  /// Durable when it returns; `id` and `outcome` are ignored. failure_code::conflict: the key was used for another request.
  virtual result<operator_action> begin(const operator_action&, const action_key&) = 0;
  /// Durable when it returns. The first outcome counts.
  virtual result<void> finish(std::int64_t id, const std::string& outcome) = 0;
  /// The newest first.
  virtual result<page_of<operator_action>> actions(const action_filter&, page) = 0;

  virtual result<replication> replicas() = 0;
};

}  // namespace holdfast::persistence
