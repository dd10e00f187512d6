#include "tests/bench/load/http_load.hpp"

#include <deque>
#include <vector>

#include "tests/bench/load/poller.hpp"
#include "tests/bench/load/socket.hpp"

namespace holdfast::bench {
namespace {

constexpr std::chrono::seconds patience{10};  // for what is outstanding at the end
constexpr std::uint32_t guests_per_address = 200;

class runner {
public:
  runner(const load_options& options, scenario& guests) : options_(options), guests_(guests), lines_(options.connections) {
    for (std::size_t i = 0; i < lines_.size(); ++i) open(i);
  }

  tally run() {
    begin_ = steady::now();
    measured_from_ = begin_ + options_.warm_up;
    end_ = measured_from_ + options_.duration;
    arrivals_begin_ = begin_;
    if (options_.rate <= 0)
      for (std::size_t i = 0; i < lines_.size(); ++i) start(i, steady::now());
    while (busy_ > 0 || !over(steady::now())) {
      const auto now = steady::now();
      if (over(now) && now > end_ + patience) break;
      if (options_.rate > 0) admit(now);
      for (const auto& event : poller_.wait(next_wake(now))) serve(event);
    }
    out_.unanswered = busy_ + waiting_.size();
    out_.seconds = std::chrono::duration<double>(std::min(steady::now(), ended_) - measured_from_).count();
    return std::move(out_);
  }

private:
  struct line {
    tcp_socket socket;
    steady::time_point since;  // when this guest wanted to be served
    bool busy = false;
  };

  void open(std::size_t i) {
    lines_[i].socket = tcp_socket::connect(options_.port, 0x7f000001 + static_cast<std::uint32_t>(i) / guests_per_address);
    poller_.add(lines_[i].socket.fd(), EPOLLIN, i);
    if (options_.rate > 0) idle_.push_back(i);
  }

  bool over(steady::time_point now) {
    if (ended_ != steady::time_point::max()) return true;
    if (now < end_ && (options_.limit == 0 || out_.done_in_all < options_.limit)) return false;
    ended_ = std::min(now, end_);
    return true;
  }

  steady::time_point arrival(std::uint64_t n) const {
    return arrivals_begin_ +
           std::chrono::duration_cast<steady::duration>(std::chrono::duration<double>(static_cast<double>(n) / options_.rate));
  }

  void admit(steady::time_point now) {
    for (; arrival(arrived_) <= std::min(now, end_); ++arrived_) waiting_.push_back(arrival(arrived_));
    while (!waiting_.empty() && !idle_.empty()) {
      const auto i = idle_.front();
      idle_.pop_front();
      start(i, waiting_.front());
      waiting_.pop_front();
    }
  }

  steady::time_point next_wake(steady::time_point now) const {
    if (now >= end_) return now + std::chrono::milliseconds{50};
    return options_.rate > 0 ? std::min(arrival(arrived_), end_) : end_;
  }

  void start(std::size_t i, steady::time_point since) {
    lines_[i].since = since;
    lines_[i].busy = true;
    ++busy_;
    ask(i);
  }

  void ask(std::size_t i) {
    request_.clear();
    guests_.write(i, request_);
    auto& socket = lines_[i].socket;
    if (!socket.send(request_)) throw load_error("the server closed a connection before a request");
    if (socket.wants_to_write()) poller_.change(socket.fd(), EPOLLIN | EPOLLOUT, i);
  }

  void serve(const epoll_event& event) {
    const auto i = static_cast<std::size_t>(event.data.u64);
    auto& socket = lines_[i].socket;
    if ((event.events & EPOLLOUT) != 0) {
      socket.flush();
      if (!socket.wants_to_write()) poller_.change(socket.fd(), EPOLLIN, i);
    }
    if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
    const bool alive = socket.receive();
    bool keeps_open = true;
    if (const auto answer = read_answer(socket.received())) {
      if (!lines_[i].busy) throw load_error("an answer that nobody asked for: " + std::string(answer->body.substr(0, 200)));
      const auto v = guests_.judge(i, *answer);
      out_.note(*answer, v);
      keeps_open = answer->keeps_open;
      socket.consume(answer->bytes);
      if (!alive || !keeps_open) reopen(i);
      return conclude(i, v);
    }
    if (alive) return;
    if (lines_[i].busy) throw load_error("the server closed a connection with a request open");
    reopen(i);
  }

  void reopen(std::size_t i) {
    poller_.remove(lines_[i].socket.fd());
    lines_[i].socket = tcp_socket::connect(options_.port, 0x7f000001 + static_cast<std::uint32_t>(i) / guests_per_address);
    poller_.add(lines_[i].socket.fd(), EPOLLIN, i);
  }

  void conclude(std::size_t i, verdict v) {
    if (v == verdict::next_step) return ask(i);
    const auto now = steady::now();
    lines_[i].busy = false;
    --busy_;
    if (v == verdict::done) {
      ++out_.done_in_all;
      const auto counted_from = options_.rate > 0 ? lines_[i].since : now;  // open loop: by arrival, so that late answers stay in
      if (counted_from >= measured_from_ && now <= end_ + (options_.rate > 0 ? patience : steady::duration::zero())) {
        ++out_.done;
        out_.latency.add(micros(now - lines_[i].since));
      }
    }
    if (options_.rate > 0) {
      idle_.push_back(i);
      if (!waiting_.empty()) admit(now);
    } else if (!over(now)) {
      start(i, now);
    }
  }

  const load_options options_;
  scenario& guests_;
  poller poller_;
  std::vector<line> lines_;
  std::deque<std::size_t> idle_;
  std::deque<steady::time_point> waiting_;
  std::uint64_t arrived_ = 0;
  std::size_t busy_ = 0;
  steady::time_point begin_, measured_from_, end_, arrivals_begin_;
  steady::time_point ended_ = steady::time_point::max();
  std::string request_;
  tally out_;
};

}  // namespace

tally run_load(const load_options& options, scenario& guests) { return runner(options, guests).run(); }

}  // namespace holdfast::bench
