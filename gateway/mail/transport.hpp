#pragma once
// How a mail leaves the program. A transport reports each answer as soon as it has it, so that a delivery is recorded before the
// next one can be lost.
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "protocols/base/seams.hpp"

namespace holdfast::mail {

struct outgoing {
  std::int64_t row = 0;  // of the outbox
  std::string from;      // envelope
  std::string to;
  std::shared_ptr<const std::string> bytes;
};

enum class verdict : std::uint8_t {
  accepted,   // the server took responsibility
  refused,    // for ever: another attempt would get the same answer
  try_again,  // this mail failed for now; also when the connection broke before the answer, so the mail may have arrived
  no_server,  // nothing can be sent for now: not reachable, no TLS, log-in refused
  not_tried,  // nothing was sent because of an earlier no_server or interrupt()
};

struct answer {
  verdict what = verdict::not_tried;
  int code = 0;        // SMTP reply code, 0 where there was none
  std::string detail;  // without addresses and secrets
};

class transport {
public:
  using on_answer = std::function<void(std::size_t index, const answer&)>;

  virtual ~transport() = default;
  /// Calls `done` exactly once for each mail, on the caller's thread, before it returns. Bounded in time by the transport's own deadlines.
  virtual void send(std::span<const outgoing> mails, const on_answer& done) = 0;
  /// From any thread: what is under way ends at once, now and for ever.
  virtual void interrupt() noexcept = 0;
};

}  // namespace holdfast::mail
