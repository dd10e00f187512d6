#pragma once
// A real server on a free port with a handful of routes that show what arrived.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "gateway/http/http_server.hpp"
#include "tests/gateway/raw_client.hpp"
#include "tests/gateway/twins.hpp"
#include "tests/support/eventually.hpp"

namespace holdfast::gateway::test {

class server_test : public ::testing::Test {
protected:
  server_test();
  ~server_test() override;

  /// Call before the first connect(); later the settings have no effect.
  http_server_settings settings;

  void start();
  std::uint16_t port();
  /// One request on a connection of its own.
  std::optional<answer> ask(std::string_view bytes);

  /// Answers to GET /wait that no one has given yet.
  std::size_t waiting();
  void answer_waiting(const response&);
  void drop_waiting();

  surroundings around;
  router routes;
  std::unique_ptr<http_server> server;

private:
  std::mutex mutex_;
  std::vector<responder> waiting_;
};

using holdfast::test::eventually;

}  // namespace holdfast::gateway::test
