#include "tests/simulation/run.hpp"

#include <google/protobuf/util/message_differencer.h>

#include <map>
#include <set>
#include <utility>

#include "actors/audit/audit.hpp"
#include "actors/audit/claims_ledger.hpp"
#include "actors/domain/core.hpp"
#include "actors/domain/planted.hpp"
#include "tests/simulation/guests.hpp"
#include "tests/simulation/world.hpp"

namespace holdfast::simulation {
namespace {

using google::protobuf::util::MessageDifferencer;

struct journal_copy {
  std::map<std::string, audit::claims_ledger> ledgers;
  std::map<std::pair<std::string, std::string>, v1::Entry> by_key;  // (entity, idempotency key)
  std::map<std::string, std::set<std::string>> spots_of;            // booking → every choice of spots it ever had
  std::uint64_t entries = 0;

  void note_spots(const v1::Entry& entry);
};

std::string as_text(const google::protobuf::RepeatedPtrField<v1::SpotQuantity>& spots) {
  std::map<std::string, std::uint32_t> sorted;
  for (const auto& s : spots) sorted[s.spot()] += s.quantity();
  std::string out;
  for (const auto& [spot, quantity] : sorted) out += spot + "×" + std::to_string(quantity) + " ";
  return out;
}

void journal_copy::note_spots(const v1::Entry& entry) {
  for (const auto& event : entry.block()) {
    if (event.has_hold_placed()) spots_of[event.hold_placed().booking_id()].insert(as_text(event.hold_placed().spots()));
    if (event.has_hold_changed()) spots_of[event.hold_changed().booking_id()].insert(as_text(event.hold_changed().spots()));
  }
}

/// Asking for what is already so changes nothing and leaves no entry of its own.
bool was_so_already(const acknowledgement& a, const journal_copy& journal) {
  if (a.kind == v1::Command::kReleaseHold || a.kind == v1::Command::kCancelBooking) return journal.ledgers.at(a.entity).ended(a.booking_id);
  if (a.kind != v1::Command::kChangeHold) return false;
  const auto it = journal.spots_of.find(a.booking_id);
  return it != journal.spots_of.end() && it->second.contains(as_text(a.reply->booking().spots()));
}

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

journal_copy read_journal(world& w, std::vector<std::string>& violations) {
  journal_copy out;
  auto journal = w.storage().journal();
  position at{};
  for (;;) {
    const auto before = out.entries;
    const auto reached = (*journal)->follow(at, 500, [&](persistence::journal_row&& row) {
      ++out.entries;
      v1::Entry entry;
      entry.ParseFromString(row.payload);
      for (auto& wrong : out.ledgers[row.entity.value].apply(entry))
        violations.push_back(row.entity.value + " at " + std::to_string(row.at.value) + ": " + wrong);
      out.note_spots(entry);
      if (!entry.idempotency_key().empty()) out.by_key[{row.entity.value, entry.idempotency_key()}] = std::move(entry);
    });
    at = *reached;
    if (out.entries == before) return out;
  }
}

/// Every acknowledged command stands in the journal, with the answer that was given.
void check_acknowledged(const memories& told, const journal_copy& journal, std::vector<std::string>& violations) {
  for (const auto& a : told.acknowledged) {
    if (a.key.empty() || !a.reply->has_booking()) continue;
    const auto it = journal.by_key.find({a.entity, a.key});
    if (it == journal.by_key.end()) {
      if (was_so_already(a, journal)) continue;
      violations.push_back("acknowledged but not in the journal: " + a.key + " for " + a.booking_id + " in " + a.entity + ", command " +
                           std::to_string(a.kind));
      continue;
    }
    auto given = *a.reply;
    given.set_repeated_answer(false);
    if (!MessageDifferencer::Equals(given, it->second.reply()))
      violations.push_back("another answer was given than the journal holds: " + a.key);
  }
}

void check_overdue(const journal_copy& journal, unix_ms now, std::vector<std::string>& violations) {
  for (const auto& [entity, ledger] : journal.ledgers)
    for (const auto& hold : ledger.overdue_holds(now - 2'000)) violations.push_back("a hold outlived its time in " + entity + ": " + hold);
}

/// Free again means bookable again: a spot nobody holds in the journal can be held now.
void check_audit(world& w, std::vector<std::string>& violations) {
  auto projector = w.storage().projector();
  for (;;) {
    const auto applied = (*projector)->advance(500);
    if (!applied) {
      violations.push_back("the projection failed: " + applied.error().detail);
      return;
    }
    if (*applied == 0) break;
  }
  const auto report = audit::run(w.storage(), {.acknowledged = {}, .projection_wait_ms = 0, .findings_max = 20, .progress = {}});
  if (!report) {
    violations.push_back("the audit failed: " + report.error().detail);
    return;
  }
  for (const auto& f : report->findings)
    violations.push_back("audit " + f.check + " " + f.entity + " at " + std::to_string(f.sequence) + ": " + f.detail);
}

/// What came free must show as free, and nothing else: by the independent account, not by the state that is checked.
void check_free(const std::string& block, const v1::Reply& live, const audit::claims_ledger& ledger, std::vector<std::string>& violations) {
  for (const auto& spot : live.block().spots())
    if (static_cast<std::int64_t>(spot.free()) != ledger.free_of(spot.label()))
      violations.push_back("spot " + spot.label() + " of " + block + " shows " + std::to_string(spot.free()) + " free, the journal says " +
                           std::to_string(ledger.free_of(spot.label())));
}

/// What the living entity answers equals what replay from nothing gives.
void check_state(world& w, const crowd& people, const journal_copy& told, std::vector<std::string>& violations) {
  for (const auto& block : people.blocks()) {
    const auto id = block_entity("sim", block);
    auto command = std::make_shared<v1::Command>();
    command->set_entity_id(id.value);
    command->set_deadline_ms(w.clock().now() + 5'000);
    command->mutable_get_block();
    std::shared_ptr<const v1::Reply> live;
    w.region().ask(command, [&](std::shared_ptr<const v1::Reply> reply) { live = std::move(reply); });
    w.settle();
    auto core = domain::make_core(id);
    auto journal = w.storage().journal();
    (void)(*journal)->read(id, {1}, [&](persistence::stored_entry&& stored) {
      v1::Entry entry;
      entry.ParseFromString(stored.payload);
      core->evolve(entry, stored.at);
      return true;
    });
    const auto replayed = core->follow(*command, {}, w.clock().now()).reply;
    if (live && live->has_block()) check_free(block, *live, told.ledgers.at(id.value), violations);
    if (!live || !MessageDifferencer::Equals(*live, replayed)) violations.push_back("the state of " + block + " differs from its replay");
  }
}

}  // namespace

const std::vector<std::string>& planted_faults() {
#ifdef HOLDFAST_PLANT
  static const std::vector<std::string> names{"double_claim", "ack_before_sync", "lost_hold_expiry", "reused_token"};
#else
  static const std::vector<std::string> names{"ack_before_sync"};
#endif
  return names;
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

  const auto journal = read_journal(w, report.violations);
  check_acknowledged(people.remembered(), journal, report.violations);
  check_overdue(journal, w.clock().now(), report.violations);
  check_state(w, people, journal, report.violations);
  check_audit(w, report.violations);
  for (const auto& v : w.epoch_violations()) report.violations.push_back(v);
  for (const auto& v : people.remembered().surprises) report.violations.push_back(v);
  w.stop();

  const auto& told = people.remembered();
  report.asked = told.asked;
  report.acknowledged = told.acknowledged.size();
  report.rejected = told.rejected;
  report.unavailable = told.unavailable;
  report.given_up = told.given_up;
  report.crashes = w.crashes();
  report.faults = w.faults().injected();
  report.entries = journal.entries;
  for (const auto& [entity, ledger] : journal.ledgers) report.confirmed += ledger.count().confirmed;
  return report;
}

}  // namespace holdfast::simulation
