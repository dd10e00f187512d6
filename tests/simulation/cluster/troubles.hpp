#pragma once
// What befalls a cluster, one thing at a time, as the seed says; and how all of it comes to an end.
#include <cstdint>
#include <map>

#include "tests/simulation/cluster/cluster_world.hpp"

namespace holdfast::simulation {

class troubles {
public:
  troubles(cluster_world& in, const std::vector<std::string>& blocks) : in_(in), blocks_(blocks) {}

  /// Perhaps something happens; it may last, and the next may come meanwhile.
  void maybe();
  /// Everything works again from now on.
  void end();

  struct figures {
    std::uint64_t crashes = 0, pauses = 0, cuts = 0, outages = 0, hangs = 0, leaves = 0, moves = 0, store_crashes = 0;
  };
  const figures& count() const { return figures_; }

private:
  void machine();
  void wire();
  void store();
  void operation();
  void audience();

  void crash(host&);
  void cut(const std::string& from, const std::string& to, std::int64_t ms);
  void cut_off_store(host&, std::int64_t ms);
  /// Unless everything works again by then.
  void later(std::int64_t ms, std::function<void()> what);
  std::size_t pick(std::size_t n) { return in_.pick(n); }

  cluster_world& in_;
  const std::vector<std::string>& blocks_;
  bool over_ = false;
  figures figures_;
};

}  // namespace holdfast::simulation
