#pragma once
// A node in a process of its own (link_node), so that it can be killed and stopped. It echoes what it is asked.
#include <string>

#include "actors/link/peer_link.hpp"
#include "tests/link/certificates.hpp"

namespace holdfast::actors::link::test {

class child_node {
public:
  /// `knows`: its one peer. A port of 0 takes any free one.
  child_node(const test_authority& authority, const std::string& name, const peer_address& knows, std::uint16_t port = 0);
  ~child_node();  // kills it
  child_node(const child_node&) = delete;
  child_node& operator=(const child_node&) = delete;

  peer_address address() const { return {name_, "127.0.0.1:" + std::to_string(port_)}; }
  void kill();
  /// SIGSTOP, and SIGCONT.
  void pause() const;
  void go_on() const;
  /// SIGTERM; its exit code.
  int stop();

private:
  std::string name_;
  int pid_ = 0;
  std::uint16_t port_ = 0;
};

}  // namespace holdfast::actors::link::test
