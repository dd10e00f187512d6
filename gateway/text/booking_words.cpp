#include "gateway/text/booking_words.hpp"

#include <unicode/utf8.h>

#include <algorithm>
#include <vector>

#include "gateway/text/catalogue.hpp"
#include "gateway/text/format.hpp"

namespace holdfast::text {

std::string pick(const google::protobuf::Map<std::string, std::string>& by_language, std::string_view language) {
  for (const auto wanted : {language, std::string_view("en")})
    if (const auto it = by_language.find(std::string(wanted)); it != by_language.end() && !it->second.empty()) return it->second;
  // The order of a protobuf map is not defined: take the smallest key, so that everyone sees the same text.
  const auto first =
      std::min_element(by_language.begin(), by_language.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return first == by_language.end() ? std::string() : first->second;
}

std::string_view language_for(const v1::TenantDefinition& tenant, std::string_view wanted) {
  const std::vector<std::string> offered(tenant.languages().begin(), tenant.languages().end());
  return choose_language(wanted, offered);
}

std::string event_title(const v1::EventDefinition& event, std::string_view language) {
  auto title = pick(event.title(), language);
  return title.empty() ? event.id() : title;
}

v1::Interval interval_of(const v1::EventDefinition& event, const v1::BookingView& booking) {
  return booking.interval().end_ms() > booking.interval().begin_ms() ? booking.interval() : event.frame();
}

std::string when(const v1::TenantDefinition& tenant, const v1::EventDefinition& event, const v1::BookingView& booking,
                 std::string_view language) {
  const auto span = interval_of(event, booking);
  if (span.begin_ms() == 0) return {};
  return interval(span.begin_ms(), span.end_ms(), tenant.time_zone(), language);
}

std::string seats(const v1::BookingView& booking, std::string_view language) {
  return say(language, "seats", {{"n", static_cast<std::int64_t>(booking.quantity())}});
}

std::string spots(const v1::BookingView& booking) {
  if (booking.spots_size() == 1 && booking.spots(0).spot() == "seat") return {};
  std::string out;
  for (const auto& one : booking.spots()) {
    if (!out.empty()) out += ", ";
    out += one.spot();
    if (one.quantity() > 1) out += " × " + std::to_string(one.quantity());
  }
  return out;
}

std::string total(const v1::BookingView& booking, std::string_view language) {
  if (booking.total().minor() == 0 || booking.total().currency().empty()) return {};
  return money(booking.total().minor(), booking.total().currency(), language);
}

std::string status(v1::BookingStatus status, std::string_view language) {
  switch (status) {
    case v1::BOOKING_HELD:
      return say(language, "status.held");
    case v1::BOOKING_PENDING_EMAIL:
      return say(language, "status.pending_email");
    case v1::BOOKING_CONFIRMED:
      return say(language, "status.confirmed");
    case v1::BOOKING_CHECKED_IN:
      return say(language, "status.checked_in");
    case v1::BOOKING_COMPLETED:
      return say(language, "status.completed");
    case v1::BOOKING_NO_SHOW:
      return say(language, "status.no_show");
    case v1::BOOKING_CANCELLED:
      return say(language, "status.cancelled");
    case v1::BOOKING_EXPIRED:
      return say(language, "status.expired");
    default:
      return say(language, "status.pending");
  }
}

std::string full_name(const v1::Contact& contact) {
  auto name = contact.first_name();
  if (!name.empty() && !contact.last_name().empty()) name += ' ';
  return one_line(name + contact.last_name());
}

bool has_ticket(const v1::BookingView& booking) noexcept {
  return (booking.status() == v1::BOOKING_CONFIRMED || booking.status() == v1::BOOKING_CHECKED_IN) && !booking.check_in_nonce().empty();
}

std::string one_line(std::string_view in, std::size_t bytes_max) {
  std::string out;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(in.data());
  const auto size = static_cast<std::int32_t>(std::min<std::size_t>(in.size(), 1 << 20));
  for (std::int32_t at = 0; at < size;) {
    const auto begin = at;
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    // C0, DEL, C1, the line separators, and the marks that turn the reading direction of what follows.
    const auto bad =
        c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    const auto piece = c < 0 ? std::string_view("\xEF\xBF\xBD")
                       : bad ? std::string_view(" ")
                             : in.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(at - begin));
    if (out.size() + piece.size() > bytes_max) break;
    out += piece;
  }
  const auto first = out.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return out.substr(first, out.find_last_not_of(' ') - first + 1);
}

}  // namespace holdfast::text
