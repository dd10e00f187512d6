#include "gateway/api/json_reader.hpp"

#include <gtest/gtest.h>

namespace holdfast::gateway::api {
namespace {

std::string verdict(std::string_view text) {
  const auto parsed = parse_json(text);
  if (std::holds_alternative<json::value>(parsed)) return "ok";
  const auto& rejection = std::get<v1::Rejection>(parsed);
  if (rejection.code() == v1::MALFORMED_REQUEST) return "malformed";
  std::string out;
  for (const auto& f : rejection.fields()) out += (out.empty() ? "" : " ") + f.field() + ":" + f.code();
  return out;
}

TEST(ParseJson, WhatIsNoJsonIsMalformed) {
  for (const auto* text :
       {"",   " ",   "{",        "{]",  "nul",   "{\"a\":1,}", "[1,]",        "{\"a\" 1}", "01",  "+1",       "1.",
        ".5", "NaN", "Infinity", "'a'", "{} {}", "{}x",        "\"\\ud800\"", "\"\\x\"",   "\"a", "/* */ {}", "\xef\xbb\xbf{}"})
    EXPECT_EQ(verdict(text), "malformed") << text;
}

TEST(ParseJson, BytesThatAreNoUtf8AreMalformed) {
  EXPECT_EQ(verdict("\"\xc3\""), "malformed");
  EXPECT_EQ(verdict("\"\xed\xa0\x80\""), "malformed");  // a surrogate
  EXPECT_EQ(verdict("\"\xc0\xaf\""), "malformed");      // overlong
  EXPECT_EQ(verdict("\"s\xc3\xb8\""), "ok");
}

TEST(ParseJson, RawControlCharactersInTextsAreMalformed) { EXPECT_EQ(verdict("\"a\nb\""), "malformed"); }

TEST(ParseJson, DepthIsBounded) {
  const std::string deep(depth_max, '['), closed(depth_max, ']');
  EXPECT_EQ(verdict(deep + closed), "ok");
  EXPECT_EQ(verdict("[" + deep + closed + "]"), "malformed");
  EXPECT_EQ(verdict(std::string(100'000, '[')), "malformed");
}

TEST(ParseJson, ANameThatStandsTwiceIsNamedWithItsPath) {
  EXPECT_EQ(verdict(R"({"a":1,"a":2})"), "a:duplicate");
  EXPECT_EQ(verdict(R"({"l":[{"x":1},{"x":1,"x":2}]})"), "l[1].x:duplicate");
  EXPECT_EQ(verdict(R"({"a":{"b":1},"c":{"b":1}})"), "ok");
  EXPECT_EQ(verdict(R"({"a":1,"\u0061":2})"), "a:duplicate");
}

TEST(ParseJson, NumbersWithoutEndAreRefusedWithTheirPath) {
  EXPECT_EQ(verdict(R"({"a":[0,1e400]})"), "a[1]:range");
  EXPECT_EQ(verdict(R"({"a":-1e999})"), "a:range");
  EXPECT_EQ(verdict(R"({"a":1e300})"), "ok");
}

class ObjectReader : public ::testing::Test {
protected:
  /// Reads one field and answers "path:code" of what is wrong, or "" when all is well.
  template <class Read>
  std::string read(std::string_view text, Read what) {
    field_errors errors;
    body = std::get<json::value>(parse_json(text));
    object_reader in(body, {}, errors);
    what(in);
    in.done();
    std::string out;
    const auto rejection = errors.take();
    for (const auto& f : rejection.fields()) out += (out.empty() ? "" : " ") + f.field() + ":" + f.code();
    return out;
  }
  json::value body;
};

TEST_F(ObjectReader, EverythingThatIsWrongIsToldAtOnce) {
  const auto wrong = read(R"({"n":"x","q":0,"u":1,"d":{"e":7}})", [](object_reader& in) {
    in.integer("n", 1, 9, presence::required);
    in.integer("q", 1, 9, presence::required);
    in.text("missing", rules::name, presence::required);
    in.object("d", presence::required, [](object_reader& d) { d.text("e", rules::email, presence::required); });
  });
  EXPECT_EQ(wrong, "n:type q:range missing:required d.e:type u:unknown");
}

TEST_F(ObjectReader, IntegersAreIntegers) {
  const auto integer = [](object_reader& in) { in.integer("n", 0, 1'000'000'000'000, presence::required); };
  EXPECT_EQ(read(R"({"n":3})", integer), "");
  EXPECT_EQ(read(R"({"n":3.0})", integer), "");
  EXPECT_EQ(read(R"({"n":3e2})", integer), "");
  EXPECT_EQ(read(R"({"n":3.5})", integer), "n:type");
  EXPECT_EQ(read(R"({"n":true})", integer), "n:type");
  EXPECT_EQ(read(R"({"n":null})", integer), "n:type");
  EXPECT_EQ(read(R"({"n":-1})", integer), "n:range");
  EXPECT_EQ(read(R"({"n":18446744073709551615})", integer), "n:range");
  EXPECT_EQ(read(R"({"n":99999999999999999999999})", integer), "n:range");
}

TEST_F(ObjectReader, TextsAreMeasuredInCharacters) {
  const auto text = [](object_reader& in) { in.text("t", rules::name, presence::required); };
  std::string hundred;
  for (int i = 0; i < 100; ++i) hundred += "ø";
  EXPECT_EQ(read("{\"t\":\"" + hundred + "\"}", text), "");
  EXPECT_EQ(read("{\"t\":\"" + hundred + "x\"}", text), "t:range");
  EXPECT_EQ(read(R"({"t":""})", text), "t:range");
  EXPECT_EQ(read(R"({"t":"   "})", text), "t:format");
  EXPECT_EQ(read(R"({"t":"a\u0000b"})", text), "t:format");
  EXPECT_EQ(read(R"({"t":"a\r\nBcc: x"})", text), "t:format");
}

TEST_F(ObjectReader, ListsAreBounded) {
  const auto list = [](object_reader& in) { in.texts("l", rules::keyword, 1, 2, presence::required); };
  EXPECT_EQ(read(R"({"l":["a","b"]})", list), "");
  EXPECT_EQ(read(R"({"l":[]})", list), "l:range");
  EXPECT_EQ(read(R"({"l":["a","b","c"]})", list), "l:range");
  EXPECT_EQ(read(R"({"l":["a",1]})", list), "l[1]:type");
}

TEST_F(ObjectReader, NoMoreErrorsThanHelp) {
  std::string text = "{";
  for (int i = 0; i < 500; ++i) text += (i == 0 ? "\"x" : ",\"x") + std::to_string(i) + "\":1";
  field_errors errors;
  const auto value = std::get<json::value>(parse_json(text + "}"));
  object_reader(value, {}, errors).done();
  EXPECT_EQ(errors.take().fields_size(), field_errors_max);
}

TEST_F(ObjectReader, ABodyThatIsNoObjectIsToldOnce) {
  field_errors errors;
  const auto value = std::get<json::value>(parse_json("[1]"));
  object_reader in(value, {}, errors);
  in.text("t", rules::name, presence::required);
  in.done();
  const auto rejection = errors.take();
  ASSERT_EQ(rejection.fields_size(), 1);
  EXPECT_EQ(rejection.fields(0).field(), "(body)");
}

TEST(Rules, AddressesOfPeople) {
  for (const auto* good : {"a@b.dk", "ida.lund+x@mail.example.org", "o'neil@example.com", "x@xn--rdgrd-vuad.dk"})
    EXPECT_TRUE(rules::email.matches(good)) << good;
  for (const auto* bad : {"", "a", "a@b", "@b.dk", "a@.dk", "a@b.", "a b@c.dk", "a@b..dk", ".a@b.dk", "a.@b.dk", "a..b@c.dk", "a@-b.dk",
                          "a@b.d", "a@b.12", "a@b.dk\n", "ø@b.dk", "a@b@c.dk"})
    EXPECT_FALSE(rules::email.matches(bad)) << bad;
  EXPECT_FALSE(rules::email.matches(std::string(65, 'a') + "@b.dk"));
}

}  // namespace
}  // namespace holdfast::gateway::api
