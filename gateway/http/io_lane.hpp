#pragma once
// The lane over an io_context. One coarse timer walks all sockets of the lane and lets each look at its own deadline: cheaper than arming
// and cancelling a timer per operation, and idle sockets cost no timer at all.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/http/connection.hpp"

namespace holdfast::gateway {

/// Something on a lane that has deadlines and must go when the server goes.
class watched {
public:
  using time_point = std::chrono::steady_clock::time_point;
  virtual ~watched() = default;
  virtual void on_tick(time_point now) = 0;
  virtual void on_stop() = 0;   // soon, in good order
  virtual void on_abort() = 0;  // now

private:
  friend class io_lane;
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
  std::size_t place_ = nowhere;
};

class io_lane final : public connection_lane, public std::enable_shared_from_this<io_lane> {
public:
  io_lane(std::shared_ptr<server_core>, std::size_t index);

  boost::asio::io_context& context() noexcept { return context_; }
  void open();                    // starts the sweep
  void run() { context_.run(); }  // until everything on the lane has ended

  bool post(std::function<void()> task) override;
  std::size_t index() const noexcept override { return index_; }
  time_point now() const noexcept override { return std::chrono::steady_clock::now(); }
  std::chrono::milliseconds stood_still() const noexcept override;
  std::string_view http_date() override;
  route_metrics& routes() noexcept override { return routes_; }

  void watch(watched&);
  void unwatch(watched&) noexcept;

  void stop_all();   // asks every socket to end in good order
  void abort_all();  // ends every socket and the sweep, so that run() returns
  bool aborted() const noexcept { return aborted_; }
  void shut();  // after run() has returned: nothing is taken any more

private:
  void sweep();
  void drain();

  const std::shared_ptr<server_core> core_;
  const std::size_t index_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
  boost::asio::steady_timer timer_{context_};
  route_metrics routes_;
  std::vector<watched*> watched_;
  bool aborted_ = false;
  std::vector<std::function<void()>> batch_;  // taken from the inbox, run up to next_
  std::size_t next_ = 0;

  time_point looked_ = std::chrono::steady_clock::now(), looked_before_ = looked_;  // the last two sweeps

  std::int64_t date_second_ = -1;
  std::string date_;

  std::mutex mutex_;
  std::vector<std::function<void()>> inbox_;
  bool scheduled_ = false;
  bool shut_ = false;
};

}  // namespace holdfast::gateway
