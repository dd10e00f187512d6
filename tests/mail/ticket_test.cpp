#include "gateway/tickets/ticket.hpp"

#include <gtest/gtest.h>

#include "tests/mail/samples.hpp"

namespace holdfast::tickets {
namespace {

using test::confirmed;
using test::performance;
using test::theatre;

std::string page_of(const v1::BookingView& booking, std::string_view language = {}) {
  return ticket_page(make_ticket_view(theatre(), performance(), booking, language, "ticket.png?access=s3cret"));
}

bool has(const std::string& page, std::string_view what) { return page.find(what) != std::string::npos; }

TEST(TicketPage, SpeaksTheGuestsLanguage) {
  const auto danish = page_of(confirmed());
  EXPECT_TRUE(has(danish, "<html lang=\"da\">"));
  EXPECT_TRUE(has(danish, "Stormen på Søen"));
  EXPECT_TRUE(has(danish, "2 pladser"));
  EXPECT_TRUE(has(danish, "Søren Ærøskøbing"));
  const auto english = page_of(confirmed(), "en");
  EXPECT_TRUE(has(english, "<html lang=\"en\">"));
  EXPECT_TRUE(has(english, "The Tempest"));
  EXPECT_TRUE(has(english, "19:30"));
}

TEST(TicketPage, ShowsTheCodeAsAnImageWithWords) {
  const auto page = page_of(confirmed(), "en");
  EXPECT_TRUE(
      has(page, "<img src=\"ticket.png?access=s3cret\" alt=\"QR code of your ticket. If it cannot be read, say the code Q4R7T2WX.\""));
  EXPECT_TRUE(has(page, "<link rel=\"stylesheet\" href=\"/assets/ticket.css\">"));
}

TEST(TicketPage, HasNoTicketUnlessConfirmed) {
  for (const auto status : {v1::BOOKING_CANCELLED, v1::BOOKING_PENDING_EMAIL, v1::BOOKING_HELD, v1::BOOKING_EXPIRED}) {
    auto booking = confirmed();
    booking.set_status(status);
    const auto page = page_of(booking, "en");
    EXPECT_FALSE(has(page, "<img")) << status;
    EXPECT_TRUE(has(page, "no valid ticket")) << status;
  }
}

TEST(TicketPage, HoldsNoScriptAndNoInlineStyle) {
  const auto page = page_of(confirmed());
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_FALSE(has(page, "style="));
  EXPECT_FALSE(has(page, "<style"));
  EXPECT_FALSE(has(page, "{{"));
}

TEST(TicketPage, EscapesWhatPeopleTyped) {
  auto booking = confirmed();
  booking.mutable_contact()->set_first_name("<script>alert(1)</script>");
  booking.mutable_contact()->set_last_name("\" onload=\"x");
  auto tenant = theatre();
  tenant.set_accent_color("red\" onload=\"x");
  tenant.set_name("A & B <i>");
  const auto page = ticket_page(make_ticket_view(tenant, performance(), booking, "en", "x\"><script>"));
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_FALSE(has(page, "\" onload"));
  EXPECT_TRUE(has(page, "A &amp; B &lt;i&gt;"));
  EXPECT_FALSE(has(page, "<svg")) << "a colour that is none is left out";
}

TEST(TicketPage, NamesSpotsAndPrice) {
  auto booking = confirmed();
  booking.clear_spots();
  booking.add_spots()->set_spot("A1");
  booking.add_spots()->set_spot("A2");
  const auto page = page_of(booking, "en");
  EXPECT_TRUE(has(page, "A1, A2"));
  EXPECT_TRUE(has(page, "240.00"));
  EXPECT_FALSE(has(page_of(confirmed(), "en"), "Your spots")) << "general admission has no spots to name";
}

TEST(TicketCss, IsThere) { EXPECT_NE(ticket_css().find("@media print"), std::string_view::npos); }

}  // namespace
}  // namespace holdfast::tickets
