#pragma once
// Nodes of a cluster inside the test's process: each has an actor system and its links, all on loopback.
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "actors/link/peer_link.hpp"
#include "tests/link/certificates.hpp"
#include "tests/support/eventually.hpp"

namespace holdfast::actors::link::test {

using namespace std::chrono_literals;

using holdfast::test::eventually;

/// Deadlines short enough for tests.
limits short_limits();

/// What comes in goes back as it is.
void echo(incoming_request request);

class stage_node {
public:
  /// `adjust` may change any option before the start.
  stage_node(const test_authority& authority, const std::string& name, const std::function<void(link_options&)>& adjust = {});
  /// Name, port and files are the caller's; limits and what it serves are set here.
  explicit stage_node(link_options options, const std::function<void(link_options&)>& adjust = {});
  ~stage_node();
  stage_node(const stage_node&) = delete;
  stage_node& operator=(const stage_node&) = delete;

  peer_link& link() const { return *link_; }
  caf::actor_system& system() { return *system_; }
  peer_address address() const { return {name_, "127.0.0.1:" + std::to_string(link_->port())}; }
  bool up(const std::string& node) const;
  std::string trouble(const std::string& node) const;
  bool comes_up(const std::string& node, std::chrono::milliseconds within = 5s) const {
    return eventually([&] { return up(node); }, within);
  }
  bool goes_down(const std::string& node, std::chrono::milliseconds within = 5s) const {
    return eventually([&] { return !up(node); }, within);
  }
  answer ask(const std::string& node, const std::string& envelope, std::chrono::milliseconds patience = 5s) const;
  std::future<answer> ask_later(const std::string& node, const std::string& envelope, std::chrono::milliseconds patience = 5s) const;
  std::vector<std::future<answer>> ask_many(std::size_t times, const std::string& node, const std::string& envelope,
                                            std::chrono::milliseconds patience = 5s) const;
  /// "+b" when b came up, "-b" when it went down, "xb" when it was gone; the instance follows the name.
  std::vector<std::string> changes() const;

private:
  std::string name_;
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  mutable std::mutex mutex_;
  std::vector<std::string> changes_;
  std::unique_ptr<peer_link> link_;
};

/// They know each other.
void introduce(std::initializer_list<stage_node*> nodes);

/// What is logged while it lives.
class log_catcher {
public:
  log_catcher();
  ~log_catcher();
  log_catcher(const log_catcher&) = delete;
  log_catcher& operator=(const log_catcher&) = delete;
  std::string text() const;
  std::size_t lines_with(const std::string& words) const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace holdfast::actors::link::test
