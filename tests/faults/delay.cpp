// A bad road for packets: the kernel hands over what an NFQUEUE rule matches, and each packet goes on after a random time or never. A
// program of its own, for tests only, because this kernel has no netem.
//
//   holdfast-delay --queue N --delay-ms D --jitter-ms J --loss-percent P --seed S
//
// Prints "ready" when the queue is its own; ends with SIGTERM, letting go what it still holds, and prints "<packets> <lost>".
#include <arpa/inet.h>
#include <getopt.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <queue>
#include <random>
#include <vector>

namespace {

using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::uint32_t packets_waiting_max = 20'000;  // more are dropped by the kernel, as by a router
constexpr int socket_bytes = 8 << 20;

volatile std::sig_atomic_t ending = 0;

struct manner {
  long queue = 0, delay_ms = 0, jitter_ms = 0, loss_percent = 0, seed = 1;
};

struct waiting {
  steady::time_point due;
  std::uint32_t id;
  bool operator>(const waiting& other) const { return due > other.due; }
};

class road {
public:
  explicit road(const manner& how) : how_(how), dice_(static_cast<std::mt19937::result_type>(how.seed)) {}

  void take(nfq_q_handle* queue, std::uint32_t id) {
    ++packets_;
    if (std::uniform_int_distribution<long>(0, 99)(dice_) < how_.loss_percent) {
      ++lost_;
      nfq_set_verdict(queue, id, NF_DROP, 0, nullptr);
      return;
    }
    const auto late = std::uniform_int_distribution<long>(0, how_.jitter_ms)(dice_);
    waiting_.push({steady::now() + milliseconds(how_.delay_ms + late), id});
  }
  void let_go(nfq_q_handle* queue, bool all) {
    for (const auto now = steady::now(); !waiting_.empty() && (all || waiting_.top().due <= now); waiting_.pop())
      nfq_set_verdict(queue, waiting_.top().id, NF_ACCEPT, 0, nullptr);
  }
  int patience_ms() const {
    if (waiting_.empty()) return 1'000;
    const auto left = std::chrono::ceil<milliseconds>(waiting_.top().due - steady::now()).count();
    return left > 0 ? static_cast<int>(left) : 0;
  }
  void report() const { std::printf("%ld %ld\n", packets_, lost_); }

private:
  manner how_;
  std::mt19937 dice_;
  std::priority_queue<waiting, std::vector<waiting>, std::greater<>> waiting_;
  long packets_ = 0, lost_ = 0;
};

int on_packet(nfq_q_handle* queue, nfgenmsg*, nfq_data* packet, void* context) {
  if (const auto* header = nfq_get_msg_packet_hdr(packet)) static_cast<road*>(context)->take(queue, ntohl(header->packet_id));
  return 0;
}

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

manner parse(int argc, char** argv) {
  manner out;
  const std::array<std::pair<const char*, long*>, 5> fields{{{"queue", &out.queue},
                                                             {"delay-ms", &out.delay_ms},
                                                             {"jitter-ms", &out.jitter_ms},
                                                             {"loss-percent", &out.loss_percent},
                                                             {"seed", &out.seed}}};
  std::array<option, fields.size() + 1> known{};
  for (std::size_t i = 0; i < fields.size(); ++i) known.at(i) = {fields.at(i).first, required_argument, nullptr, static_cast<int>(i)};
  for (int found = 0; (found = getopt_long(argc, argv, "", known.data(), nullptr)) != -1;) {
    if (found == '?') std::exit(2);
    *fields.at(static_cast<std::size_t>(found)).second = std::strtol(optarg, nullptr, 10);
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const auto how = parse(argc, argv);
  road way(how);
  const std::unique_ptr<nfq_handle, decltype(&nfq_close)> handle(nfq_open(), &nfq_close);
  if (!handle) give_up("nfq_open");
  const std::unique_ptr<nfq_q_handle, decltype(&nfq_destroy_queue)> queue(
      nfq_create_queue(handle.get(), static_cast<std::uint16_t>(how.queue), &on_packet, &way), &nfq_destroy_queue);
  if (!queue) give_up("nfq_create_queue");
  if (nfq_set_mode(queue.get(), NFQNL_COPY_META, 0) < 0 || nfq_set_queue_maxlen(queue.get(), packets_waiting_max) < 0) give_up("nfq_set");
  const int file = nfq_fd(handle.get());
  setsockopt(file, SOL_SOCKET, SO_RCVBUFFORCE, &socket_bytes, sizeof socket_bytes);
  std::signal(SIGTERM, [](int) { ending = 1; });
  std::puts("ready");
  std::fflush(stdout);
  std::array<char, 65'536> bytes{};
  while (ending == 0) {
    pollfd wait{file, POLLIN, 0};
    if (poll(&wait, 1, way.patience_ms()) > 0) {
      const auto size = recv(file, bytes.data(), bytes.size(), MSG_DONTWAIT);
      if (size > 0) nfq_handle_packet(handle.get(), bytes.data(), static_cast<int>(size));
      // ENOBUFS: more came than fits; those packets are lost, as they would be on a bad road.
      if (size < 0 && errno != ENOBUFS && errno != EAGAIN && errno != EINTR) give_up("recv");
    }
    way.let_go(queue.get(), false);
  }
  way.let_go(queue.get(), true);
  way.report();
}
