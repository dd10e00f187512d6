#include "gateway/mail/dev_pages.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "gateway/mail/mime.hpp"
#include "gateway/text/embedded.hpp"
#include "gateway/text/template.hpp"

namespace holdfast::mail {

std::span<const text::embedded_file> dev_files();

namespace {

using gateway::response;

constexpr char page_policy[] =
    "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
// The mail's own page: `sandbox` holds also when someone opens it without the frame.
constexpr char mail_policy[] =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'self'";

std::string_view file(std::string_view name) noexcept {
  for (const auto& one : dev_files())
    if (one.name == name) return one.content;
  return {};
}

response reply_with(int status, std::string type, std::string body, const char* policy) {
  response out;
  out.status = status;
  out.content_type = std::move(type);
  out.body = std::make_shared<const std::string>(std::move(body));
  out.headers = {{"Content-Security-Policy", policy},
                 {"Cache-Control", "no-store"},
                 {"X-Content-Type-Options", "nosniff"},
                 {"Referrer-Policy", "no-referrer"}};
  return out;
}

response page(std::string_view name, const text::values& with) {
  auto html = text::render(file(name), with, text::escaping::html);
  if (!html) return reply_with(413, "text/plain; charset=utf-8", "The mail is too large to show.\n", page_policy);
  return reply_with(200, "text/html; charset=utf-8", std::move(*html), page_policy);
}

response missing() { return reply_with(404, "text/plain; charset=utf-8", "There is no such mail.\n", page_policy); }

result<read_mail> open(const mail_folder& folder, std::string_view name) {
  auto bytes = folder.get(name);
  if (!bytes) return bytes.error();
  return parse_mail(*bytes);
}

text::values::list links_in(std::string_view text) {
  text::values::list out;
  for (auto at = text.find("http"); at != std::string_view::npos; at = text.find("http", at + 1)) {
    const auto rest = text.substr(at);
    if (!rest.starts_with("http://") && !rest.starts_with("https://")) continue;
    out.push_back(text::values().set("url", std::string(rest.substr(0, rest.find_first_of(" \t\r\n<>\"")))));
  }
  return out;
}

std::string data_uri(const mail_part& part) {
  std::string text(4 * ((part.content.size() + 2) / 3) + 1, '\0');
  const auto n = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(part.content.data()),
                                 static_cast<int>(part.content.size()));
  text.resize(static_cast<std::size_t>(n));
  return "data:" + part.type + ";base64," + text;
}

std::string text_or(const std::string& text, std::string_view otherwise) { return text.empty() ? std::string(otherwise) : text; }

}  // namespace

response dev_mail_list(const mail_folder& folder) {
  const auto names = folder.names();
  text::values::list mails;
  for (const auto& name : names) {
    if (mails.size() >= dev_list_max) break;
    if (const auto mail = open(folder, name))
      mails.push_back(text::values()
                          .set("name", name)
                          .set("subject", text_or(mail->subject, "(no subject)"))
                          .set("to", mail->to)
                          .set("date", mail->date));
  }
  const auto shown = mails.size();
  return page("list.html", text::values()
                               .set("none", names.empty())
                               .set("any", !names.empty())
                               .set("count", "The newest " + std::to_string(shown) + " of " + std::to_string(names.size()))
                               .set("mails", std::move(mails)));
}

response dev_mail_show(const mail_folder& folder, std::string_view name) {
  const auto mail = open(folder, name);
  if (!mail) return missing();
  const auto* plain = mail->find("text/plain");
  const auto body = plain == nullptr ? std::string() : plain->content;
  text::values::list parts;
  for (const auto& part : mail->parts)
    parts.push_back(
        text::values().set("part_type", part.type).set("part_name", part.name).set("part_size", std::to_string(part.content.size())));
  auto links = links_in(body);
  const auto none = links.empty();
  return page("mail.html", text::values()
                               .set("name", std::string(name))
                               .set("subject", text_or(mail->subject, "(no subject)"))
                               .set("from", mail->from)
                               .set("to", mail->to)
                               .set("date", mail->date)
                               .set("message_id", mail->message_id)
                               .set("text", body)
                               .set("no_links", none)
                               .set("links", std::move(links))
                               .set("parts", std::move(parts)));
}

response dev_mail_html(const mail_folder& folder, std::string_view name) {
  const auto mail = open(folder, name);
  if (!mail) return missing();
  const auto* html = mail->find("text/html");
  if (html == nullptr) return missing();
  auto body = html->content;
  for (const auto& part : mail->parts) {
    if (part.content_id.empty()) continue;
    const auto reference = "cid:" + part.content_id;
    const auto uri = data_uri(part);
    for (auto at = body.find(reference); at != std::string::npos; at = body.find(reference, at + uri.size()))
      body.replace(at, reference.size(), uri);
  }
  return reply_with(200, "text/html; charset=utf-8", std::move(body), mail_policy);
}

response dev_mail_source(const mail_folder& folder, std::string_view name) {
  auto bytes = folder.get(name);
  if (!bytes) return missing();
  return reply_with(200, "text/plain; charset=utf-8", std::move(*bytes), page_policy);
}

void add_dev_mail(gateway::router& routes, const mail_folder& folder) {
  using gateway::path_parameters;
  using gateway::responder;
  using incoming = std::shared_ptr<const gateway::request>;
  routes.add("GET", "/dev/mail", "dev_mail_list",
             [folder](const incoming&, const path_parameters&, const responder& done) { done(dev_mail_list(folder)); });
  routes.add("GET", "/dev/mail/{name}", "dev_mail_show",
             [folder](const incoming&, const path_parameters& at, const responder& done) { done(dev_mail_show(folder, at.at("name"))); });
  routes.add("GET", "/dev/mail/{name}/html", "dev_mail_html",
             [folder](const incoming&, const path_parameters& at, const responder& done) { done(dev_mail_html(folder, at.at("name"))); });
  routes.add("GET", "/dev/mail/{name}/source", "dev_mail_source",
             [folder](const incoming&, const path_parameters& at, const responder& done) { done(dev_mail_source(folder, at.at("name"))); });
  routes.add("GET", "/dev/mail.css", "dev_mail_css", [](const incoming&, const path_parameters&, const responder& done) {
    done(reply_with(200, "text/css; charset=utf-8", std::string(file("dev.css")), page_policy));
  });
}

}  // namespace holdfast::mail
