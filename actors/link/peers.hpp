#pragma once
// How the nodes of a cluster talk: hand an envelope (Protobuf bytes that nobody here looks into) to a node by its name and hear exactly one
// answer. No CAF and no socket in this header; the simulation brings an implementation of its own on virtual time.
#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

namespace holdfast::actors::link {

enum class link_error : std::uint8_t {
  unavailable = 1,  // there is no link to that node; nothing was sent
  window_full,      // too much is unanswered there; nothing was done
  too_large,        // the envelope exceeds its limit; nothing was sent
  timed_out,        // no answer in time; the outcome is unknown
  peer_lost,        // the link broke or the peer gave up before the answer; the outcome is unknown
};

std::string_view name_of(link_error) noexcept;
inline std::ostream& operator<<(std::ostream& out, link_error e) { return out << name_of(e); }
/// True where the request had no effect and may go elsewhere under any key.
bool nothing_done(link_error) noexcept;

using answer = boost::system::result<std::string, link_error>;

/// Called exactly once, on any thread, possibly before ask() returns; must not block.
using answer_handler = std::function<void(answer)>;

class peers {
public:
  virtual ~peers() = default;
  /// Thread-safe, never blocks. `patience` counts from now; the peer is told how much of it is left and drops what comes too late.
  virtual void ask(const std::string& node, std::string envelope, std::chrono::milliseconds patience, answer_handler handler) = 0;
};

/// Where an answer goes. The first call counts; when the last copy goes away unused, the asker hears peer_lost.
class reply_path {
public:
  class end {
  public:
    virtual ~end() = default;
    virtual void send(std::string envelope) = 0;
  };
  explicit reply_path(std::shared_ptr<end> to) : to_(std::move(to)) {}
  /// Thread-safe, never blocks.
  void operator()(std::string envelope) const { to_->send(std::move(envelope)); }

private:
  std::shared_ptr<end> to_;
};

struct incoming_request {
  std::string from;  // the node, as its certificate says
  std::string envelope;
  std::chrono::milliseconds patience;  // what was left when it arrived
  reply_path reply;
};

/// Serves the requests of other nodes. Called on an actor thread, must not block.
using request_handler = std::function<void(incoming_request)>;

}  // namespace holdfast::actors::link
