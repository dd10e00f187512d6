#include "gateway/mail/compose.hpp"

#include <openssl/evp.h>

#include <array>

#include "gateway/mail/calendar.hpp"
#include "gateway/mail/templates.hpp"
#include "gateway/text/booking_words.hpp"
#include "gateway/text/format.hpp"
#include "gateway/tickets/ticket.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::mail {
namespace {

std::string hex_digest(std::string_view text, std::size_t characters) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < length && out.size() < characters; ++i) {
    out += digits[digest[i] >> 4U];
    out += digits[digest[i] & 15U];
  }
  return out;
}

// The secrets that stand in links and in the QR code, made again from the nonces that the booking carries.
class links {
public:
  links(const v1::MailRequest& request, const mail_site& site, const gateway::token_secret& secret)
      : request_(request), base_(site.public_url + "/t/" + request.tenant()), secret_(secret) {}

  std::string confirm() const {
    const auto& booking = request_.booking();
    if (booking.confirm_email_nonce().empty() || booking.email_confirmed()) return {};
    return base_ +
           "/confirm?token=" + gateway::link_text(booking.booking_id(), token(v1::TOKEN_CONFIRM_EMAIL, booking.confirm_email_nonce()));
  }
  std::string page() const {
    const auto& booking = request_.booking();
    if (booking.access_nonce().empty()) return {};
    return base_ + "/bookings/" + booking.booking_id() + "?access=" + token(v1::TOKEN_ACCESS, booking.access_nonce());
  }
  std::string code() const {
    const auto& booking = request_.booking();
    if (!text::has_ticket(booking)) return {};
    return gateway::ticket_text(booking.booking_id(), token(v1::TOKEN_CHECK_IN, booking.check_in_nonce()));
  }

private:
  std::string token(v1::TokenPurpose purpose, const std::string& nonce) const {
    return gateway::derive_token(secret_, purpose, request_.tenant(), request_.booking().booking_id(), nonce);
  }
  const v1::MailRequest& request_;
  std::string base_;
  const gateway::token_secret& secret_;
};

bool is_letter(char c) noexcept { return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool looks_like_a_link(std::string_view name) noexcept {
  if (name.size() > 60 || name.find_first_of("/:@\\<>[](){}|=%") != std::string_view::npos) return true;
  for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1))
    if (dot + 2 < name.size() && is_letter(name[dot + 1]) && is_letter(name[dot + 2]))
      return true;  // "evil.com"; neither "J.R." nor "Dr. No"
  return false;
}

std::string addressee(const v1::Contact& contact) {
  return looks_like_a_link(contact.first_name()) || looks_like_a_link(contact.last_name()) ? std::string() : text::full_name(contact);
}

std::string place(const mail_context& context, const v1::BookingView& booking) {
  const auto block_id = block_of_booking(booking.booking_id());
  std::string block;
  // One block means that its title says nothing that the event's does not.
  if (context.event.blocks_size() > 1)
    for (const auto& one : context.event.blocks())
      if (one.block_id() == block_id) block = one.title();
  const auto& region = context.event.definition().region();
  if (block.empty() || block == region) return region;
  return region.empty() ? block : block + ", " + region;
}

text::values words(const v1::MailRequest& request, const mail_context& context, const std::string& language, const links& urls,
                   const std::string& place, bool with_code) {
  const auto& booking = request.booking();
  const auto& tenant = context.tenant;
  const auto& event = context.event.definition();
  const auto pending = booking.status() == v1::BOOKING_PENDING_EMAIL;
  return text::values()
      .set("language", language)
      .set("tenant_name", tenant.name().empty() ? tenant.slug() : tenant.name())
      .set("event_title", text::event_title(event, language))
      .set("event_when", text::when(tenant, event, booking, language))
      .set("event_zone", text::zone_name(tenant.time_zone(), language))
      .set("event_where", place)
      .set("greeting_name", greeting_name(booking.contact()))
      .set("confirmation_code", booking.confirmation_code())
      .set("booking_id", booking.booking_id())
      .set("seats", text::seats(booking, language))
      .set("spots", text::spots(booking))
      .set("total", text::total(booking, language))
      .set("party", text::one_line(booking.party(), 80))
      .set("expires_when",
           pending && booking.expires_at_ms() > 0 ? text::moment(booking.expires_at_ms(), tenant.time_zone(), language) : std::string())
      .set("confirm_url", urls.confirm())
      .set("booking_url", urls.page())
      .set("qr_src", with_code ? "cid:" + std::string(qr_content_id) : std::string())
      .set("pending", pending)
      .set("apart", booking.assigned() && !booking.adjacent() && booking.quantity() > 1)
      .set("attribution", event.attribution().empty() ? tenant.attribution() : event.attribution());
}

void add_calendar(letter& mail, const v1::MailRequest& request, const mail_context& context, const mail_site& site,
                  const std::string& where, const std::string& url, unix_ms now) {
  const auto& booking = request.booking();
  const auto cancelled = booking.status() == v1::BOOKING_CANCELLED;
  const auto span = text::interval_of(context.event.definition(), booking);
  // A reservation that was never confirmed has put nothing into a calendar.
  if ((!text::has_ticket(booking) && !(cancelled && booking.confirmed_at_ms() > 0)) || span.begin_ms() <= 0 ||
      span.end_ms() <= span.begin_ms())
    return;
  mail.calendar_method = cancelled ? "CANCEL" : "PUBLISH";
  mail.calendar = calendar_object({.uid = booking.booking_id() + '@' + site.id_domain,
                                   .begin = span.begin_ms(),
                                   .end = span.end_ms(),
                                   .stamp = now,
                                   .summary = text::event_title(context.event.definition(), mail.language),
                                   .location = where,
                                   .description = text::seats(booking, mail.language) + '\n' + booking.confirmation_code(),
                                   .url = url,
                                   .cancelled = cancelled});
}

}  // namespace

std::string message_id_of(const persistence::outbox_row& row, const mail_site& site) {
  return hex_digest(row.entity.value, 20) + '.' + std::to_string(row.at.value) + '.' + std::to_string(row.index) + '@' + site.id_domain;
}

std::string greeting_name(const v1::Contact& contact) {
  return looks_like_a_link(contact.first_name()) ? std::string() : text::one_line(contact.first_name());
}

result<composed> compose(const persistence::outbox_row& row, const v1::MailRequest& request, const mail_context& context,
                         const mail_site& site, const gateway::token_secret& secret, unix_ms now) {
  const auto& booking = request.booking();
  if (!valid_booking(booking.booking_id()) || !valid_tenant(request.tenant()))
    return fail(failure_code::invalid_argument, "no booking named");
  if (!deliverable(booking.contact().email())) return fail(failure_code::invalid_argument, "the recipient's address cannot be used");

  const links urls(request, site, secret);
  const auto code = urls.code();
  const std::string language(text::language_for(context.tenant, booking.contact().language()));
  const auto where = place(context, booking);
  auto texts = render_mail(context.tenant, request.template_(), language, words(request, context, language, urls, where, !code.empty()));
  if (!texts) return fail(failure_code::invalid_argument, texts.error().detail);

  composed out;
  out.problems = std::move(texts->problems);
  auto& mail = out.mail;
  mail.from = {context.tenant.name(), deliverable(context.tenant.mail_from()) ? context.tenant.mail_from() : site.from_address};
  mail.to = {addressee(booking.contact()), booking.contact().email()};
  mail.subject = text::one_line(texts->subject);
  mail.text = std::move(texts->text);
  mail.html = std::move(texts->html);
  mail.language = language;
  mail.message_id = message_id_of(row, site);
  mail.date = now;
  if (!code.empty()) mail.qr_png = tickets::qr_png(code);
  add_calendar(mail, request, context, site, where, urls.page(), now);
  return out;
}

}  // namespace holdfast::mail
