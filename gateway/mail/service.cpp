#include "gateway/mail/service.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace holdfast::mail {

struct worker_thread::state {
  state(outbox_worker& w, transport& t, const wall_clock& c, unix_ms poll) : worker(w), way(t), clock(c), poll_ms(poll) {}

  outbox_worker& worker;
  transport& way;
  const wall_clock& clock;
  unix_ms poll_ms;

  std::mutex mutex;
  std::condition_variable changed;
  bool woken = false;
  bool stopping = false;
  bool ended = false;
  std::thread thread;

  void run() {
    for (;;) {
      const auto report = worker.run_once(clock.now());
      std::unique_lock lock(mutex);
      if (!report.more) {
        // While the server is unusable new rows change nothing, so wake() does not cut the pause short.
        const auto paused = report.quiet_until > 0 || report.store_failed;
        changed.wait_for(lock, std::chrono::milliseconds(poll_ms), [&] { return stopping || (woken && !paused); });
      }
      woken = false;
      if (!stopping) continue;
      ended = true;
      lock.unlock();
      changed.notify_all();
      return;
    }
  }
};

worker_thread::worker_thread(outbox_worker& worker, transport& way, const wall_clock& clock, unix_ms poll_ms)
    : state_(std::make_unique<state>(worker, way, clock, std::max<unix_ms>(10, poll_ms))) {
  state_->thread = std::thread([s = state_.get()] { s->run(); });
}

worker_thread::~worker_thread() { stop(std::chrono::milliseconds(0)); }

void worker_thread::wake() noexcept {
  {
    const std::lock_guard guard(state_->mutex);
    if (std::exchange(state_->woken, true)) return;
  }
  state_->changed.notify_all();
}

bool worker_thread::stop(std::chrono::milliseconds wait) {
  auto in_time = true;
  {
    std::unique_lock lock(state_->mutex);
    state_->stopping = true;
    state_->changed.notify_all();
    in_time = state_->changed.wait_for(lock, wait, [&] { return state_->ended; });
  }
  if (!in_time) state_->way.interrupt();
  if (state_->thread.joinable()) state_->thread.join();
  return in_time;
}

// In the order in which they depend on each other; the thread goes first.
struct mail_service::parts {
  const wall_clock* clock = nullptr;
  std::unique_ptr<persistence::outbox_store> store;
  std::optional<mail_folder> folder;
  std::unique_ptr<transport> way;
  std::unique_ptr<mail_context_source> context;
  std::unique_ptr<outbox_worker> worker;
  std::unique_ptr<worker_thread> thread;
};

result<std::unique_ptr<mail_service>> mail_service::start(mail_settings settings, std::unique_ptr<persistence::outbox_store> store,
                                                          actors::region& region, const gateway::token_secret& secret,
                                                          const wall_clock& clock, entropy& source, prometheus::Registry& registry) {
  if (!deliverable(settings.site.from_address)) return fail(failure_code::invalid_argument, "mail: the sender's address cannot be used");
  if (!settings.site.public_url.starts_with("http://") && !settings.site.public_url.starts_with("https://"))
    return fail(failure_code::invalid_argument, "mail: the public address must start with http:// or https://");
  while (settings.site.public_url.ends_with('/')) settings.site.public_url.pop_back();
  if (settings.site.id_domain.empty())
    settings.site.id_domain = settings.site.from_address.substr(settings.site.from_address.find('@') + 1);

  auto made = std::make_unique<parts>();
  made->store = std::move(store);
  made->clock = &clock;
  if (const auto* path = std::get_if<std::filesystem::path>(&settings.to)) {
    made->folder.emplace(*path);
    made->way = std::make_unique<files_transport>(*made->folder);
  } else {
    auto smtp = smtp_transport(std::get<smtp_settings>(std::move(settings.to)));
    if (!smtp) return smtp.error();
    made->way = std::move(*smtp);
  }
  made->context = region_context(region);
  made->worker = std::make_unique<outbox_worker>(*made->store, *made->way, *made->context, secret, source, registry,
                                                 std::move(settings.site), settings.limits, std::move(settings.mine));
  made->thread = std::make_unique<worker_thread>(*made->worker, *made->way, clock, settings.poll_ms);
  return std::unique_ptr<mail_service>(new mail_service(std::move(made)));
}

mail_service::mail_service(std::unique_ptr<parts> made) : parts_(std::move(made)) {}
mail_service::~mail_service() = default;
void mail_service::wake() noexcept { parts_->thread->wake(); }
void mail_service::hand_over(shard_id shard, persistence::outbox_store& store) {
  parts_->worker->hand_over(shard, store, parts_->clock->now());
}
bool mail_service::stop(std::chrono::milliseconds wait) { return parts_->thread->stop(wait); }
const mail_folder* mail_service::folder() const noexcept { return parts_->folder ? &*parts_->folder : nullptr; }

}  // namespace holdfast::mail
