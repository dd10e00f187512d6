#pragma once
// A mailbox for development: what the files transport wrote, at /dev/mail. Registered only while mails go to files.
#include "gateway/http/exchange.hpp"
#include "gateway/http/router.hpp"
#include "gateway/mail/files_transport.hpp"

namespace holdfast::mail {

inline constexpr std::size_t dev_list_max = 50;

gateway::response dev_mail_list(const mail_folder&);
gateway::response dev_mail_show(const mail_folder&, std::string_view name);
/// The HTML part alone, for a frame that may neither run scripts nor load anything.
gateway::response dev_mail_html(const mail_folder&, std::string_view name);
gateway::response dev_mail_source(const mail_folder&, std::string_view name);

/// GET /dev/mail, /dev/mail/{name}, /dev/mail/{name}/html, /dev/mail/{name}/source and the style sheet.
void add_dev_mail(gateway::router&, const mail_folder&);

}  // namespace holdfast::mail
