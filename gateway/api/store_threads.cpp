#include "gateway/api/store_threads.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "protocols/base/errors.hpp"

namespace holdfast::gateway::api {

class job_pool::state {
public:
  state(std::string what, opening open, store_settings limits, const wall_clock& clock)
      : what_(std::move(what)), open_(std::move(open)), limits_(limits), clock_(clock) {
    for (unsigned i = 0; i < limits_.threads; ++i) threads_.emplace_back([this] { serve(); });
  }

  ~state() {
    {
      const std::lock_guard guard(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (auto& t : threads_) t.join();
    for (auto& j : queue_) j.refuse(reject(v1::UNAVAILABLE, "stopping"));
  }

  void enqueue(unix_ms deadline, work what, refusal refuse) {
    {
      const std::lock_guard guard(mutex_);
      if (!stopping_ && queue_.size() < limits_.queue_max) {
        queue_.push_back({deadline, std::move(what), std::move(refuse)});
        wake_.notify_one();
        return;
      }
      ++figures_.overloaded;
    }
    refuse(reject(v1::OVERLOADED));
  }

  store_figures count() const {
    const std::lock_guard guard(mutex_);
    auto out = figures_;
    out.waiting = queue_.size();
    return out;
  }

private:
  struct job {
    unix_ms deadline;
    work what;
    refusal refuse;
  };

  std::optional<job> next() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return std::nullopt;
    auto out = std::move(queue_.front());
    queue_.pop_front();
    return out;
  }

  void serve() {
    std::shared_ptr<void> store;
    while (auto todo = next()) {
      if (todo->deadline <= clock_.now()) {
        tally(&store_figures::late);
        todo->refuse(reject(v1::UNAVAILABLE, "the " + what_ + " could not be read in time"));
      } else {
        answer(store, *todo);
      }
    }
  }

  void answer(std::shared_ptr<void>& store, job& todo) {
    if (!store) {
      auto opened = open_();
      if (!opened) return refuse(todo);
      store = std::move(*opened);
    }
    if (!todo.what(store.get())) return tally(&store_figures::done);
    store.reset();  // a connection that failed once is not trusted again
    refuse(todo);
  }

  // What the store said is for the log of the store, not for callers.
  void refuse(job& todo) {
    tally(&store_figures::failed);
    todo.refuse(reject(v1::UNAVAILABLE, "the " + what_ + " cannot be read at the moment"));
  }

  void tally(std::uint64_t store_figures::*which) {
    const std::lock_guard guard(mutex_);
    ++(figures_.*which);
  }

  const std::string what_;
  const opening open_;
  const store_settings limits_;
  const wall_clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<job> queue_;
  store_figures figures_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

job_pool::job_pool(std::string what, opening open, store_settings limits, const wall_clock& clock)
    : state_(std::make_unique<state>(std::move(what), std::move(open), limits, clock)) {}
job_pool::~job_pool() = default;

void job_pool::enqueue(unix_ms deadline, work what, refusal refuse) { state_->enqueue(deadline, std::move(what), std::move(refuse)); }
store_figures job_pool::count() const { return state_->count(); }

}  // namespace holdfast::gateway::api
