#include "tests/link/black_hole.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace holdfast::actors::link::test {

black_hole::black_hole() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&where), size) != 0 || ::listen(listener_, 0) != 0)
    throw std::runtime_error("cannot listen");
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size);
  port_ = ntohs(where.sin_port);
  for (int i = 0; i < 4; ++i) {
    const int filler = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    (void)::connect(filler, reinterpret_cast<const sockaddr*>(&where), size);
    fillers_.push_back(filler);
  }
}

black_hole::~black_hole() {
  for (const int filler : fillers_) ::close(filler);
  ::close(listener_);
}

std::string black_hole::where() const { return "127.0.0.1:" + std::to_string(port_); }

}  // namespace holdfast::actors::link::test
