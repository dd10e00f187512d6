#pragma once
// One timer for all deadlines of a link: wakes at the earliest, lets the table fail what is due, and hears from it when to wake next.
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <utility>

namespace holdfast::actors::link {

class deadline_timer : public std::enable_shared_from_this<deadline_timer> {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit deadline_timer(boost::asio::io_context& io) : io_(io), timer_(io) {}

  /// On the io_context's thread, once. `due` returns the next deadline, or time_point::max().
  void run(std::function<time_point(time_point now)> due) { due_ = std::move(due); }
  void stop() {
    due_ = nullptr;
    timer_.cancel();
  }
  /// Thread-safe.
  void sooner(time_point deadline) {
    boost::asio::post(io_, [self = shared_from_this(), deadline] { self->arm(deadline); });
  }

private:
  void arm(time_point deadline) {
    if (!due_ || deadline >= armed_) return;
    armed_ = deadline;
    timer_.expires_at(deadline);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (error || !self->due_) return;
      self->armed_ = time_point::max();
      self->arm(self->due_(std::chrono::steady_clock::now()));
    });
  }

  boost::asio::io_context& io_;
  boost::asio::steady_timer timer_;
  time_point armed_ = time_point::max();
  std::function<time_point(time_point)> due_;
};

}  // namespace holdfast::actors::link
