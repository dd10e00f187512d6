#include "tests/gateway/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace holdfast::gateway::test {

std::string answer::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

raw_client::raw_client(std::uint16_t port, int receive_buffer) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) throw std::runtime_error("connect failed");
}

raw_client::~raw_client() { ::close(fd_); }

bool raw_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

void raw_client::half_close() { ::shutdown(fd_, SHUT_WR); }

raw_client::step raw_client::fill(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  pollfd one{fd_, POLLIN, 0};
  if (left.count() < 0 || ::poll(&one, 1, static_cast<int>(left.count())) <= 0) return step::timeout;
  char chunk[16384];
  const auto n = ::recv(fd_, chunk, sizeof chunk, 0);
  if (n <= 0) return step::end;
  buffer_.append(chunk, static_cast<std::size_t>(n));
  return step::data;
}

std::optional<std::string> raw_client::receive_bytes(std::size_t n, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (buffer_.size() < n)
    if (fill(deadline) != step::data) return std::nullopt;
  auto out = buffer_.substr(0, n);
  buffer_.erase(0, n);
  return out;
}

std::optional<answer> raw_client::receive(std::chrono::milliseconds limit, bool head_only) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (fill(deadline) != step::data) return std::nullopt;
  answer out;
  const auto head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  out.status = std::stoi(head.substr(9, 3));
  for (auto at = head.find("\r\n") + 2; at < head.size();) {
    const auto line = head.substr(at, head.find("\r\n", at) - at);
    at += line.size() + 2;
    const auto colon = line.find(": ");
    auto name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    out.headers.emplace_back(std::move(name), line.substr(colon + 2));
  }
  const auto length = out.header("content-length");
  if (length.empty() || head_only) return out;
  auto body =
      receive_bytes(std::stoul(length), std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()));
  if (!body) return std::nullopt;
  out.body = *std::move(body);
  return out;
}

std::optional<std::string> raw_client::receive_to_end(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (true) {
    const auto got = fill(deadline);
    if (got == step::timeout) return std::nullopt;
    if (got == step::end) return std::exchange(buffer_, {});
  }
}

bool raw_client::closed_within(std::chrono::milliseconds limit) { return receive_to_end(limit).has_value(); }

std::string get(std::string_view path, std::string_view more_headers) {
  return std::string("GET ").append(path).append(" HTTP/1.1\r\nHost: localhost\r\n").append(more_headers).append("\r\n");
}

}  // namespace holdfast::gateway::test
