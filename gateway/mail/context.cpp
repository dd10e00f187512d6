#include "gateway/mail/context.hpp"

#include <array>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

#include "protocols/base/ids.hpp"

namespace holdfast::mail {
namespace {

using reply = std::shared_ptr<const v1::Reply>;

// Shared with the reply handlers, which may come after the asker has gone.
struct answers {
  std::mutex mutex;
  std::condition_variable arrived;
  std::array<reply, 2> replies;

  void put(std::size_t slot, reply value) {
    {
      const std::lock_guard guard(mutex);
      replies[slot] = std::move(value);
    }
    arrived.notify_one();
  }
  bool complete() const { return replies[0] && replies[1]; }
};

std::shared_ptr<v1::Command> ask_for(entity_id entity, unix_ms deadline) {
  auto command = std::make_shared<v1::Command>();
  command->set_entity_id(std::move(entity.value));
  command->set_deadline_ms(deadline);
  return command;
}

failure why(const v1::Reply& answer, std::string_view what) {
  const auto missing = answer.has_rejection() && answer.rejection().code() == v1::NOT_FOUND;
  return fail(missing ? failure_code::not_found : failure_code::unavailable,
              std::string(what) + (missing ? " does not exist" : " did not answer"));
}

class from_region final : public mail_context_source {
public:
  explicit from_region(actors::region& region) : region_(region) {}

  result<std::shared_ptr<const mail_context>> find(const std::string& tenant, const std::string& event, unix_ms now,
                                                   unix_ms wait_ms) override {
    const auto key = std::make_pair(tenant, event);
    if (const auto it = kept_.find(key); it != kept_.end() && now - it->second.at < context_fresh_ms && now >= it->second.at)
      return it->second.context;
    auto asked = ask(tenant, event, now, wait_ms);
    if (!asked) return asked;
    if (kept_.size() >= context_cache_max) kept_.clear();
    kept_.insert_or_assign(key, entry{now, *asked});
    return asked;
  }

private:
  struct entry {
    unix_ms at;
    std::shared_ptr<const mail_context> context;
  };

  result<std::shared_ptr<const mail_context>> ask(const std::string& tenant, const std::string& event, unix_ms now, unix_ms wait_ms) {
    if (!valid_tenant(tenant) || !valid_event(event)) return fail(failure_code::not_found, "the mail names no tenant and event");
    const auto shared = std::make_shared<answers>();
    auto for_tenant = ask_for(tenant_entity(tenant), now + wait_ms);
    for_tenant->mutable_get_tenant();
    auto for_event = ask_for(event_entity(tenant, event), now + wait_ms);
    for_event->mutable_get_event();
    region_.ask(std::move(for_tenant), [shared](reply r) { shared->put(0, std::move(r)); });
    region_.ask(std::move(for_event), [shared](reply r) { shared->put(1, std::move(r)); });

    std::array<reply, 2> got;
    {
      std::unique_lock lock(shared->mutex);
      if (!shared->arrived.wait_for(lock, std::chrono::milliseconds(wait_ms), [&] { return shared->complete(); }))
        return fail(failure_code::unavailable, "tenant or event did not answer in time");
      got = shared->replies;
    }
    if (!got[0]->has_tenant()) return why(*got[0], "the tenant");
    if (!got[1]->has_event()) return why(*got[1], "the event");
    auto context = std::make_shared<mail_context>();
    context->tenant = got[0]->tenant().definition();
    context->event = got[1]->event();
    return std::shared_ptr<const mail_context>(std::move(context));
  }

  actors::region& region_;
  std::map<std::pair<std::string, std::string>, entry> kept_;
};

}  // namespace

std::unique_ptr<mail_context_source> region_context(actors::region& region) { return std::make_unique<from_region>(region); }

}  // namespace holdfast::mail
