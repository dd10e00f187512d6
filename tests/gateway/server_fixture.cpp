#include "tests/gateway/server_fixture.hpp"

#include "gateway/http/problem.hpp"

namespace holdfast::gateway::test {

server_test::server_test() {
  settings.linger_ms_max = 300;
  routes.add("GET", "/hello", "hello", [](const auto&, const auto&, const auto& answer) { answer(text_response(200, "hello")); });
  routes.add("POST", "/echo", "echo", [](const auto& asked, const auto&, const auto& answer) { answer(text_response(200, asked->body)); });
  routes.add("GET", "/items/{id}", "item", [](const auto& asked, const auto& parameters, const auto& answer) {
    answer(text_response(200, parameters.at("id") + "|" + std::string(asked->query_value("q").value_or("-"))));
  });
  routes.add("GET", "/who", "who", [](const auto& asked, const auto&, const auto& answer) {
    answer(text_response(200, asked->remote + "|" + asked->host + "|" + asked->tenant));
  });
  routes.add("GET", "/large", "large",
             [body = std::make_shared<const std::string>(8 * 1024 * 1024, 'x')](const auto&, const auto&, const auto& answer) {
               response out;
               out.content_type = "text/plain";
               out.body = body;
               answer(std::move(out));
             });
  routes.add("GET", "/wait", "wait", [this](const auto&, const auto&, const auto& answer) {
    const std::lock_guard guard(mutex_);
    waiting_.push_back(answer);
  });
  routes.add("GET", "/throw", "throw", [](const auto&, const auto&, const auto&) { throw std::runtime_error("secret detail"); });
  routes.add("GET", "/inject", "inject", [](const auto&, const auto&, const auto& answer) {
    auto out = no_content();
    out.headers.emplace_back("X-Given", "a\r\nSet-Cookie: stolen=1");
    answer(std::move(out));
  });
}

server_test::~server_test() {
  if (server) server->stop(0ms);
  drop_waiting();
}

void server_test::start() {
  server = std::make_unique<http_server>(settings, around.get(), routes);
  const auto started = server->start();
  ASSERT_TRUE(started) << started.error().detail;
}

std::uint16_t server_test::port() {
  if (!server) start();
  return server->port();
}

std::optional<answer> server_test::ask(std::string_view bytes) {
  raw_client client(port());
  client.send(bytes);
  return client.receive();
}

std::size_t server_test::waiting() {
  const std::lock_guard guard(mutex_);
  return waiting_.size();
}

void server_test::answer_waiting(const response& with) {
  std::vector<responder> now;
  {
    const std::lock_guard guard(mutex_);
    now.swap(waiting_);
  }
  for (const auto& answer : now) answer(with);
}

void server_test::drop_waiting() {
  std::vector<responder> dropped;
  const std::lock_guard guard(mutex_);
  dropped.swap(waiting_);
}

}  // namespace holdfast::gateway::test
