#pragma once
// The ticket: its QR code as an image, and a page to print. What the code says is gateway::ticket_text() (gateway/auth/tokens.hpp).
#include <string>
#include <string_view>

#include "holdfast/v1/event.pb.h"
#include "holdfast/v1/spot_block.pb.h"
#include "holdfast/v1/tenant.pb.h"

namespace holdfast::tickets {

/// Longest text that qr_png draws; a ticket of the longest allowed booking id is shorter.
inline constexpr std::size_t qr_text_bytes_max = 512;

/// 1-bit PNG, 8 pixels per module, quiet zone of 4 modules, error correction M. Empty for an empty or too long text.
/// The last 256 codes are kept, because a page, its print and the mail show the same one.
std::string qr_png(std::string_view text);

/// What the printable page shows, already in words of one language.
struct ticket_view {
  std::string language;  // "da" or "en"
  std::string tenant_name;
  std::string event_title;
  std::string when;   // in the tenant's time zone
  std::string where;  // region or block title; may be empty
  std::string holder;
  std::string seats;  // "2 places"
  std::string spots;  // "A1, A2"; empty where the flow has none to name
  std::string total;  // empty when free
  std::string status;
  std::string confirmation_code;
  std::string attribution;
  std::string accent_color;  // "#rrggbb" or empty
  std::string image_src;     // URL of the QR image; empty when the booking has no valid ticket
  std::string css_href;      // URL under which ticket_css() is served
};

/// `image_src` is used only when the booking is confirmed or checked in: other bookings have no valid ticket.
/// `wanted_language` may be empty: then the guest's own language counts.
ticket_view make_ticket_view(const v1::TenantDefinition&, const v1::EventDefinition&, const v1::BookingView&,
                             std::string_view wanted_language, std::string image_src, std::string css_href = "/assets/ticket.css");

/// A complete HTML document without script or inline style, to be served under a strict Content-Security-Policy.
std::string ticket_page(const ticket_view&);

/// The page's style sheet, text/css, to be served at ticket_view::css_href.
std::string_view ticket_css() noexcept;

}  // namespace holdfast::tickets
