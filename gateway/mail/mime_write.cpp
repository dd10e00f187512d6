#include <algorithm>

#include "gateway/mail/gobjects.hpp"
#include "gateway/mail/mime.hpp"
#include "gateway/text/booking_words.hpp"

// multipart/mixed
// ├─ multipart/alternative
// │  ├─ text/plain
// │  └─ multipart/related        (only with a QR code)
// │     ├─ text/html
// │     └─ image/png             Content-ID: qr_content_id
// └─ text/calendar               (only with a calendar entry)

namespace holdfast::mail {
namespace {

owned<GMimeObject> text_part(const char* subtype, const std::string& content) {
  owned<GMimeObject> part(GMIME_OBJECT(g_mime_text_part_new_with_subtype(subtype)));
  g_mime_text_part_set_charset(GMIME_TEXT_PART(part.get()), "utf-8");
  g_mime_text_part_set_text(GMIME_TEXT_PART(part.get()), content.c_str());
  g_mime_part_set_content_encoding(GMIME_PART(part.get()), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  return part;
}

owned<GMimeObject> data_part(const char* type, const char* subtype, const std::string& bytes) {
  owned<GMimeObject> part(GMIME_OBJECT(g_mime_part_new_with_type(type, subtype)));
  owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
  owned<GMimeDataWrapper> content(g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_DEFAULT));
  g_mime_part_set_content(GMIME_PART(part.get()), content.get());
  g_mime_part_set_content_encoding(GMIME_PART(part.get()), GMIME_CONTENT_ENCODING_BASE64);
  return part;
}

// GMime would draw boundaries at random; derived ones keep the bytes repeatable. The letters after "=_" cannot occur in
// quoted-printable or base64 text.
owned<GMimeMultipart> multipart(const char* subtype, const letter& from) {
  owned<GMimeMultipart> made(g_mime_multipart_new_with_subtype(subtype));
  std::string seed;
  for (const char c : from.message_id.substr(0, 32))
    seed += (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? c : '-';
  g_mime_multipart_set_boundary(made.get(), ("=_" + std::string(subtype) + "_" + seed).c_str());
  return made;
}

owned<GMimeObject> html_with_code(const letter& from) {
  auto html = text_part("html", from.html);
  if (from.qr_png.empty()) return html;
  auto image = data_part("image", "png", from.qr_png);
  g_mime_part_set_content_id(GMIME_PART(image.get()), qr_content_id);
  g_mime_object_set_disposition(image.get(), GMIME_DISPOSITION_INLINE);
  g_mime_part_set_filename(GMIME_PART(image.get()), "ticket.png");
  auto related = multipart("related", from);
  g_mime_multipart_add(related.get(), html.get());
  g_mime_multipart_add(related.get(), image.get());
  return owned<GMimeObject>(GMIME_OBJECT(related.release()));
}

owned<GMimeObject> body(const letter& from) {
  auto alternative = multipart("alternative", from);
  g_mime_multipart_add(alternative.get(), text_part("plain", from.text).get());
  g_mime_multipart_add(alternative.get(), html_with_code(from).get());
  if (from.calendar.empty()) return owned<GMimeObject>(GMIME_OBJECT(alternative.release()));

  auto calendar = data_part("text", "calendar", from.calendar);
  g_mime_object_set_content_type_parameter(calendar.get(), "charset", "utf-8");
  g_mime_object_set_content_type_parameter(calendar.get(), "method", from.calendar_method.c_str());
  g_mime_object_set_disposition(calendar.get(), GMIME_DISPOSITION_ATTACHMENT);
  g_mime_part_set_filename(GMIME_PART(calendar.get()), "booking.ics");
  auto mixed = multipart("mixed", from);
  g_mime_multipart_add(mixed.get(), GMIME_OBJECT(alternative.get()));
  g_mime_multipart_add(mixed.get(), calendar.get());
  return owned<GMimeObject>(GMIME_OBJECT(mixed.release()));
}

void add_headers(GMimeMessage* message, const letter& from) {
  // one_line: a line break in a name or subject must not become a header of its own.
  g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, text::one_line(from.from.name).c_str(), from.from.email.c_str());
  g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, text::one_line(from.to.name).c_str(), from.to.email.c_str());
  g_mime_message_set_subject(message, text::one_line(from.subject).c_str(), "utf-8");
  if (GDateTime* date = g_date_time_new_from_unix_utc(from.date / 1000); date != nullptr) {
    g_mime_message_set_date(message, date);
    g_date_time_unref(date);
  }
  g_mime_message_set_message_id(message, from.message_id.c_str());
  auto* object = GMIME_OBJECT(message);
  g_mime_object_set_header(object, "Auto-Submitted", "auto-generated", nullptr);  // RFC 3834: no holiday answers, please
  g_mime_object_set_header(object, "X-Auto-Response-Suppress", "All", nullptr);   // the same for Exchange
  g_mime_object_set_header(object, "Content-Language", from.language.c_str(), nullptr);
}

bool ascii_letter_or_digit(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

}  // namespace

bool deliverable(std::string_view email) noexcept {
  const auto at = email.find('@');
  if (email.size() > 254 || at == std::string_view::npos || at == 0 || at > 64 || email.find('@', at + 1) != std::string_view::npos)
    return false;
  const auto local = email.substr(0, at);
  const auto host = email.substr(at + 1);
  for (const char c : email)
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7F || std::string_view("\"(),:;<>[]\\").find(c) != std::string_view::npos)
      return false;
  if (local.front() == '.' || local.back() == '.' || local.front() == '-' || local.find("..") != std::string_view::npos) return false;
  if (host.empty() || host.front() == '.' || host.back() == '.' || host.front() == '-' || host.find("..") != std::string_view::npos)
    return false;
  return std::all_of(host.begin(), host.end(),
                     [](char c) { return ascii_letter_or_digit(c) || c == '.' || c == '-' || static_cast<unsigned char>(c) >= 0x80; });
}

result<std::string> to_mime(const letter& from) {
  if (!deliverable(from.to.email)) return fail(failure_code::invalid_argument, "the recipient's address cannot be used");
  if (!deliverable(from.from.email)) return fail(failure_code::invalid_argument, "the sender's address cannot be used");
  prepare_gmime();
  owned<GMimeMessage> message(g_mime_message_new(TRUE));
  add_headers(message.get(), from);
  g_mime_message_set_mime_part(message.get(), body(from).get());

  owned<GMimeStream> memory(g_mime_stream_mem_new());
  auto* options = g_mime_format_options_new();
  g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
  const auto written = g_mime_object_write_to_stream(GMIME_OBJECT(message.get()), options, memory.get());
  g_mime_format_options_free(options);
  if (written < 0) return fail(failure_code::unavailable, "no memory for the mail");
  return bytes_of(memory.get());
}

}  // namespace holdfast::mail
