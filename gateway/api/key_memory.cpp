#include "gateway/api/key_memory.hpp"

namespace holdfast::gateway::api {

key_memory::verdict key_memory::use(const std::string& scoped_key, const std::string& fingerprint) {
  const std::lock_guard guard(mutex_);
  const auto [it, fresh] = used_.emplace(scoped_key, fingerprint);
  if (!fresh) return it->second == fingerprint ? verdict::repeated : verdict::other_request;
  order_.push_back(scoped_key);
  // A released key leaves its place in the queue behind; it goes when its turn comes.
  while (order_.size() > size_max_) {
    used_.erase(order_.front());
    order_.pop_front();
  }
  return verdict::first_use;
}

void key_memory::release(const std::string& scoped_key) {
  const std::lock_guard guard(mutex_);
  used_.erase(scoped_key);
}

}  // namespace holdfast::gateway::api
