#include "gateway/tickets/ticket.hpp"

#include <algorithm>
#include <cstdlib>
#include <span>

#include "gateway/text/booking_words.hpp"
#include "gateway/text/catalogue.hpp"
#include "gateway/text/embedded.hpp"
#include "gateway/text/template.hpp"

namespace holdfast::tickets {

std::span<const text::embedded_file> ticket_files();

namespace {

std::string_view file(std::string_view name) noexcept {
  const auto all = ticket_files();
  const auto it = std::find_if(all.begin(), all.end(), [&](const auto& f) { return f.name == name; });
  return it == all.end() ? std::string_view() : it->content;
}

// It goes into an SVG attribute, so nothing but a colour may stand there.
bool is_colour(std::string_view s) noexcept {
  return s.size() == 7 && s[0] == '#' && s.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
}

text::values::list rows(const ticket_view& view) {
  text::values::list out;
  const auto add = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) out.push_back(text::values().set("label", text::say(view.language, key)).set("value", value));
  };
  add("ticket.when", view.when);
  add("ticket.where", view.where);
  add("ticket.name", view.holder);
  add("ticket.places", view.seats);
  add("ticket.spots", view.spots);
  add("ticket.paid", view.total);
  add("ticket.status", view.status);
  add("ticket.code", view.confirmation_code);
  return out;
}

}  // namespace

ticket_view make_ticket_view(const v1::TenantDefinition& tenant, const v1::EventDefinition& event, const v1::BookingView& booking,
                             std::string_view wanted_language, std::string image_src, std::string css_href) {
  const auto language =
      text::language_for(tenant, wanted_language.empty() ? std::string_view(booking.contact().language()) : wanted_language);
  ticket_view view;
  view.language = language;
  view.tenant_name = tenant.name();
  view.event_title = text::event_title(event, language);
  view.when = text::when(tenant, event, booking, language);
  view.where = event.region();
  view.holder = text::full_name(booking.contact());
  view.seats = text::seats(booking, language);
  view.spots = text::spots(booking);
  view.total = text::total(booking, language);
  view.status = text::status(booking.status(), language);
  view.confirmation_code = booking.confirmation_code();
  view.attribution = event.attribution().empty() ? tenant.attribution() : event.attribution();
  if (is_colour(tenant.accent_color())) view.accent_color = tenant.accent_color();
  if (text::has_ticket(booking)) view.image_src = std::move(image_src);
  view.css_href = std::move(css_href);
  return view;
}

std::string ticket_page(const ticket_view& view) {
  using text::say;
  const auto words = text::values()
                         .set("language", view.language)
                         .set("page_title", say(view.language, "ticket.title", {{"event", view.event_title}}))
                         .set("css_href", view.css_href)
                         .set("accent_color", view.accent_color)
                         .set("tenant_name", view.tenant_name)
                         .set("heading", say(view.language, "ticket.heading"))
                         .set("event_title", view.event_title)
                         .set("image_src", view.image_src)
                         .set("qr_alt", say(view.language, "ticket.qr", {{"code", view.confirmation_code}}))
                         .set("show_text", say(view.language, "ticket.show"))
                         .set("invalid_text", say(view.language, "ticket.invalid"))
                         .set("print_text", say(view.language, "ticket.print"))
                         .set("attribution", view.attribution)
                         .set("rows", rows(view));
  auto page = text::render(file("ticket.html"), words, text::escaping::html);
  // Our own template within its bounds: only a view of absurd size could get here, and then an empty page is the answer.
  return page ? std::move(*page) : std::string();
}

std::string_view ticket_css() noexcept { return file("ticket.css"); }

}  // namespace holdfast::tickets
