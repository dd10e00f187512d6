// What a text must look like.
#include "actors/domain/validation.hpp"

#include <gtest/gtest.h>

namespace holdfast::domain {
namespace {

TEST(Email, UsualAddressesAreAccepted) {
  for (const char* good :
       {"ida@example.org", "i.lund+tent@mail.example.co.uk", "a@b.dk", "o'neil@example.ie", "x_y-z@sub-domain.example.com", "1@2.dk"})
    EXPECT_TRUE(email(good)) << good;
}

TEST(Email, OthersAreNot) {
  for (const char* bad : {"",
                          "ida",
                          "@example.org",
                          "ida@",
                          "ida@example",
                          "ida@@example.org",
                          "ida@exa mple.org",
                          "ida@.org",
                          "ida@example..org",
                          ".ida@example.org",
                          "ida.@example.org",
                          "i..da@example.org",
                          "ida@-example.org",
                          "ida@example.org-",
                          "ida@example.1",
                          "ida@example.o",
                          "Ida <ida@example.org>",
                          "ida@example.org\r\nBcc: all@example.org",
                          "s\xC3\xB8ren@example.dk",
                          "ida@example.org "})
    EXPECT_FALSE(email(bad)) << bad;
  EXPECT_FALSE(email(std::string(65, 'a') + "@example.org"));
  EXPECT_FALSE(email("ida@" + std::string(64, 'a') + ".org"));
  EXPECT_FALSE(email("ida@" + std::string(250, 'a') + ".org"));
}

TEST(Language, TagsAreRecognised) {
  for (const char* good : {"da", "en", "pt-BR", "zh-Hant-TW", "gsw"}) EXPECT_TRUE(language(good)) << good;
  for (const char* bad : {"", "d", "dansk", "da-", "-da", "da--DK", "da_DK", "da-abcdefghi"}) EXPECT_FALSE(language(bad)) << bad;
}

TEST(Text, LengthIsCountedInCharactersNotBytes) {
  std::string o;
  for (int i = 0; i < 200; ++i) o += "\xC3\xB8";
  EXPECT_EQ(characters(o), 200U);
  field_errors errors;
  check_required(errors, "name", o);
  EXPECT_FALSE(errors.any());
  check_required(errors, "name", o + "x");
  EXPECT_TRUE(errors.any());
}

TEST(Text, ControlCharactersAreRefusedInALine) {
  EXPECT_FALSE(single_line("a\nb"));
  EXPECT_FALSE(single_line(std::string("a\0b", 3)));
  EXPECT_TRUE(single_line("S\xC3\xB8ren"));
}

TEST(Code, IsEightLettersOrDigits) {
  EXPECT_TRUE(confirmation_code("K7M2Q9XW"));
  for (const char* bad : {"", "K7M2Q9X", "K7M2Q9XWX", "K7M2-9XW"}) EXPECT_FALSE(confirmation_code(bad)) << bad;
}

TEST(Colour, IsSixHexDigits) {
  EXPECT_TRUE(color("#0a5C8f"));
  for (const char* bad : {"", "0a5C8f", "#0a5C8", "#0a5C8g", "#0a5C8f0"}) EXPECT_FALSE(color(bad)) << bad;
}

}  // namespace
}  // namespace holdfast::domain
