#pragma once
// A letter as bytes for SMTP (RFC 5322 and MIME, CRLF), and back for people who want to look at one.
#include <string>
#include <string_view>
#include <vector>

#include "gateway/mail/letter.hpp"
#include "protocols/base/failure.hpp"

namespace holdfast::mail {

/// The same letter gives the same bytes. failure_code::invalid_argument when an address is not deliverable.
result<std::string> to_mime(const letter&);

struct mail_part {
  std::string type;  // "text/html"
  std::string name;  // file name, may be empty
  std::string content_id;
  std::string content;  // decoded
};

struct read_mail {
  std::string from, to, subject, date, message_id;
  std::vector<mail_part> parts;  // leaves, in order

  const mail_part* find(std::string_view type) const noexcept;
};

/// failure_code::corrupt when the bytes are no mail.
result<read_mail> parse_mail(std::string_view bytes);

}  // namespace holdfast::mail
