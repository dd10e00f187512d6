#pragma once
// A coroutine that answers once. Handlers ask entities in turn; written as tasks they read from top to bottom although every answer
// arrives later and on another thread. A task starts when it is awaited and resumes on whatever thread brought the answer.
//
// g++ 12 copies some temporaries inside the operand of co_await byte by byte into the frame (aggregates in braces, both sides of a
// conditional expression): arguments of an awaited call are named first, then copied or moved.
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace holdfast::gateway::api {

template <class T>
class [[nodiscard]] task {
public:
  struct promise_type {
    std::optional<T> value;
    std::exception_ptr error;
    std::coroutine_handle<> waiting;

    task get_return_object() noexcept { return task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    void return_value(T result) { value.emplace(std::move(result)); }
    void unhandled_exception() noexcept { error = std::current_exception(); }

    struct hand_back {
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> done) const noexcept { return done.promise().waiting; }
      void await_resume() const noexcept {}
    };
    hand_back final_suspend() const noexcept { return {}; }
  };

  task(task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  task(const task&) = delete;
  task& operator=(const task&) = delete;
  task& operator=(task&&) = delete;
  ~task() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiting) noexcept {
    frame_.promise().waiting = waiting;
    return frame_;
  }
  T await_resume() {
    if (frame_.promise().error) std::rethrow_exception(frame_.promise().error);
    return std::move(*frame_.promise().value);
  }

private:
  explicit task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
  std::coroutine_handle<promise_type> frame_;
};

/// The outermost coroutine: nobody waits for it, it frees itself. What it runs must not throw.
struct detached {
  struct promise_type {
    detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };
};

}  // namespace holdfast::gateway::api
