#pragma once
// The mail side of a node: settings in, a thread that empties the outbox out.
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <variant>

#include "gateway/mail/files_transport.hpp"
#include "gateway/mail/smtp_transport.hpp"
#include "gateway/mail/worker.hpp"

namespace holdfast::mail {

/// Runs a worker on a thread of its own. The outbox store it uses must be used by nobody else.
class worker_thread {
public:
  /// Looks for due rows every `poll_ms` at the latest; wake() makes it look at once.
  worker_thread(outbox_worker&, transport&, const wall_clock&, unix_ms poll_ms = 1'000);
  ~worker_thread();
  worker_thread(const worker_thread&) = delete;
  worker_thread& operator=(const worker_thread&) = delete;

  /// From any thread, never blocks: new rows were committed.
  void wake() noexcept;
  /// Lets the round under way finish, but no longer than `wait`; then cuts its connections. True when nothing had to be cut.
  bool stop(std::chrono::milliseconds wait);

private:
  struct state;
  std::unique_ptr<state> state_;
};

struct mail_settings {
  std::variant<std::filesystem::path, smtp_settings> to;  // a folder for files, or a server
  mail_site site;
  worker_limits limits;
  unix_ms poll_ms = 1'000;
  shards_of_node mine = nullptr;
};

/// Everything of the above, put together.
class mail_service {
public:
  /// failure_code::invalid_argument for settings that cannot work. `region`, `secret`, `clock`, `source` and `registry` must outlive it.
  static result<std::unique_ptr<mail_service>> start(mail_settings, std::unique_ptr<persistence::outbox_store>, actors::region&,
                                                     const gateway::token_secret&, const wall_clock& clock, entropy& source,
                                                     prometheus::Registry& registry);
  ~mail_service();

  void wake() noexcept;
  /// The shard goes to another node: outbox_worker::hand_over.
  void hand_over(shard_id, persistence::outbox_store& store);
  bool stop(std::chrono::milliseconds wait);
  /// For the development pages; null when mails go to a server.
  const mail_folder* folder() const noexcept;

private:
  struct parts;
  explicit mail_service(std::unique_ptr<parts>);
  std::unique_ptr<parts> parts_;
};

}  // namespace holdfast::mail
