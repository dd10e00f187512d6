#pragma once
// An outbox in memory whose calls can be made to fail.
#include <map>
#include <string>

#include "persistence/journal.hpp"

namespace holdfast::test {

class outbox_twin final : public persistence::outbox_store {
public:
  struct state {
    persistence::outbox_row row;
    unix_ms next_attempt = 0;
    bool delivered = false;
    bool abandoned = false;
    std::string error;
  };
  std::map<std::int64_t, state> rows;
  bool deliveries_fail = false;
  bool everything_fails = false;

  void add(persistence::outbox_row row);
  const state& at(std::int64_t id) const { return rows.at(id); }
  std::size_t undone() const;

  result<std::vector<persistence::outbox_row>> pending(unix_ms now, std::size_t limit, const shard_set& of) override;
  result<void> delivered(std::int64_t id) override;
  result<void> postpone(std::int64_t id, unix_ms next_attempt, const std::string& error) override;
  result<void> hold(std::int64_t id, unix_ms until) override;
  result<void> abandon(std::int64_t id, const std::string& error) override;
  result<figures> count() override;
};

}  // namespace holdfast::test
