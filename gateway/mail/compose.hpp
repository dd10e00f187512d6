#pragma once
// From an outbox row to a letter: a function of the request, what the tenant and event say, and the node's token secret.
#include <string>

#include "gateway/auth/tokens.hpp"
#include "gateway/mail/context.hpp"
#include "gateway/mail/letter.hpp"
#include "holdfast/v1/envelope.pb.h"
#include "persistence/journal.hpp"
#include "protocols/base/failure.hpp"

namespace holdfast::mail {

struct mail_site {
  std::string public_url;    // "https://book.example", without a slash at the end: where guests reach the pages
  std::string from_address;  // sender where the tenant names none
  std::string id_domain;     // right side of Message-ID and calendar UIDs
};

struct composed {
  letter mail;
  std::vector<std::string> problems;  // a tenant's templates that could not be used
};

/// failure_code::invalid_argument: this row can never become a mail (the reason says why).
result<composed> compose(const persistence::outbox_row&, const v1::MailRequest&, const mail_context&, const mail_site&,
                         const gateway::token_secret&, unix_ms now);

/// Equal for every attempt of one row, different for every other row; says nothing about a person.
std::string message_id_of(const persistence::outbox_row&, const mail_site&);

/// A guest's own name in a greeting, or nothing when it looks like an advertisement or a link: whoever books chooses the name, but the
/// mail goes to an address nobody has proved yet.
std::string greeting_name(const v1::Contact&);

}  // namespace holdfast::mail
