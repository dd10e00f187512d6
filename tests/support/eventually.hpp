#pragma once
// For what others do on threads, or in processes, of their own.
#include <chrono>
#include <thread>

namespace holdfast::test {

/// Asks again and again until it holds; false when `limit` has passed.
template <class Condition>
bool eventually(Condition&& holds, std::chrono::milliseconds limit = std::chrono::seconds(5),
                std::chrono::milliseconds every = std::chrono::milliseconds(2)) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(every);
  }
  return true;
}

}  // namespace holdfast::test
