#pragma once
// Lists are read from the store, which blocks; a small pool of threads does that, so that no I/O or actor thread ever waits for a disk.
// The queue is bounded: what does not fit is answered OVERLOADED at once, what waited past its deadline UNAVAILABLE.
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "holdfast/v1/envelope.pb.h"
#include "persistence/read_model.hpp"
#include "persistence/storage.hpp"

namespace holdfast::gateway::api {

template <class T>
using read_outcome = std::variant<T, v1::Rejection>;

class reads {
public:
  struct settings {
    unsigned threads = 2;  // each holds one connection
    std::size_t queue_max = 256;
  };
  struct figures {
    std::size_t waiting = 0;
    std::uint64_t done = 0, overloaded = 0, late = 0, failed = 0;
  };

  reads(std::shared_ptr<persistence::storage>, settings, const wall_clock&);
  /// Answers UNAVAILABLE to whatever still waits, then joins its threads.
  ~reads();
  reads(const reads&) = delete;
  reads& operator=(const reads&) = delete;

  template <class T>
  using query = std::function<result<T>(persistence::read_model&)>;
  template <class T>
  using done = std::function<void(read_outcome<T>)>;

  /// `finished` is called exactly once: on a pool thread, or in this call when the queue is full.
  template <class T>
  void run(unix_ms deadline, query<T> ask, done<T> finished) {
    enqueue(
        deadline,
        [ask = std::move(ask), finished](persistence::read_model& model) -> std::optional<failure> {
          auto found = ask(model);
          if (!found) return found.error();
          finished(std::move(*found));
          return std::nullopt;
        },
        finished);
  }

  figures count() const;

private:
  using work = std::function<std::optional<failure>(persistence::read_model&)>;
  using refusal = std::function<void(v1::Rejection)>;

  void enqueue(unix_ms deadline, work, refusal);

  class pool;
  std::unique_ptr<pool> pool_;
};

}  // namespace holdfast::gateway::api
