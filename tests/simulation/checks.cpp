#include "tests/simulation/checks.hpp"

#include <google/protobuf/util/message_differencer.h>

#include <limits>

#include "actors/audit/audit.hpp"
#include "actors/domain/core.hpp"

namespace holdfast::simulation {
namespace {

using google::protobuf::util::MessageDifferencer;

std::string as_text(const google::protobuf::RepeatedPtrField<v1::SpotQuantity>& spots) {
  std::map<std::string, std::uint32_t> sorted;
  for (const auto& s : spots) sorted[s.spot()] += s.quantity();
  std::string out;
  for (const auto& [spot, quantity] : sorted) out += spot + "×" + std::to_string(quantity) + " ";
  return out;
}

/// Asking for what is already so changes nothing and leaves no entry of its own.
bool was_so_already(const acknowledgement& a, const journal_copy& journal) {
  if (a.kind == v1::Command::kReleaseHold || a.kind == v1::Command::kCancelBooking) return journal.ledgers.at(a.entity).ended(a.booking_id);
  if (a.kind != v1::Command::kChangeHold) return false;
  const auto it = journal.spots_of.find(a.booking_id);
  return it != journal.spots_of.end() && it->second.contains(as_text(a.reply->booking().spots()));
}

/// What came free must show as free, and nothing else: by the independent account, not by the state that is checked.
void check_free(const std::string& block, const v1::Reply& live, const audit::claims_ledger& ledger, findings& out) {
  for (const auto& spot : live.block().spots())
    if (static_cast<std::int64_t>(spot.free()) != ledger.free_of(spot.label()))
      out.push_back("spot " + spot.label() + " of " + block + " shows " + std::to_string(spot.free()) + " free, the journal says " +
                    std::to_string(ledger.free_of(spot.label())));
}

struct replayed_block {
  std::unique_ptr<domain::core> core;
  audit::claims_ledger ledger;
  sequence at{};
  unix_ms written_at = 0;  // by the clock of whoever wrote the last entry
};

constexpr sequence newest{std::numeric_limits<std::int64_t>::max()};

replayed_block replay(persistence::storage& storage, const entity_id& id, sequence upto) {
  replayed_block out{domain::make_core(id), {}, {}, 0};
  auto journal = storage.journal();
  (void)(*journal)->read(id, {1}, [&](persistence::stored_entry&& stored) {
    if (stored.at > upto) return false;
    v1::Entry entry;
    entry.ParseFromString(stored.payload);
    out.core->evolve(entry, stored.at);
    (void)out.ledger.apply(entry);  // what it finds is found by read_journal
    out.at = stored.at;
    out.written_at = entry.at_ms();
    return true;
  });
  return out;
}

void mix(std::uint64_t& h, std::string_view bytes) {  // FNV-1a
  for (const char c : bytes) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
}

}  // namespace

void journal_copy::note_spots(const v1::Entry& entry) {
  for (const auto& event : entry.block()) {
    if (event.has_hold_placed()) spots_of[event.hold_placed().booking_id()].insert(as_text(event.hold_placed().spots()));
    if (event.has_hold_changed()) spots_of[event.hold_changed().booking_id()].insert(as_text(event.hold_changed().spots()));
  }
}

journal_copy read_journal(persistence::storage& storage, findings& out) {
  journal_copy copy;
  copy.fingerprint = 0xcbf29ce484222325ULL;
  auto journal = storage.journal();
  position at{};
  for (;;) {
    const auto before = copy.entries;
    const auto reached = (*journal)->follow(at, 500, [&](persistence::journal_row&& row) {
      ++copy.entries;
      mix(copy.fingerprint, row.entity.value);
      mix(copy.fingerprint, row.payload);
      v1::Entry entry;
      entry.ParseFromString(row.payload);
      for (auto& wrong : copy.ledgers[row.entity.value].apply(entry))
        out.push_back(row.entity.value + " at " + std::to_string(row.at.value) + ": " + wrong);
      copy.note_spots(entry);
      if (!entry.idempotency_key().empty()) copy.by_key[{row.entity.value, entry.idempotency_key()}] = std::move(entry);
    });
    at = *reached;
    if (copy.entries == before) return copy;
  }
}

void check_acknowledged(const memories& told, const journal_copy& journal, findings& out) {
  for (const auto& a : told.acknowledged) {
    if (a.key.empty() || !a.reply->has_booking()) continue;
    const auto it = journal.by_key.find({a.entity, a.key});
    if (it == journal.by_key.end()) {
      if (was_so_already(a, journal)) continue;
      out.push_back("acknowledged but not in the journal: " + a.key + " for " + a.booking_id + " in " + a.entity + ", command " +
                    std::to_string(a.kind));
      continue;
    }
    auto given = *a.reply;
    given.set_repeated_answer(false);
    if (!MessageDifferencer::Equals(given, it->second.reply())) out.push_back("another answer was given than the journal holds: " + a.key);
  }
}

void check_refused(const memories& told, const journal_copy& journal, findings& out) {
  for (const auto& [entity, key] : told.refused)
    if (!key.empty() && journal.by_key.contains({entity, key})) out.push_back("rejected, and yet in the journal: " + key + " in " + entity);
}

void check_overdue(const journal_copy& journal, unix_ms now, findings& out) {
  for (const auto& [entity, ledger] : journal.ledgers)
    for (const auto& hold : ledger.overdue_holds(now - 2'000)) out.push_back("a hold outlived its time in " + entity + ": " + hold);
}

void check_audit(persistence::storage& storage, findings& out) {
  auto projector = storage.projector();
  for (;;) {
    const auto applied = (*projector)->advance(500);
    if (!applied) {
      out.push_back("the projection failed: " + applied.error().detail);
      return;
    }
    if (*applied == 0) break;
  }
  const auto report = audit::run(storage, {.acknowledged = {}, .wait_ms = 0, .findings_max = 20, .progress = {}});
  if (!report) {
    out.push_back("the audit failed: " + report.error().detail);
    return;
  }
  for (const auto& f : report->findings)
    out.push_back("audit " + f.check + " " + f.entity + " at " + std::to_string(f.sequence) + ": " + f.detail);
}

void check_state(persistence::storage& storage, const std::vector<std::string>& blocks, unix_ms now, const look_at_block& look,
                 findings& out) {
  for (const auto& block : blocks) {
    const auto id = block_entity("sim", block);
    v1::Command command;
    command.set_entity_id(id.value);
    command.mutable_get_block();
    const auto written = replay(storage, id, newest).at;
    const auto live = look(std::make_shared<v1::Command>(command));
    if (!live || !live->has_block()) {
      out.push_back("nobody shows " + block);
      continue;
    }
    if (live->block().version() < written.value) out.push_back("what is shown of " + block + " is older than the journal");
    const auto replayed = replay(storage, id, {live->block().version()});  // not what lapsed since it was shown
    // A hold that has lapsed is free for whoever asks, and shown as held until a tick says so; check_overdue sees to it that one does.
    if (replayed.ledger.overdue_holds(replayed.written_at).empty()) check_free(block, *live, replayed.ledger, out);
    if (!MessageDifferencer::Equals(*live, replayed.core->follow(command, {}, now).reply))
      out.push_back("the state of " + block + " differs from its replay");
  }
}

v1::BlockView replayed_view(persistence::storage& storage, const std::string& block) {
  v1::Command command;
  command.mutable_get_block();
  return replay(storage, block_entity("sim", block), newest).core->follow(command, {}, 0).reply.block();
}

}  // namespace holdfast::simulation
