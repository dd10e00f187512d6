#include "tests/bench/load/fan_out.hpp"

#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <fstream>
#include <map>
#include <memory>

#include "tests/bench/load/booker.hpp"
#include "tests/bench/load/tally.hpp"
#include "tests/bench/load/websocket.hpp"

namespace holdfast::bench {
namespace {

constexpr std::size_t handshakes_at_once = 200;
constexpr std::uint32_t sockets_per_address = 200;
constexpr std::chrono::seconds connect_patience{120};
constexpr std::chrono::seconds settle{2};          // before the memory is read
constexpr std::chrono::seconds last_patience{10};  // for the last change to reach the last socket
constexpr int slow_receive_buffer_bytes = 4'096;

std::int64_t resident_bytes(int pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/statm");
  std::int64_t total = 0, resident = 0;
  in >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

double cpu_seconds(int pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(in)), {});
  const auto after_name = text.rfind(')');
  if (after_name == std::string::npos) return 0;
  std::size_t at = after_name + 2;
  for (int skipped = 0; skipped < 11; ++skipped) at = text.find(' ', at) + 1;
  char* end = nullptr;
  const auto user = std::strtoll(text.c_str() + at, &end, 10);
  const auto system = std::strtoll(end, nullptr, 10);
  return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

class audience {
public:
  explicit audience(const fan_out_options& o) : options_(o), subscribe_(R"({"op":"subscribe","topic":"block:)" + o.block + "\"}") {}

  /// Connects and subscribes everybody; the slow ones stop reading once they have their snapshot.
  void gather() {
    const auto give_up = steady::now() + connect_patience;
    const auto all = options_.sockets + options_.slow;
    while (ready_ < all) {
      while (watchers_.size() < all && watchers_.size() - ready_ < handshakes_at_once) invite();
      turn(steady::now() + std::chrono::milliseconds{100});
      if (steady::now() > give_up) throw load_error("only " + std::to_string(ready_) + " watchers got a snapshot in time");
    }
  }

  void turn(steady::time_point until) {
    for (const auto& event : poller_.wait(until)) serve(static_cast<std::size_t>(event.data.u64));
  }

  struct arrival {
    std::size_t seen_by = 0;
    steady::time_point last;
  };
  /// Sockets that read and have version `v` or a later one.
  const arrival* of(std::int64_t v) const {
    const auto it = arrivals_.find(v);
    return it == arrivals_.end() ? nullptr : &it->second;
  }
  std::size_t readers() const noexcept { return options_.sockets - lost_; }
  std::uint64_t messages() const noexcept { return messages_; }
  std::uint64_t lost() const noexcept { return lost_; }

  std::uint64_t cut_slow() {
    std::uint64_t out = 0;
    for (auto& w : watchers_) {
      if (!w->slow) continue;
      // What the kernel still holds for a slow reader is read only now; at its end stands whether the server gave up on it.
      bool alive = true;
      for (int reads = 0; alive && reads < 1'000; ++reads) alive = w->socket.socket().receive();
      if (!alive) ++out;
    }
    return out;
  }

private:
  struct watcher {
    explicit watcher(tcp_socket s) : socket(std::move(s)) {}
    watching_socket socket;
    std::int64_t version = -1;
    bool slow = false;
    bool subscribed = false;
  };

  void invite() {
    const auto i = watchers_.size();
    const auto source = 0x7f000101 + static_cast<std::uint32_t>(i) / sockets_per_address;
    const bool slow = i >= options_.sockets;
    auto& w = *watchers_.emplace_back(
        std::make_unique<watcher>(tcp_socket::connect(options_.port, source, slow ? slow_receive_buffer_bytes : 0)));
    w.slow = slow;
    poller_.add(w.socket.fd(), EPOLLIN, i);
    w.socket.ask_upgrade("/api/v1/live", options_.tenant);
  }

  void serve(std::size_t i) {
    auto& w = *watchers_[i];
    const bool alive = w.socket.receive([&](std::string_view text) { take(w, text); });
    if (w.socket.phase() == watching_socket::state::open && !w.subscribed) {
      w.socket.send_text(subscribe_);
      w.subscribed = true;
    }
    if (alive) return;
    poller_.remove(w.socket.fd());
    w.socket.socket().close();
    if (!w.slow) ++lost_;
  }

  void take(watcher& w, std::string_view text) {
    const auto digits = json_member(text, "version");
    std::int64_t version = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), version).ec != std::errc{})
      throw load_error("a live message without version: " + std::string(text.substr(0, 300)));
    ++messages_;
    if (w.version < 0) {
      ++ready_;
      w.version = version;
      if (w.slow) poller_.remove(w.socket.fd());
      return;
    }
    if (version < w.version) throw load_error("a version that goes back");
    const auto now = steady::now();
    for (auto v = w.version + 1; v <= version; ++v) {
      auto& a = arrivals_[v];
      ++a.seen_by;
      a.last = now;
    }
    w.version = version;
  }

  const fan_out_options options_;
  const std::string subscribe_;
  poller poller_;
  std::vector<std::unique_ptr<watcher>> watchers_;
  std::map<std::int64_t, arrival> arrivals_;
  std::size_t ready_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t lost_ = 0;
};

bool everybody_saw(const audience& watchers, const std::vector<made_booking>& bookings) {
  if (bookings.empty()) return true;
  const auto* last = watchers.of(bookings.back().version);
  return last != nullptr && last->seen_by >= watchers.readers();
}

}  // namespace

fan_out_result run_fan_out(const fan_out_options& o) {
  fan_out_result out;
  out.server_bytes_before = resident_bytes(o.server_pid);
  audience watchers(o);
  const auto begin = steady::now();
  watchers.gather();
  out.connect_seconds = std::chrono::duration<double>(steady::now() - begin).count();
  for (const auto until = steady::now() + settle; steady::now() < until;) watchers.turn(until);
  out.server_bytes_watched = resident_bytes(o.server_pid);

  const auto messages_before = watchers.messages();
  const auto cpu_before = cpu_seconds(o.server_pid);
  const auto own_before = own_cpu_seconds();
  const scenario_options booking{.kind = "pool", .tenant = o.tenant, .resource = o.block, .seed = o.seed};
  booker guests(o.port, booking, o.bookings_per_second, o.duration);
  while (!guests.done()) watchers.turn(steady::now() + std::chrono::milliseconds{20});
  if (!guests.error().empty()) throw load_error(guests.error());
  for (const auto give_up = steady::now() + last_patience; steady::now() < give_up && !everybody_saw(watchers, guests.bookings());)
    watchers.turn(steady::now() + std::chrono::milliseconds{20});

  out.server_cpu_seconds = cpu_seconds(o.server_pid) - cpu_before;
  out.load_cpu_seconds = own_cpu_seconds() - own_before;
  out.messages = watchers.messages() - messages_before;
  out.lost_sockets = watchers.lost();
  for (const auto& b : guests.bookings()) {
    ++out.bookings;
    const auto* a = watchers.of(b.version);
    if (a == nullptr || a->seen_by < watchers.readers()) {
      ++out.unseen;
      continue;
    }
    out.from_request.add(micros(a->last - b.asked));
    out.from_answer.add(micros(a->last - b.answered));
  }
  out.cut_slow = watchers.cut_slow();
  return out;
}

std::string to_json(const fan_out_result& r) {
  const boost::json::object out{
      {"bookings", r.bookings},
      {"unseen", r.unseen},
      {"messages", r.messages},
      {"lost_sockets", r.lost_sockets},
      {"cut_slow", r.cut_slow},
      {"p50_us", r.from_request.percentile(0.5)},
      {"p99_us", r.from_request.percentile(0.99)},
      {"max_us", r.from_request.largest()},
      {"after_answer_p50_us", r.from_answer.percentile(0.5)},
      {"after_answer_p99_us", r.from_answer.percentile(0.99)},
      {"connect_seconds", r.connect_seconds},
      {"server_bytes_before", r.server_bytes_before},
      {"server_bytes_watched", r.server_bytes_watched},
      {"server_cpu_seconds", r.server_cpu_seconds},
      {"load_cpu_seconds", r.load_cpu_seconds},
  };
  return boost::json::serialize(out);
}

}  // namespace holdfast::bench
