#include "config/node/pulse.hpp"

#include <utility>

#include "protocols/base/ids.hpp"

namespace holdfast::node {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 2s;
/// An answer that has not come by then may never come; the next question may.
constexpr auto given_up_after = 10s;

std::shared_ptr<const v1::Command> question(unix_ms now) {
  auto out = std::make_shared<v1::Command>();
  out->set_entity_id(tenant_entity("-").value);  // nobody's
  out->set_deadline_ms(now + std::chrono::milliseconds(patience).count());
  out->mutable_get_tenant();
  return out;
}

/// Rises with whatever the actors do besides turning commands away.
std::uint64_t work_of(const actors::figures& f) {
  return f.commands.load() + f.journal_batches.load() + f.journal_rows_refused.load() + f.recoveries.load() + f.recovery_failures.load();
}

bool turned_away(const v1::Reply& reply) { return reply.has_rejection() && reply.rejection().code() == v1::OVERLOADED; }

}  // namespace

pulse::pulse(std::shared_ptr<actors::region> region, const actors::figures& figures, const wall_clock& clock)
    : region_(std::move(region)), figures_(figures), clock_(clock), signs_(std::make_shared<signs>()) {
  signs_->last = steady::now().time_since_epoch().count();
}

void pulse::feel() {
  const auto now = steady::now();
  if (const auto work = work_of(figures_); std::exchange(work_, work) != work) signs_->last = now.time_since_epoch().count();
  if (signs_->waiting.load() && now - asked_at_ < given_up_after) return;
  asked_at_ = now;
  signs_->waiting = true;
  region_->ask(question(clock_.now()), [signs = signs_](const std::shared_ptr<const v1::Reply>& reply) {
    if (!turned_away(*reply)) signs->last = steady::now().time_since_epoch().count();
    signs->waiting = false;
  });
}

std::chrono::milliseconds pulse::silent_for() const {
  const steady::time_point last{steady::duration(signs_->last.load())};
  return std::chrono::duration_cast<std::chrono::milliseconds>(steady::now() - last);
}

}  // namespace holdfast::node
