#include "tests/simulation/run.hpp"

#include <utility>

#include "actors/domain/planted.hpp"
#include "tests/simulation/checks.hpp"
#include "tests/simulation/guests.hpp"
#include "tests/simulation/world.hpp"

namespace holdfast::simulation {
namespace {

void trouble(world& w) {
  switch (w.random()() % 40) {
    case 0:
      w.crash();
      break;
    case 1:
    case 2:
      w.faults().open_window(1 + static_cast<int>(w.random()() % 12));
      break;
    case 3:
      (void)(*w.storage().snapshots())->erase_all();
      break;
    case 4:
      w.pass(static_cast<std::int64_t>(1'000 + w.random()() % 5'000));
      break;
    default:
      break;
  }
}

run_report run(const run_options& wanted) {
  run_report report;
  report.seed = wanted.seed;
#ifdef HOLDFAST_PLANT
  domain::set_planted(wanted.plant == "ack_before_sync" ? "" : wanted.plant);
#endif
  world w(wanted.seed, wanted.plant == "ack_before_sync");
  crowd people(w, 5);
  people.furnish();
  for (int i = 0; i < wanted.actions; ++i) {
    people.act();
    w.run(w.random()() % 12);
    if (w.random()() % 8 == 0) w.pass(static_cast<std::int64_t>(w.random()() % 400));
    trouble(w);
  }
  // Everything heals: one more crash, because whatever was told must survive it, then all questions are answered and all holds lapse.
  w.faults().open_window(0);
  w.crash();
  people.finish();
  w.pass(20'000);

  const auto& told = people.remembered();
  const auto journal = read_journal(w.storage(), report.violations);
  check_acknowledged(told, journal, report.violations);
  check_refused(told, journal, report.violations);
  check_overdue(journal, w.now(), report.violations);
  check_state(
      w.storage(), people.blocks(), w.now(),
      [&](std::shared_ptr<v1::Command> command) {
        std::shared_ptr<const v1::Reply> live;
        w.ask(std::move(command), [&](std::shared_ptr<const v1::Reply> reply) { live = std::move(reply); });
        w.settle();
        return live;
      },
      report.violations);
  check_audit(w.storage(), report.violations);
  for (const auto& v : w.epoch_violations()) report.violations.push_back(v);
  for (const auto& v : told.surprises) report.violations.push_back(v);
  w.stop();

  report.figures = figures_of(told, journal);
  report.figures.push_back({"crashes", "crashes", w.crashes()});
  report.figures.push_back({"faults", "injected faults", w.faults().injected()});
  report.fingerprint = journal.fingerprint;
  return report;
}

}  // namespace

std::vector<figure> figures_of(const memories& told, const journal_copy& journal) {
  std::uint64_t confirmed = 0;
  for (const auto& [entity, ledger] : journal.ledgers) confirmed += ledger.count().confirmed;
  return {{"asked", "commands asked", told.asked},         {"acknowledged", "acknowledged", told.acknowledged.size()},
          {"rejected", "rejected", told.rejected},         {"unavailable", "unavailable (repeated)", told.unavailable},
          {"entries", "journal entries", journal.entries}, {"confirmed", "confirmed bookings", confirmed}};
}

simulation_kind one_node() {
#ifdef HOLDFAST_PLANT
  return {"", run, 300, {"double_claim", "ack_before_sync", "lost_hold_expiry", "reused_token"}};
#else
  return {"", run, 300, {"ack_before_sync"}};
#endif
}

}  // namespace holdfast::simulation
