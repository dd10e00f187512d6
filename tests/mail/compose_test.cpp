#include "gateway/mail/compose.hpp"

#include <gtest/gtest.h>

#include "tests/mail/oracles.hpp"
#include "tests/mail/samples.hpp"

namespace holdfast::mail {
namespace {

using namespace test;

composed composed_from(const v1::MailRequest& wanted, const mail_context& about = context()) {
  const auto made = compose(row(7, wanted), wanted, about, site(), secret(), now_ms);
  EXPECT_TRUE(made) << (made ? "" : made.error().detail);
  return made ? *made : composed{};
}

bool has(const std::string& text, std::string_view what) { return text.find(what) != std::string::npos; }

std::string token(v1::TokenPurpose purpose, const std::string& nonce) {
  return gateway::derive_token(secret(), purpose, "harbour", reservation().booking_id(), nonce);
}

TEST(Compose, AReservationGetsAConfirmationLink) {
  const auto mail = composed_from(request("confirm_email", reservation())).mail;
  const auto link = "https://book.example/t/harbour/confirm?token=tempest.floor.7k3m9q2xw4tz~" +
                    token(v1::TOKEN_CONFIRM_EMAIL, reservation().confirm_email_nonce());
  EXPECT_TRUE(has(mail.text, link)) << mail.text;
  EXPECT_TRUE(has(mail.html, "href=\"" + link + "\""));
  EXPECT_EQ(mail.subject, "Bekræft din booking: Stormen på Søen");
  EXPECT_TRUE(has(mail.text, "indtil lørdag den 2. januar 2027")) << mail.text;
  EXPECT_TRUE(mail.qr_png.empty()) << "no ticket before the confirmation";
  EXPECT_TRUE(mail.calendar.empty());
  EXPECT_FALSE(has(mail.text, token(v1::TOKEN_CHECK_IN, reservation().check_in_nonce())));
}

TEST(Compose, AConfirmedBookingGetsItsTicket) {
  const auto mail = composed_from(request("ticket", confirmed())).mail;
  const auto expected = gateway::ticket_text(confirmed().booking_id(), token(v1::TOKEN_CHECK_IN, confirmed().check_in_nonce()));
  EXPECT_EQ(read_qr(mail.qr_png), expected);
  EXPECT_TRUE(has(mail.html, std::string("cid:") + qr_content_id));
  EXPECT_TRUE(has(mail.text, "https://book.example/t/harbour/bookings/tempest.floor.7k3m9q2xw4tz?access=" +
                                 token(v1::TOKEN_ACCESS, confirmed().access_nonce())));
  EXPECT_TRUE(has(mail.text, "Q4R7T2WX"));
  EXPECT_TRUE(has(mail.text, "19.30"));
  EXPECT_EQ(python_calendar(mail.calendar).at("uid").as_string(), confirmed().booking_id() + "@book.example");
  EXPECT_EQ(mail.from.email, "billet@harbour.example");
  EXPECT_EQ(mail.to.name, "Søren Ærøskøbing");
}

TEST(Compose, TheQrCodeSaysNothingAboutThePerson) {
  const auto said = read_qr(composed_from(request("ticket", confirmed())).mail.qr_png);
  ASSERT_FALSE(said.empty());
  for (const std::string_view personal : {"ren", "REN", "GUEST", "guest", "@", "DKK", "Q4R7T2WX"})
    EXPECT_FALSE(has(said, personal)) << personal;
  EXPECT_TRUE(gateway::parse_ticket(said).has_value());
}

TEST(Compose, ACancellationTakesTheTicketBack) {
  auto booking = confirmed();
  booking.set_status(v1::BOOKING_CANCELLED);
  booking.set_cancelled_at_ms(now_ms);
  const auto mail = composed_from(request("booking_cancelled", booking)).mail;
  EXPECT_TRUE(mail.qr_png.empty());
  EXPECT_EQ(mail.calendar_method, "CANCEL");
  booking.set_confirmed_at_ms(0);
  EXPECT_TRUE(composed_from(request("booking_cancelled", booking)).mail.calendar.empty()) << "nothing was ever in a calendar";
}

TEST(Compose, SpotsPartyAndNeighboursAreSaid) {
  auto booking = confirmed();
  booking.mutable_contact()->set_language("en");
  booking.clear_spots();
  booking.add_spots()->set_spot("B12");
  booking.add_spots()->set_spot("C3");
  booking.set_party("The Lovelaces");
  booking.set_assigned(true);
  booking.set_email_confirmed(false);
  const auto text = composed_from(request("ticket", booking)).mail.text;
  EXPECT_TRUE(has(text, "B12, C3"));
  EXPECT_TRUE(has(text, "The Lovelaces"));
  EXPECT_TRUE(has(text, "no places side by side"));
  EXPECT_TRUE(has(text, "/confirm?token=")) << "the address is still to be proved";
  booking.set_adjacent(true);
  EXPECT_FALSE(has(composed_from(request("ticket", booking)).mail.text, "no places side by side"));
}

TEST(Compose, TheBlockIsNamedWhereThereAreSeveral) {
  auto about = context();
  auto* floor = about.event.add_blocks();
  floor->set_block_id("tempest.floor");
  floor->set_title("Parket");
  EXPECT_FALSE(has(composed_from(request("ticket", confirmed()), about).mail.text, "Parket"));
  auto* balcony = about.event.add_blocks();
  balcony->set_block_id("tempest.balcony");
  balcony->set_title("Balkon");
  const auto text = composed_from(request("ticket", confirmed()), about).mail.text;
  EXPECT_TRUE(has(text, "Parket, Store Scene"));
  EXPECT_FALSE(has(text, "Balkon"));
}

TEST(Compose, HostileNamesStayText) {
  auto booking = confirmed();
  booking.mutable_contact()->set_first_name("\"><img src=x onerror=alert(1)>");
  booking.set_party("<script>alert(2)</script>");
  auto about = context();
  (*about.event.mutable_definition()->mutable_title())["da"] = "<b>Fed</b> & \"fin\"";
  const auto mail = composed_from(request("ticket", booking), about).mail;
  EXPECT_FALSE(has(mail.html, "<img src=x"));
  EXPECT_FALSE(has(mail.html, "<script"));
  EXPECT_FALSE(has(mail.html, "<b>Fed"));
  EXPECT_TRUE(has(mail.html, "&lt;b&gt;Fed&lt;/b&gt; &amp; &quot;fin&quot;"));
}

TEST(GreetingName, IsNoAdvertisement) {
  const auto greeted = [](std::string name) {
    v1::Contact contact;
    contact.set_first_name(std::move(name));
    return greeting_name(contact);
  };
  for (const std::string good : {"Ada", "Søren Aabye", "J.R.R.", "Dr. No", "O'Neil", "José-María", "李"}) EXPECT_EQ(greeted(good), good);
  for (const auto& bait :
       std::vector<std::string>{"You won, see evil.com", "http://evil", "a/b", "me@evil", "evil.com", std::string(61, 'a'), "[click](x)"})
    EXPECT_EQ(greeted(bait), "") << bait;
  EXPECT_EQ(greeted("A\r\nB"), "A  B");
}

TEST(Compose, TheMessageIdIsOfTheRowAndNobodyElse) {
  const auto wanted = request("ticket", confirmed());
  auto one = row(7, wanted);
  const auto id = message_id_of(one, site());
  one.attempts = 5;
  EXPECT_EQ(message_id_of(one, site()), id);
  one.id = 8;
  EXPECT_EQ(message_id_of(one, site()), id) << "a restored outbox may number its rows anew";
  one.index = 1;
  EXPECT_NE(message_id_of(one, site()), id);
  one.index = 0;
  one.entity = block_entity("harbour", "tempest.balcony");
  EXPECT_NE(message_id_of(one, site()), id);
  EXPECT_TRUE(id.ends_with("@book.example"));
}

TEST(Compose, RowsThatCanNeverBeAMailAreTold) {
  const auto refused = [](const v1::MailRequest& wanted) { return !compose(row(1, wanted), wanted, context(), site(), secret(), now_ms); };
  EXPECT_TRUE(refused(request("newsletter", confirmed())));
  auto nobody = confirmed();
  nobody.mutable_contact()->set_email("nobody\r\nRCPT TO:<x@y>");
  EXPECT_TRUE(refused(request("ticket", nobody)));
  auto nothing = confirmed();
  nothing.set_booking_id("../etc");
  EXPECT_TRUE(refused(request("ticket", nothing)));
}

TEST(Compose, AWrongSenderOfATenantGivesWayToTheNodes) {
  auto about = context();
  about.tenant.set_mail_from("not an address");
  EXPECT_EQ(composed_from(request("ticket", confirmed()), about).mail.from.email, "no-reply@book.example");
}

}  // namespace
}  // namespace holdfast::mail
