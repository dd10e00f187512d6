#pragma once
// Replays the whole journal from nothing and checks what must hold. Reads only; may run beside a live node.
//
//   every entity's sequence numbers stand without a gap
//   no two live claims overlap on any spot beyond its capacity (claims_ledger: independent of the deciding code)
//   every stored snapshot equals the state that replay gives at its sequence
//   the read model shows every booking as its entity knows it
//   every acknowledged idempotency key that is asked about stands in the journal
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "persistence/storage.hpp"
#include "protocols/base/failure.hpp"

namespace holdfast::audit {

struct options {
  /// Keys that callers saw acknowledged, as stored in entries ("<scope>:<key>").
  std::vector<std::string> acknowledged;
  /// How long the store may take to show everything that was durable when the audit began (slower transactions may hold it back), and then
  /// the read model to reach it.
  std::int64_t wait_ms = 5'000;
  std::size_t findings_max = 1'000;
  /// Called now and then with (rows read, rows in all) for a progress bar; may be null.
  std::function<void(std::int64_t, std::int64_t)> progress;
};

struct finding {
  std::string check;  // "sequence", "claims", "snapshot", "read_model", "acknowledged", "payload"
  std::string entity;
  std::int64_t sequence = 0;
  std::string detail;
};

struct report {
  std::int64_t rows = 0;
  std::int64_t entities = 0;
  std::int64_t bookings = 0;
  std::int64_t confirmed = 0;
  std::int64_t snapshots = 0;
  std::int64_t keys = 0;
  std::int64_t read_model_rows = 0;
  bool truncated = false;  // more findings than findings_max
  std::vector<finding> findings;
};

/// Failure: the store could not be read, which says nothing about what is in it.
result<report> run(persistence::storage& storage, const options& wanted);

}  // namespace holdfast::audit
