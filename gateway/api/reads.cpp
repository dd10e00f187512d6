#include "gateway/api/reads.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "protocols/base/errors.hpp"

namespace holdfast::gateway::api {

class reads::pool {
public:
  pool(std::shared_ptr<persistence::storage> store, settings limits, const wall_clock& clock)
      : store_(std::move(store)), limits_(limits), clock_(clock) {
    for (unsigned i = 0; i < limits_.threads; ++i) threads_.emplace_back([this] { serve(); });
  }

  ~pool() {
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

  figures count() const {
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
    std::unique_ptr<persistence::read_model> model;
    while (auto todo = next()) {
      if (todo->deadline <= clock_.now()) {
        tally(&figures::late);
        todo->refuse(reject(v1::UNAVAILABLE, "the lists could not be read in time"));
      } else {
        answer(model, *todo);
      }
    }
  }

  void answer(std::unique_ptr<persistence::read_model>& model, job& todo) {
    if (!model) {
      auto opened = store_->reads();
      if (!opened) return refuse(todo);
      model = std::move(*opened);
    }
    if (!todo.what(*model)) return tally(&figures::done);
    model.reset();  // a connection that failed once is not trusted again
    refuse(todo);
  }

  // What the store said is for the log of the store, not for callers.
  void refuse(job& todo) {
    tally(&figures::failed);
    todo.refuse(reject(v1::UNAVAILABLE, "the lists cannot be read at the moment"));
  }

  void tally(std::uint64_t figures::*which) {
    const std::lock_guard guard(mutex_);
    ++(figures_.*which);
  }

  std::shared_ptr<persistence::storage> store_;
  settings limits_;
  const wall_clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<job> queue_;
  figures figures_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

reads::reads(std::shared_ptr<persistence::storage> store, settings limits, const wall_clock& clock)
    : pool_(std::make_unique<pool>(std::move(store), limits, clock)) {}
reads::~reads() = default;

void reads::enqueue(unix_ms deadline, work what, refusal refuse) { pool_->enqueue(deadline, std::move(what), std::move(refuse)); }
reads::figures reads::count() const { return pool_->count(); }

}  // namespace holdfast::gateway::api
