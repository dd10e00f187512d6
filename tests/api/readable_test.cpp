// Stored messages for operators' eyes.
#include "gateway/console/readable.hpp"

#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>
#include <set>

#include "holdfast/v1/envelope.pb.h"
#include "holdfast/v1/snapshot.pb.h"

namespace holdfast::gateway::console {
namespace {

namespace json = boost::json;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// Every text and number set, down to a depth.
void fill(Message& message, int depth) {
  const auto& r = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const auto& f = *message.GetDescriptor()->field(i);
    if (f.is_map()) continue;
    if (f.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (depth > 0) fill(f.is_repeated() ? *r.AddMessage(&message, &f) : *r.MutableMessage(&message, &f), depth - 1);
    } else if (f.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      const std::string value = f.type() == FieldDescriptor::TYPE_BYTES                         ? "SECRETBYTES"
                                : f.name() == "idempotency_key" || f.name() == "allocation_key" ? "op:SECRETKEY"
                                                                                                : "shown";
      f.is_repeated() ? r.AddString(&message, &f, value) : r.SetString(&message, &f, value);
    } else if (f.cpp_type() == FieldDescriptor::CPPTYPE_INT64 && !f.is_repeated()) {
      r.SetInt64(&message, &f, 1'780'300'800'000);
    }
  }
}

TEST(Readable, ShowsNoBytesAndNoKeysWhereverTheyStand) {
  v1::EntitySnapshot snapshot;
  fill(snapshot, 6);
  v1::Entry entry;
  fill(entry, 6);
  for (const Message* m : {static_cast<const Message*>(&snapshot), static_cast<const Message*>(&entry)}) {
    const auto text = json::serialize(readable(*m));
    EXPECT_EQ(text.find("SECRET"), std::string::npos) << text;
    EXPECT_NE(text.find("shown"), std::string::npos);
  }
}

TEST(Readable, MasksGuestsWhereverTheyStand) {
  v1::Contact guest;
  guest.set_first_name("Åse");
  guest.set_last_name("Lund");
  guest.set_email("aase.lund@example.org");
  guest.set_phone("+45 20 30 40 50");
  guest.set_language("da");
  v1::StoredBooking booking;
  *booking.mutable_view()->mutable_contact() = guest;
  const auto shown = readable(booking);
  EXPECT_EQ(json::serialize(shown.at("view").at("contact")),
            R"({"first_name":"Å.","last_name":"L.","email":"a…@example.org","phone":"…50","language":"da"})");
}

TEST(Readable, TimesAreForPeopleAndDurationsAreNumbers) {
  v1::BookingView view;
  view.set_created_at_ms(1'780'300'800'000);
  view.mutable_interval()->set_begin_ms(1'780'300'800'000);
  v1::BookingPolicy policy;
  policy.set_hold_ttl_ms(600'000);
  EXPECT_EQ(readable(view).at("created_at_ms"), "2026-06-01T08:00:00.000Z");
  EXPECT_EQ(readable(view).at("interval").at("begin_ms"), "2026-06-01T08:00:00.000Z");
  EXPECT_EQ(readable(policy).at("hold_ttl_ms"), 600'000);
}

TEST(Readable, WhatIsNotSetIsLeftOutExceptNo) {
  v1::EventState state;
  EXPECT_EQ(json::serialize(readable(state)), R"({"open":false})");
  state.mutable_definition()->set_flow(v1::FLOW_SPOT);
  (*state.mutable_definition()->mutable_title())["en"] = "Summer";
  EXPECT_EQ(json::serialize(readable(state)),
            R"({"definition":{"title":{"en":"Summer"},"flow":"flow_spot","published":false},"open":false})");
}

TEST(Readable, LongTextsEndBetweenCharacters) {
  v1::Suspension s;
  std::string reason;
  for (int i = 0; i < 3'000; ++i) reason += "ø";
  s.set_reason(reason);
  const auto out = std::string(readable(s).at("reason").as_string());
  EXPECT_LE(out.size(), 2'010U);
  EXPECT_TRUE(out.ends_with("ø…"));
}

TEST(Masks, OfOddTextsTellNothing) {
  EXPECT_EQ(masked_email(""), "");
  EXPECT_EQ(masked_email("nobody"), "…");
  EXPECT_EQ(masked_email("@example.org"), "…");
  EXPECT_EQ(masked_phone("12345"), "…");
  EXPECT_EQ(masked_phone(""), "");
  EXPECT_EQ(public_part_of_key("just-a-key"), "…");
  EXPECT_EQ(public_part_of_key("createHold:guest:k/bind"), "createHold:…");
}

}  // namespace
}  // namespace holdfast::gateway::console
