#include "tests/mail/outbox_twin.hpp"

namespace holdfast::test {

namespace {
failure broken() { return fail(failure_code::unavailable, "the test broke the store"); }
}  // namespace

void outbox_twin::add(persistence::outbox_row row) {
  const auto id = row.id;
  rows[id].row = std::move(row);
}

std::size_t outbox_twin::undone() const {
  std::size_t n = 0;
  for (const auto& [id, one] : rows) n += !one.delivered && !one.abandoned ? 1U : 0U;
  return n;
}

result<std::vector<persistence::outbox_row>> outbox_twin::pending(unix_ms now, std::size_t limit, const shard_set& of) {
  if (everything_fails) return broken();
  std::vector<persistence::outbox_row> out;
  for (const auto& [id, one] : rows)
    if (out.size() < limit && !one.delivered && !one.abandoned && one.next_attempt <= now && of.test(shard_of(one.row.entity.value).value))
      out.push_back(one.row);
  return out;
}

result<void> outbox_twin::delivered(std::int64_t id) {
  if (everything_fails || deliveries_fail) return broken();
  rows.at(id).delivered = true;
  return {};
}

result<void> outbox_twin::postpone(std::int64_t id, unix_ms next_attempt, const std::string& error) {
  if (everything_fails) return broken();
  auto& one = rows.at(id);
  ++one.row.attempts;
  one.next_attempt = next_attempt;
  one.error = error;
  return {};
}

result<void> outbox_twin::hold(std::int64_t id, unix_ms until) {
  if (everything_fails) return broken();
  auto& one = rows.at(id);
  one.next_attempt = std::max(one.next_attempt, until);
  return {};
}

result<void> outbox_twin::abandon(std::int64_t id, const std::string& error) {
  if (everything_fails) return broken();
  auto& one = rows.at(id);
  ++one.row.attempts;
  one.abandoned = true;
  one.error = error;
  return {};
}

result<persistence::outbox_store::figures> outbox_twin::count() {
  if (everything_fails) return broken();
  figures out;
  for (const auto& [id, one] : rows) {
    if (!one.delivered) ++(one.abandoned ? out.abandoned : out.waiting);
  }
  return out;
}

}  // namespace holdfast::test
