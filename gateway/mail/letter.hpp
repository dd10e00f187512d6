#pragma once
// One mail before it has bytes.
#include <string>
#include <string_view>

#include "protocols/base/seams.hpp"

namespace holdfast::mail {

struct mailbox {
  std::string name;   // may hold anything a person typed; encoded when the bytes are made
  std::string email;  // checked by deliverable()
};

struct letter {
  mailbox from;
  mailbox to;
  std::string subject;
  std::string text;
  std::string html;      // a whole document; refers to the QR code as "cid:" + qr_content_id
  std::string language;  // Content-Language
  /// Without brackets. The same for every attempt to send the same letter, so that a copy sent again after a lost answer is recognised.
  std::string message_id;
  unix_ms date = 0;
  std::string qr_png;           // empty: no code
  std::string calendar;         // iCalendar object; empty: none
  std::string calendar_method;  // "PUBLISH" or "CANCEL"
};

inline constexpr char qr_content_id[] = "ticket-qr@holdfast";

/// True for an address that may stand in an SMTP envelope: one @, a host with a dot-free or dotted name, no space, control
/// character, quote, bracket or list separator, at most 254 bytes. Stricter than RFC 5321; what people have passes.
bool deliverable(std::string_view email) noexcept;

}  // namespace holdfast::mail
