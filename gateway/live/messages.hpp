#pragma once
// The text frames of the live socket. Client: subscribe and unsubscribe. Server: snapshot, delta, error.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "holdfast/v1/envelope.pb.h"

namespace holdfast::gateway {

/// A whole server message, shared by every socket it goes to.
using frame = std::shared_ptr<const std::string>;

struct client_message {
  enum class operation : std::uint8_t { subscribe, unsubscribe };
  operation op;
  std::string topic;
  std::optional<std::int64_t> version;  // the last one seen
  std::string access;                   // a guest's token, or
  std::string bearer;                   // one of staff
};

struct client_error {
  v1::ErrorCode code;
  std::string topic;  // where one could be read
};

/// {"op":"subscribe","topic":…,"version":n?,"access":…?,"bearer":…?} or {"op":"unsubscribe","topic":…}; unknown fields are refused.
std::variant<client_message, client_error> read_client_message(std::string_view text);

/// `state` and `changes` are JSON values; topic names need no escaping.
frame snapshot_frame(std::string_view topic, std::int64_t version, std::string_view state);
/// `from`: the version of the topic's change before this one, 0 where this server has seen none.
frame delta_frame(std::string_view topic, std::int64_t version, std::int64_t from, std::string_view changes);
/// Any text as topic; left out when empty.
frame error_frame(std::string_view topic, v1::ErrorCode code);

}  // namespace holdfast::gateway
