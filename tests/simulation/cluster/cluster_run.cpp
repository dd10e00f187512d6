#include "tests/simulation/cluster/cluster_run.hpp"

#include <google/protobuf/util/message_differencer.h>

#include <utility>

#include "actors/planted.hpp"
#include "tests/simulation/cluster/troubles.hpp"

namespace holdfast::simulation {
namespace {

using google::protobuf::util::MessageDifferencer;

/// Waits, as long as it may reasonably take.
template <class Done>
bool within(cluster_world& w, std::int64_t ms, Done done) {
  for (std::int64_t waited = 0; waited < ms; waited += 100) {
    if (done()) return true;
    w.pass(100);
  }
  return done();
}

std::shared_ptr<const v1::Reply> look(cluster_world& w, host& at, std::shared_ptr<v1::Command> command) {
  std::shared_ptr<const v1::Reply> out;
  w.ask_at(at, std::move(command), [&](std::shared_ptr<const v1::Reply> reply) { out = std::move(reply); });
  (void)within(w, patience_ms, [&] { return out != nullptr; });
  return out;
}

/// What the guests of a node see of a block is what is so.
bool sees_truth(persistence::storage& store, audience& guests, const std::string& block) {
  const auto* seen = guests.seen(block);
  if (seen == nullptr) return false;
  const auto truth = replayed_view(store, block);
  if (seen->open != truth.open() || seen->spots.size() != static_cast<std::size_t>(truth.spots_size())) return false;
  for (auto spot : truth.spots()) {
    spot.clear_claims();
    const auto shown = seen->spots.find(spot.label());
    if (shown == seen->spots.end() || !MessageDifferencer::Equals(shown->second, spot)) return false;
  }
  return true;
}

void check_audiences(cluster_world& w, const crowd& people, findings& out) {
  for (auto& h : w.hosts())
    for (const auto& block : people.blocks())
      if (!within(w, 6'000, [&] { return sees_truth(w.storage(), h->node->guests(), block); }))
        out.push_back("the guests of " + h->name + " who watch " + block + " see something else than what is so");
}

void check_outbox(cluster_world& w, findings& out) {
  const auto outbox = w.storage().outbox();
  const auto empty = [&] { return (*outbox)->count()->waiting == 0; };
  if (!within(w, 3'000, empty)) out.emplace_back("letters lie in the outbox, although everything works again");
}

void live(cluster_world& w, crowd& people, troubles& bad, int actions) {
  for (int i = 0; i < actions; ++i) {
    people.act();
    w.run(w.pick(12));
    if (w.pick(2) == 0) w.pass(w.between(1, 40));
    if (w.pick(12) == 0) w.pass(w.between(40, 500));
    if (w.pick(3) == 0) people.look();
    bad.maybe();
  }
}

run_report run(const run_options& wanted) {
  run_report report;
  report.seed = wanted.seed;
#ifdef HOLDFAST_PLANT
  actors::set_planted(wanted.plant == "ignore_epoch" ? "" : wanted.plant);
#endif
  cluster_world w({wanted.seed, wanted.plant == "ignore_epoch"});
  crowd people(w, 6);
  troubles bad(w, people.blocks());
  people.furnish();
  live(w, people, bad, wanted.actions);

  auto& out = report.violations;
  bad.end();
  if (!within(w, 15'000, [&] { return w.complete(); })) out.emplace_back("the cluster does not come together again");
  people.finish();
  check_audiences(w, people, out);
  check_outbox(w, out);
  for (auto& h : w.hosts())
    check_state(
        w.storage(), people.blocks(), w.now(), [&](std::shared_ptr<v1::Command> command) { return look(w, *h, std::move(command)); }, out);
  const auto& told = people.remembered();
  const auto journal = read_journal(w.storage(), out);
  check_acknowledged(told, journal, out);
  check_refused(told, journal, out);
  check_overdue(journal, w.now(), out);
  check_audit(w.storage(), out);
  for (auto& v : w.take_findings()) out.push_back(std::move(v));
  for (const auto& v : told.surprises) out.push_back(v);
  w.stop();

  const auto& befell = bad.count();
  report.figures = figures_of(told, journal);
  const std::vector<figure> more{{"leases", "leases that changed hands", w.epochs().changes()},
                                 {"crashes", "crashes of nodes", befell.crashes},
                                 {"pauses", "nodes paused", befell.pauses},
                                 {"leaves", "nodes that left and came back", befell.leaves},
                                 {"cuts", "wires cut", befell.cuts},
                                 {"broken_links", "links broken", w.net().count().broken},
                                 {"proved_dead", "nodes proved dead", w.net().count().gone},
                                 {"outages", "stores out of reach", befell.outages},
                                 {"hangs", "beats that hung", befell.hangs},
                                 {"letters", "letters sent", w.letters().letters()},
                                 {"virtual_s", "seconds of virtual time", static_cast<std::uint64_t>(w.now() / 1'000 - 1'800'000'000)}};
  report.figures.insert(report.figures.end(), more.begin(), more.end());
  report.fingerprint = journal.fingerprint ^ w.random()();  // the dice agree only where every step did
  return report;
}

}  // namespace

simulation_kind whole_cluster() {
#ifdef HOLDFAST_PLANT
  return {"--cluster", run, 120, {"ignore_epoch", "answer_after_lease_lost", "drop_in_handoff", "replay_twice"}};
#else
  return {"--cluster", run, 120, {"ignore_epoch"}};
#endif
}

}  // namespace holdfast::simulation
