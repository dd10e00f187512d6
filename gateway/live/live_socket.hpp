#pragma once
// One subscriber's socket: reads its wishes, keeps its bounded queue. When the queue is full it is thrown away and its topics are wanted
// anew: a slow reader gets fewer, fresher snapshots instead of every step, and costs no more memory than a fast one.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/http/socket_service.hpp"
#include "gateway/live/desk.hpp"

namespace holdfast::gateway {

class live_socket final : public socket_session, public live_subscriber {
public:
  live_socket(std::shared_ptr<desk>, std::string tenant);
  ~live_socket() override;

  void on_open(socket_link&) override;
  bool on_text(std::string_view message) override;
  void on_sent() override;
  void on_tick(time_point now) override;
  void on_closed() override;

  void offer(const frame&) override;
  void deliver(const frame&) override;
  void refused(subscription&, v1::ErrorCode) override;
  void settled() override { pump(); }

private:
  void subscribe(const client_message&);
  void unsubscribe(std::string_view topic);
  void say(const frame& control);
  void pump();
  void send_next();
  void conflate();
  void forget(subscription&) noexcept;
  bool may_read() const noexcept;
  bool keeps_up() const noexcept;

  const std::shared_ptr<desk> desk_;
  const live_settings& settings_;
  const std::string tenant_;
  socket_link* link_ = nullptr;

  std::vector<std::unique_ptr<subscription>> subscriptions_;
  std::vector<frame> control_;  // errors; never dropped, reading stops before they are too many
  std::vector<frame> queue_;
  std::size_t queue_bytes_ = 0;
  bool sending_ = false;
  bool paused_ = false;
  bool serving_ = false;
  bool clogged_ = false;  // the queue was dropped and nothing was sent since

  std::int64_t messages_full_at_us_ = 0;
  std::optional<time_point> sending_since_;  // as far as the ticks have seen
};

}  // namespace holdfast::gateway
