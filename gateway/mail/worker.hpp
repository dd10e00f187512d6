#pragma once
// Sends what the outbox holds. Follows the journal, never stands in a booking's way: whatever happens here, a booking is made and answered.
//
// A row is sent once: its delivery is recorded right after the server's answer, and what could not be recorded is remembered and recorded
// first thing in the next round. Only when the answer itself was lost is a mail sent again, under the same Message-ID.
#include <prometheus/registry.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "gateway/mail/compose.hpp"
#include "gateway/mail/transport.hpp"
#include "persistence/journal.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::mail {

struct worker_limits {
  std::size_t batch_max = 32;               // mails per round
  std::uint32_t attempts_max = 20;          // with the delays below: about two days
  unix_ms retry_delay_ms_min = 30'000;      // after the first attempt; doubles with each further one
  unix_ms retry_delay_ms_max = 14'400'000;  // four hours
  unix_ms pause_ms = 15'000;                // when the server cannot be used at all, nothing is tried for this long
  unix_ms context_wait_ms_max = 2'000;      // for tenant and event to answer
  unix_ms handed_over_ms = 120'000;         // a mail under way when its shard goes to another node: not sent there before
};

/// Delay before attempt `attempts` + 1: doubling, bounded, and spread by ±25 % so that a queue does not come back all at once.
unix_ms retry_delay(std::uint32_t attempts, const worker_limits&, entropy&);

struct round_report {
  std::size_t sent = 0;
  std::size_t retried = 0;  // postponed
  std::size_t abandoned = 0;
  std::size_t untried = 0;  // left as they were
  bool more = false;        // another round would find work at once
  bool store_failed = false;
  unix_ms quiet_until = 0;  // nothing will be tried before, 0: no pause
};

/// The shards whose letters this node sends; called once a round. Empty: all.
using shards_of_node = std::function<shard_set()>;

class outbox_worker {
public:
  /// Everything is used by the thread that calls run_once, and must live longer than the worker.
  outbox_worker(persistence::outbox_store&, transport&, mail_context_source&, const gateway::token_secret&, entropy&, prometheus::Registry&,
                mail_site, worker_limits = {}, shards_of_node mine = {});
  ~outbox_worker();

  /// One round: at most batch_max mails. Never throws.
  round_report run_once(unix_ms now);

  /// The shard goes to another node, and `mine` does not name it any more: what is under way of it is held back in the outbox, so that it
  /// is not sent twice. From any thread, with an outbox store of the caller's; waits for a look into the outbox, never for a mail.
  void hand_over(shard_id, persistence::outbox_store& store, unix_ms now);

private:
  struct metrics;
  struct prepared;
  result<std::vector<persistence::outbox_row>> look_into_outbox(unix_ms now);
  bool record_unrecorded();
  void prepare(const persistence::outbox_row&, unix_ms now, std::vector<prepared>&, round_report&);
  void take_answer(const prepared&, const answer&, unix_ms now, round_report&);
  void postpone(const persistence::outbox_row&, const std::string& why, unix_ms now, round_report&);
  void abandon(const persistence::outbox_row&, const char* reason, const std::string& why, round_report&);
  void remember_age(std::int64_t row, unix_ms born);
  void publish_figures(unix_ms now);

  persistence::outbox_store& store_;
  transport& transport_;
  mail_context_source& context_;
  const gateway::token_secret& secret_;
  entropy& entropy_;
  mail_site site_;
  worker_limits limits_;
  shards_of_node mine_;
  std::mutex under_way_mutex_;  // from before the look into the outbox, so that nothing falls between
  std::map<std::int64_t, shard_id> under_way_;
  std::unique_ptr<metrics> metrics_;
  std::set<std::int64_t> unrecorded_;        // accepted by the server, but the store could not be told
  std::map<std::int64_t, unix_ms> waiting_;  // rows seen and not done: since when they wait
  unix_ms quiet_until_ = 0;
  unix_ms counted_at_ = -1;
};

}  // namespace holdfast::mail
