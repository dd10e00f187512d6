#include "tests/bench/load/booker.hpp"

#include <charconv>

#include "tests/bench/load/socket.hpp"

namespace holdfast::bench {
namespace {

constexpr std::chrono::seconds answer_patience{10};

http_answer wait_for_answer(tcp_socket& socket, poller& p) {
  const auto give_up = steady::now() + answer_patience;
  for (;;) {
    if (const auto answer = read_answer(socket.received())) return *answer;
    if (steady::now() > give_up) throw load_error("a booking was not answered in time");
    if (!p.wait(give_up).empty() && !socket.receive()) throw load_error("the server closed the booking connection");
  }
}

}  // namespace

booker::booker(std::uint16_t port, const scenario_options& options, double per_second, std::chrono::milliseconds duration)
    : thread_([this, port, options, per_second, duration] {
        try {
          work(port, options, per_second, duration);
        } catch (const load_error& e) {
          error_ = e.what();
        }
        done_.store(true, std::memory_order_release);
      }) {}

void booker::work(std::uint16_t port, const scenario_options& options, double per_second, std::chrono::milliseconds duration) {
  const auto guests = scenario::make(options, 1);
  auto socket = tcp_socket::connect(port);
  poller p;
  p.add(socket.fd(), EPOLLIN, 0);
  const auto begin = steady::now();
  const auto pause = std::chrono::duration_cast<steady::duration>(std::chrono::duration<double>(1 / per_second));
  std::string request;
  for (auto due = begin; due < begin + duration; due += pause) {
    std::this_thread::sleep_until(due);
    request.clear();
    guests->write(0, request);
    made_booking made;
    made.asked = steady::now();
    if (!socket.send(request) || socket.wants_to_write()) throw load_error("a booking could not be sent");
    const auto answer = wait_for_answer(socket, p);
    made.answered = steady::now();
    if (guests->judge(0, answer) != verdict::done) throw load_error("a booking was refused: " + std::string(answer.body.substr(0, 300)));
    const auto version = json_member(answer.body, "version");
    std::from_chars(version.data(), version.data() + version.size(), made.version);
    socket.consume(answer.bytes);
    bookings_.push_back(made);
  }
}

}  // namespace holdfast::bench
