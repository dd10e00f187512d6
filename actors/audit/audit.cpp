#include "actors/audit/audit.hpp"

#include <google/protobuf/util/message_differencer.h>

#include <chrono>
#include <memory>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "actors/audit/claims_ledger.hpp"
#include "actors/domain/core.hpp"
#include "actors/entity/answered_keys.hpp"
#include "actors/entity/stored_entry.hpp"
#include "actors/runtime/limits.hpp"
#include "persistence/history/read_ahead.hpp"

namespace holdfast::audit {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr std::size_t rows_at_once = 2'000;

class deadline {
public:
  explicit deadline(std::int64_t ms) : at_(std::chrono::steady_clock::now() + std::chrono::milliseconds{ms}) {}
  bool is_over() const { return std::chrono::steady_clock::now() >= at_; }
  void wait_a_little() const { std::this_thread::sleep_for(std::chrono::milliseconds{20}); }

private:
  std::chrono::steady_clock::time_point at_;
};

struct replayed {
  std::unique_ptr<domain::core> core;
  actors::answered_keys answered{actors::limits{}.answers_kept_ms, actors::limits{}.answers_kept_max};
  claims_ledger ledger;
  sequence at{};
};

class auditor {
public:
  auditor(persistence::storage& storage, const options& wanted) : storage_(storage), wanted_(wanted) {}

  result<report> run() {
    if (auto e = load_snapshots()) return *e;
    if (auto e = replay()) return *e;
    check_acknowledged();
    if (auto e = check_read_model()) return *e;
    for (const auto& [id, r] : entities_) {
      const auto f = r.ledger.count();
      report_.bookings += static_cast<std::int64_t>(f.bookings);
      report_.confirmed += static_cast<std::int64_t>(f.confirmed);
    }
    report_.entities = static_cast<std::int64_t>(entities_.size());
    report_.keys = static_cast<std::int64_t>(keys_.size());
    return std::move(report_);
  }

private:
  void find(std::string check, const std::string& entity, sequence at, std::string detail) {
    if (report_.findings.size() >= wanted_.findings_max) {
      report_.truncated = true;
      return;
    }
    report_.findings.push_back({std::move(check), entity, at.value, std::move(detail)});
  }

  /// Before the journal, so that every snapshot that is there speaks of entries that are there.
  std::optional<failure> load_snapshots() {
    auto store = storage_.snapshots();
    if (!store) return store.error();
    const auto read = (*store)->each([this](const entity_id& id, persistence::snapshot&& s) {
      ++report_.snapshots;
      snapshots_.emplace(id.value, std::move(s));
    });
    if (!read) return read.error();
    return std::nullopt;
  }

  std::optional<failure> replay() {
    auto journal = storage_.journal();
    if (!journal) return journal.error();
    // A live node goes on writing: what came after the audit began is the next audit's.
    const auto newest = (*journal)->newest();
    if (!newest) return newest.error();
    persistence::read_ahead reader(**journal, rows_at_once);
    deadline patience(wanted_.wait_ms);
    while (reached_ < *newest) {
      auto rows = reader.next();
      if (!rows) return rows.error();
      if (rows->empty()) {
        if (patience.is_over())
          return fail(failure_code::unavailable, "a transaction that is older than the audit still runs: position " +
                                                     std::to_string(reached_.value) + " of " + std::to_string(newest->value) + " is shown");
        patience.wait_a_little();
        continue;
      }
      patience = deadline(wanted_.wait_ms);
      reached_ = rows->back().where;
      for (auto& row : *rows) take(std::move(row));
      if (wanted_.progress) wanted_.progress(std::min(reached_.value, newest->value), newest->value);
    }
    for (const auto& [id, s] : snapshots_) {
      const auto it = entities_.find(id);
      if (it == entities_.end() || it->second.at < s.at)
        find("snapshot", id, s.at, "the snapshot speaks of entries that are not in the journal");
    }
    return std::nullopt;
  }

  void take(persistence::journal_row&& row) {
    ++report_.rows;
    auto& r = entities_[row.entity.value];
    if (!r.core) r.core = domain::make_core(row.entity);
    if (row.at.value != r.at.value + 1) find("sequence", row.entity.value, row.at, "follows " + std::to_string(r.at.value));
    r.at = row.at;
    v1::Entry entry;
    v1::Reply answer;
    std::string_view reply;
    if (!actors::read_entry(row.payload, entry, reply) || !answer.ParseFromArray(reply.data(), static_cast<int>(reply.size())))
      return find("payload", row.entity.value, row.at, "does not decode");
    for (auto& wrong : r.ledger.apply(entry)) find("claims", row.entity.value, row.at, std::move(wrong));
    r.core->evolve(entry, row.at);
    if (!entry.idempotency_key().empty()) {
      keys_.insert(entry.idempotency_key());
      r.answered.remember(entry.idempotency_key(), entry.fingerprint(), reply, entry.at_ms());
    }
    check_snapshot(row.entity.value, r);
  }

  void check_snapshot(const std::string& id, const replayed& r) {
    const auto it = snapshots_.find(id);
    if (it == snapshots_.end() || it->second.at != r.at) return;
    v1::EntitySnapshot stored, expected;
    if (!stored.ParseFromString(it->second.payload)) return find("snapshot", id, r.at, "does not decode");
    expected.set_sequence(r.at.value);
    r.answered.save(expected);
    r.core->save(expected);
    std::string difference;
    MessageDifferencer compare;
    compare.ReportDifferencesToString(&difference);
    if (!compare.Compare(expected, stored)) find("snapshot", id, r.at, "differs from the replayed state: " + difference.substr(0, 400));
  }

  void check_acknowledged() {
    for (const auto& key : wanted_.acknowledged)
      if (!keys_.contains(key)) find("acknowledged", {}, {}, "a caller was told that key '" + key + "' is done; it is not in the journal");
  }

  std::optional<failure> check_read_model() {
    auto reads = storage_.reads();
    if (!reads) return reads.error();
    deadline patience(wanted_.wait_ms);
    for (;;) {
      const auto reached = (*reads)->reached();
      if (!reached) return reached.error();
      if (*reached >= reached_) break;
      if (patience.is_over()) {
        find("read_model", {}, {},
             "has reached position " + std::to_string(reached->value) + " of " + std::to_string(reached_.value) + "; is the node running?");
        return std::nullopt;
      }
      patience.wait_a_little();
    }
    return compare_bookings(**reads);
  }

  std::optional<failure> compare_bookings(persistence::read_model& reads) {
    std::unordered_map<std::string, const v1::StoredBooking*> expected;
    std::vector<std::unique_ptr<v1::EntitySnapshot>> states;
    for (const auto& [id, r] : entities_) {
      if (parse_entity(id)->kind != entity_kind::block) continue;
      states.push_back(std::make_unique<v1::EntitySnapshot>());
      r.core->save(*states.back());
      for (const auto& b : states.back()->block().bookings())
        expected.emplace(std::string(parse_entity(id)->tenant) + " " + b.view().booking_id(), &b);
    }
    std::unordered_set<std::string> seen;
    const auto walked = reads.each_booking([&](const persistence::booking_row& row) {
      ++report_.read_model_rows;
      const auto key = row.tenant + " " + row.booking.booking_id();
      const auto it = expected.find(key);
      if (it == expected.end()) return;  // forgotten by its block: lapsed holds are kept in the list only
      seen.insert(key);
      compare_booking(key, *it->second, row);
    });
    if (!walked) return walked.error();
    for (const auto& [key, b] : expected)
      if (!seen.contains(key)) find("read_model", key, {}, "the booking is missing from the list");
    return std::nullopt;
  }

  void compare_booking(const std::string& key, const v1::StoredBooking& expected, const persistence::booking_row& row) {
    const auto& have = row.booking;
    const auto& want = expected.view();
    const auto block = block_entity(row.tenant, block_of_booking(have.booking_id()));
    if (moved_since(block, have.version())) return;
    if (want.status() != have.status())
      find("read_model", key, {},
           "is " + v1::BookingStatus_Name(have.status()) + ", its block says " + v1::BookingStatus_Name(want.status()));
    if (want.quantity() != have.quantity() || want.total().minor() != have.total().minor() || want.spots_size() != have.spots_size())
      find("read_model", key, {}, "shows other spots or another price than its block");
    if (!MessageDifferencer::Equals(want.contact(), have.contact())) find("read_model", key, {}, "shows another contact than its block");
  }

  /// The list ran ahead of the audited position (a live node): nothing can be said of this row.
  bool moved_since(const entity_id& block, std::int64_t version) const {
    const auto it = entities_.find(block.value);
    return it == entities_.end() || version > it->second.at.value;
  }

  persistence::storage& storage_;
  const options& wanted_;
  report report_;
  position reached_{};
  std::unordered_map<std::string, replayed> entities_;
  std::unordered_map<std::string, persistence::snapshot> snapshots_;
  std::unordered_set<std::string> keys_;
};

}  // namespace

result<report> run(persistence::storage& storage, const options& wanted) { return auditor(storage, wanted).run(); }

}  // namespace holdfast::audit
