#include "gateway/mail/worker.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <algorithm>

#include "gateway/mail/mime.hpp"
#include "protocols/base/log.hpp"

// pending() ─► prepare: decode → context → compose → bytes
//                 │ never possible ─► abandon      │ tenant or event silent ─► postpone
//                 ▼
//              transport.send ─► accepted ─► delivered()   refused ─► abandon()
//                                try_again / no_server ─► postpone(), after attempts_max abandon()
//                                not_tried ─► left as it is

namespace holdfast::mail {
namespace {

constexpr unix_ms count_every_ms = 30'000;  // counting reads the whole index
constexpr std::size_t waiting_max = 10'000;

// When the thing that the mail tells about happened.
unix_ms born(const v1::BookingView& booking, unix_ms now) noexcept {
  const auto latest = std::max({booking.created_at_ms(), booking.confirmed_at_ms(), booking.cancelled_at_ms()});
  return latest > 0 ? std::min(latest, now) : now;
}

// A link that has lapsed would only annoy.
bool outdated(const v1::MailRequest& request, unix_ms now) noexcept {
  const auto& booking = request.booking();
  return request.template_() == "confirm_email" && booking.status() == v1::BOOKING_PENDING_EMAIL && booking.expires_at_ms() > 0 &&
         booking.expires_at_ms() <= now;
}

}  // namespace

unix_ms retry_delay(std::uint32_t attempts, const worker_limits& limits, entropy& source) {
  auto delay = limits.retry_delay_ms_min;
  for (std::uint32_t i = 0; i < attempts && delay < limits.retry_delay_ms_max; ++i) delay *= 2;
  delay = std::min(delay, limits.retry_delay_ms_max);
  std::uint32_t random = 0;
  source.fill(std::as_writable_bytes(std::span(&random, 1)));
  return delay - delay / 4 + static_cast<unix_ms>(random % static_cast<std::uint32_t>(std::max<unix_ms>(1, delay / 2)));
}

struct outbox_worker::metrics {
  explicit metrics(prometheus::Registry& registry)
      : attempts(
            prometheus::BuildCounter().Name("holdfast_mail_attempts_total").Help("Mails by what became of the attempt").Register(registry)),
        sent(attempts.Add({{"outcome", "sent"}})),
        retried(attempts.Add({{"outcome", "retried"}})),
        abandoned(prometheus::BuildCounter().Name("holdfast_mail_abandoned_total").Help("Mails given up, by reason").Register(registry)),
        waiting(gauge(registry, "holdfast_mail_waiting", "Mails in the outbox that are not done")),
        oldest(gauge(registry, "holdfast_mail_oldest_age_seconds", "Age of the oldest mail known to wait")),
        usable(gauge(registry, "holdfast_mail_server_usable", "1 while the mail server can be used")),
        store_errors(prometheus::BuildCounter()
                         .Name("holdfast_mail_store_errors_total")
                         .Help("Calls to the outbox that failed")
                         .Register(registry)
                         .Add({})),
        template_errors(prometheus::BuildCounter()
                            .Name("holdfast_mail_template_errors_total")
                            .Help("Mails for which a shipped template stood in for a tenant's own")
                            .Register(registry)
                            .Add({})) {
    usable.Set(1);
  }
  static prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }
  prometheus::Family<prometheus::Counter>& attempts;
  prometheus::Counter& sent;
  prometheus::Counter& retried;
  prometheus::Family<prometheus::Counter>& abandoned;
  prometheus::Gauge& waiting;
  prometheus::Gauge& oldest;
  prometheus::Gauge& usable;
  prometheus::Counter& store_errors;
  prometheus::Counter& template_errors;
};

struct outbox_worker::prepared {
  persistence::outbox_row row;
  outgoing mail;
};

outbox_worker::outbox_worker(persistence::outbox_store& store, transport& transport, mail_context_source& context,
                             const gateway::token_secret& secret, entropy& source, prometheus::Registry& registry, mail_site site,
                             worker_limits limits, shards_of_node mine)
    : store_(store),
      transport_(transport),
      context_(context),
      secret_(secret),
      entropy_(source),
      site_(std::move(site)),
      limits_(limits),
      mine_(std::move(mine)),
      metrics_(std::make_unique<metrics>(registry)) {}

outbox_worker::~outbox_worker() = default;

round_report outbox_worker::run_once(unix_ms now) {
  round_report report;
  report.quiet_until = quiet_until_ > now ? quiet_until_ : 0;
  if (!record_unrecorded()) {
    report.store_failed = true;
    return report;
  }
  if (report.quiet_until == 0) {
    auto rows = look_into_outbox(now);
    if (!rows) {
      metrics_->store_errors.Increment();
      report.store_failed = true;
      return report;
    }
    std::vector<prepared> ready;
    for (const auto& row : *rows) prepare(row, now, ready, report);
    std::vector<outgoing> mails;
    mails.reserve(ready.size());
    for (const auto& one : ready) mails.push_back(one.mail);
    if (!mails.empty()) transport_.send(mails, [&](std::size_t index, const answer& got) { take_answer(ready[index], got, now, report); });
    if (report.untried == 0 && quiet_until_ <= now) metrics_->usable.Set(1);
    report.more = rows->size() >= limits_.batch_max && report.untried == 0 && quiet_until_ <= now && !report.store_failed;
    report.quiet_until = quiet_until_ > now ? quiet_until_ : 0;
    const std::lock_guard lock(under_way_mutex_);
    under_way_.clear();
  }
  publish_figures(now);
  return report;
}

result<std::vector<persistence::outbox_row>> outbox_worker::look_into_outbox(unix_ms now) {
  const std::lock_guard lock(under_way_mutex_);
  auto rows = store_.pending(now, limits_.batch_max, mine_ ? mine_() : all_shards);
  if (!rows) return rows;
  for (const auto& row : *rows) under_way_.emplace(row.id, shard_of(row.entity.value));
  return rows;
}

void outbox_worker::hand_over(shard_id shard, persistence::outbox_store& store, unix_ms now) {
  const std::lock_guard lock(under_way_mutex_);
  for (const auto& [id, of] : under_way_) {
    if (of != shard) continue;
    if (const auto held = store.hold(id, now + limits_.handed_over_ms); !held)
      spdlog::warn("mail {} may be sent twice, it is not known to be held back: {}", id, held.error().detail);
  }
}

bool outbox_worker::record_unrecorded() {
  while (!unrecorded_.empty()) {
    if (!store_.delivered(*unrecorded_.begin())) {
      metrics_->store_errors.Increment();
      return false;
    }
    waiting_.erase(*unrecorded_.begin());
    unrecorded_.erase(unrecorded_.begin());
  }
  return true;
}

void outbox_worker::prepare(const persistence::outbox_row& row, unix_ms now, std::vector<prepared>& ready, round_report& report) {
  if (row.kind != "mail") return;  // somebody else's
  v1::MailRequest request;
  if (!request.ParseFromString(row.payload)) return abandon(row, "undecodable", "the request does not decode", report);
  remember_age(row.id, born(request.booking(), now));
  if (outdated(request, now)) return abandon(row, "outdated", "the confirmation link has expired", report);

  const auto context = context_.find(request.tenant(), request.event_id(), now, limits_.context_wait_ms_max);
  if (!context && context.error().code == failure_code::not_found) return abandon(row, "not_found", context.error().detail, report);
  if (!context) return postpone(row, context.error().detail, now, report);

  auto made = compose(row, request, **context, site_, secret_, now);
  if (!made) return abandon(row, "impossible", made.error().detail, report);
  for (const auto& problem : made->problems) {
    metrics_->template_errors.Increment();
    log_of(part::mail)->warn("mail template of tenant {} not used: {}", request.tenant(), problem);
  }
  auto bytes = to_mime(made->mail);
  if (!bytes) return abandon(row, "impossible", bytes.error().detail, report);
  ready.push_back({row, {row.id, made->mail.from.email, made->mail.to.email, std::make_shared<const std::string>(std::move(*bytes))}});
}

void outbox_worker::take_answer(const prepared& one, const answer& got, unix_ms now, round_report& report) {
  const auto said = got.code > 0 ? std::to_string(got.code) + ' ' + got.detail : got.detail;
  switch (got.what) {
    case verdict::accepted:
      ++report.sent;
      metrics_->sent.Increment();
      log_of(part::mail)->debug("mail {} of {} is sent: {}", one.row.id, one.row.entity.value, said);
      unrecorded_.insert(one.row.id);
      if (!record_unrecorded()) report.store_failed = true;
      return;
    case verdict::refused:
      return abandon(one.row, "refused", said, report);
    case verdict::try_again:
      return postpone(one.row, said, now, report);
    case verdict::no_server:
      if (quiet_until_ <= now) log_of(part::mail)->warn("mail server cannot be used, next try in {} s: {}", limits_.pause_ms / 1000, said);
      quiet_until_ = now + limits_.pause_ms;
      metrics_->usable.Set(0);
      return postpone(one.row, said, now, report);
    case verdict::not_tried:
      ++report.untried;
      return;
  }
}

void outbox_worker::postpone(const persistence::outbox_row& row, const std::string& why, unix_ms now, round_report& report) {
  if (row.attempts + 1 >= limits_.attempts_max) return abandon(row, "attempts", why, report);
  ++report.retried;
  metrics_->retried.Increment();
  log_of(part::mail)->debug("mail {} of {} is tried again later: {}", row.id, row.entity.value, why);
  if (!store_.postpone(row.id, now + retry_delay(row.attempts, limits_, entropy_), why)) {
    metrics_->store_errors.Increment();
    report.store_failed = true;
  }
}

void outbox_worker::abandon(const persistence::outbox_row& row, const char* reason, const std::string& why, round_report& report) {
  ++report.abandoned;
  metrics_->abandoned.Add({{"reason", reason}}).Increment();
  log_of(part::mail)->warn("mail {} of {} given up ({}): {}", row.id, row.entity.value, reason, why);
  waiting_.erase(row.id);
  if (!store_.abandon(row.id, why)) {
    metrics_->store_errors.Increment();
    report.store_failed = true;
  }
}

void outbox_worker::remember_age(std::int64_t row, unix_ms born) {
  if (waiting_.size() < waiting_max || waiting_.contains(row)) waiting_.emplace(row, born);
}

void outbox_worker::publish_figures(unix_ms now) {
  unix_ms oldest = now;
  for (const auto& [row, since] : waiting_) oldest = std::min(oldest, since);
  metrics_->oldest.Set(static_cast<double>(now - oldest) / 1000.0);
  if (counted_at_ >= 0 && now - counted_at_ < count_every_ms && now >= counted_at_) return;
  counted_at_ = now;
  if (const auto figures = store_.count())
    metrics_->waiting.Set(static_cast<double>(figures->waiting));
  else
    metrics_->store_errors.Increment();
}

}  // namespace holdfast::mail
