#pragma once
// What was asked of one peer and not answered: the credit window, the deadlines, and the handlers that must each be called exactly once.
//
// A request that timed out keeps its credit until its answer arrives or the link ends: it still lies in a queue somewhere, and the window
// is there to bound these queues.
#include <chrono>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <variant>

#include "actors/link/peers.hpp"

namespace holdfast::actors::link {

class request_table {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using request_id = std::uint64_t;

  struct window {
    std::size_t requests_max;
    std::size_t bytes_max;
  };
  struct usage {
    std::size_t requests = 0;
    std::size_t bytes = 0;
  };
  struct admitted {
    request_id id;
    bool sooner;  // its deadline lies before all that were known
  };

  explicit request_table(window w) : window_(w) {}

  /// Takes the handler only where it admits. Until open() and after close(): unavailable.
  std::variant<admitted, link_error> add(answer_handler& handler, std::size_t bytes, time_point deadline);
  void open();
  /// An id that is not known, or was answered, is ignored.
  void answered(request_id, answer);
  struct expiry {
    time_point next;  // time_point::max() when nothing waits
    std::size_t failed;
  };
  /// Fails what is due.
  expiry expire(time_point now);
  /// Fails everything that is outstanding; how many that were.
  std::size_t close(link_error);

  usage used() const;

private:
  struct entry {
    answer_handler handler;  // empty once it timed out
    std::size_t bytes;
    time_point deadline;
  };
  enum class phase : std::uint8_t { before, open, closed };

  mutable std::mutex mutex_;
  window window_;
  phase phase_ = phase::before;
  request_id last_ = 0;
  std::size_t bytes_ = 0;
  time_point earliest_ = time_point::max();
  std::unordered_map<request_id, entry> entries_;
};

}  // namespace holdfast::actors::link
