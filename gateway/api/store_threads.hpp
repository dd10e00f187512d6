#pragma once
// A store blocks; a small pool of threads asks it, each with a store of its own, so that no I/O or actor thread ever waits for a disk. The
// queue is bounded: what does not fit is answered OVERLOADED at once, what waited past its deadline UNAVAILABLE.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "holdfast/v1/envelope.pb.h"
#include "protocols/base/failure.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::gateway::api {

template <class T>
using read_outcome = std::variant<T, v1::Rejection>;

struct store_settings {
  unsigned threads = 2;  // each holds one connection
  std::size_t queue_max = 256;
};
struct store_figures {
  std::size_t waiting = 0;
  std::uint64_t done = 0, overloaded = 0, late = 0, failed = 0;
};

/// The pool, whatever its stores are.
class job_pool {
public:
  using opening = std::function<result<std::shared_ptr<void>>()>;
  using work = std::function<std::optional<failure>(void* store)>;
  using refusal = std::function<void(v1::Rejection)>;

  /// `what`: for refusals, "lists".
  job_pool(std::string what, opening, store_settings, const wall_clock&);
  /// Answers UNAVAILABLE to whatever still waits, then joins its threads.
  ~job_pool();
  job_pool(const job_pool&) = delete;
  job_pool& operator=(const job_pool&) = delete;

  void enqueue(unix_ms deadline, work, refusal);
  store_figures count() const;

private:
  class state;
  std::unique_ptr<state> state_;
};

template <class Store>
class store_threads {
public:
  using settings = store_settings;
  using figures = store_figures;
  template <class T>
  using query = std::function<result<T>(Store&)>;
  template <class T>
  using done = std::function<void(read_outcome<T>)>;

  store_threads(std::string what, std::function<result<std::unique_ptr<Store>>()> open, settings limits, const wall_clock& clock)
      : pool_(
            std::move(what),
            [open = std::move(open)]() -> result<std::shared_ptr<void>> {
              auto opened = open();
              if (!opened) return opened.error();
              return std::shared_ptr<void>(std::shared_ptr<Store>(std::move(*opened)));
            },
            limits, clock) {}

  /// `finished` is called exactly once: on a pool thread, or in this call when the queue is full.
  template <class T>
  void run(unix_ms deadline, query<T> ask, done<T> finished) {
    pool_.enqueue(
        deadline,
        [ask = std::move(ask), finished](void* store) -> std::optional<failure> {
          auto found = ask(*static_cast<Store*>(store));
          if (!found) return found.error();
          finished(std::move(*found));
          return std::nullopt;
        },
        finished);
  }

  figures count() const { return pool_.count(); }

private:
  job_pool pool_;
};

}  // namespace holdfast::gateway::api
