#include "gateway/mail/templates.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "gateway/text/catalogue.hpp"
#include "gateway/text/embedded.hpp"

namespace holdfast::mail {

std::span<const text::embedded_file> template_files();

namespace {

constexpr std::array<std::string_view, 3> names{"booking_cancelled", "confirm_email", "ticket"};

std::optional<std::string_view> shipped(std::string_view file) noexcept {
  for (const auto& one : template_files())
    if (one.name == file) return one.content;
  return std::nullopt;
}

text::escaping escaping_of(std::string_view part) noexcept { return part == "html" ? text::escaping::html : text::escaping::none; }

// Renders the tenant's own template where there is one that works, else ours.
class wording {
public:
  wording(const v1::TenantDefinition& tenant, std::string_view name, std::string_view language, rendered& out)
      : tenant_(tenant), stem_(std::string(name) + '.' + std::string(language) + '.'), out_(out) {}

  result<std::string> render(std::string_view part, const text::values& with) {
    const auto key = stem_ + std::string(part);
    if (const auto own = tenant_.mail_templates().find(key); own != tenant_.mail_templates().end()) {
      auto text = text::render(own->second, with, escaping_of(part));
      if (text) return text;
      out_.problems.push_back(key + ": " + text.error().detail);
    }
    const auto ours = shipped(part == "text" ? stem_ + "txt" : key);
    if (!ours) return fail(failure_code::not_found, "there is no mail template " + key);
    return text::render(*ours, with, escaping_of(part));
  }

private:
  const v1::TenantDefinition& tenant_;
  std::string stem_;
  rendered& out_;
};

// The layout alone may insert one value unescaped: the body, which was escaped when it was rendered.
bool usable_layout(std::string_view source, std::string_view key, std::vector<std::string>& problems) {
  auto outside = std::string(source);
  const auto body = outside.find("{{{body}}}");
  if (body == std::string::npos) {
    problems.push_back(std::string(key) + ": the layout must contain {{{body}}}");
    return false;
  }
  outside.erase(body, std::string_view("{{{body}}}").size());
  const auto found = text::check(outside, sample_values(), text::escaping::html);
  for (const auto& one : found) problems.push_back(std::string(key) + ": " + one);
  return found.empty();
}

result<std::string> frame(const v1::TenantDefinition& tenant, std::string_view language, const text::values& with, rendered& out) {
  const auto key = "layout." + std::string(language) + ".html";
  if (const auto own = tenant.mail_templates().find(key); own != tenant.mail_templates().end())
    if (usable_layout(own->second, key, out.problems))
      if (auto page = text::render_layout(own->second, with)) return page;
  return text::render_layout(shipped("layout.html").value_or("{{{body}}}"), with);
}

}  // namespace

std::span<const std::string_view> template_names() noexcept { return names; }

text::values sample_values() {
  return text::values()
      .set("language", "en")
      .set("tenant_name", "Harbour Theatre")
      .set("event_title", "The Tempest")
      .set("event_when", "Saturday 3 July 2027 at 19:30–22:00")
      .set("event_zone", "Denmark Time")
      .set("event_where", "Main stage")
      .set("greeting_name", "Ada")
      .set("confirmation_code", "7K3M9Q2X")
      .set("booking_id", "tempest.floor.7k3m9q2xw4tz")
      .set("seats", "2 places")
      .set("spots", "A1, A2")
      .set("total", "DKK 240.00")
      .set("party", "The Lovelaces")
      .set("expires_when", "Friday 2 July 2027 at 12:00")
      .set("confirm_url", "https://book.example/t/harbour/confirm?token=x")
      .set("booking_url", "https://book.example/t/harbour/bookings/x?access=y")
      .set("qr_src", "cid:x")
      .set("pending", true)
      .set("apart", true)
      .set("attribution", "Data: example")
      .set("subject", "Your ticket");
}

std::vector<std::string> check_override(std::string_view key, std::string_view source) {
  const auto first = key.find('.');
  const auto last = key.rfind('.');
  const auto speaks = [&](std::string_view language) { return std::ranges::find(text::languages(), language) != text::languages().end(); };
  if (first == std::string_view::npos || last == first || !speaks(key.substr(first + 1, last - first - 1)))
    return {std::string(key) + ": a template's name is <template>.<language>.<subject|text|html>"};
  const auto name = key.substr(0, first);
  const auto part = key.substr(last + 1);
  std::vector<std::string> problems;
  if (name == "layout" && part == "html") {
    usable_layout(source, key, problems);
    return problems;
  }
  if (std::ranges::find(names, name) == names.end() || (part != "subject" && part != "text" && part != "html"))
    return {std::string(key) + ": there is no such template"};
  for (const auto& one : text::check(source, sample_values(), escaping_of(part))) problems.push_back(std::string(key) + ": " + one);
  return problems;
}

result<rendered> render_mail(const v1::TenantDefinition& tenant, std::string_view name, std::string_view language,
                             const text::values& with) {
  rendered out;
  wording words(tenant, name, language, out);
  auto subject = words.render("subject", with);
  if (!subject) return subject.error();
  auto plain = words.render("text", with);
  if (!plain) return plain.error();
  auto body = words.render("html", with);
  if (!body) return body.error();

  auto framed = with;
  framed.set("subject", *subject).set("body", *body);
  auto page = frame(tenant, language, framed, out);
  if (!page) return page.error();
  out.subject = std::move(*subject);
  out.text = std::move(*plain);
  out.html = std::move(*page);
  return out;
}

}  // namespace holdfast::mail
