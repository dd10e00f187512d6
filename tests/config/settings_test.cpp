#include "config/settings/settings.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace holdfast::config {
namespace {

std::string complaints(const std::string& text) {
  problem_list problems("node.toml");
  parse_settings(text, problems);
  return problems.text();
}

settings good(const std::string& text) {
  problem_list problems("node.toml");
  auto out = parse_settings(text, problems);
  EXPECT_EQ(problems.text(), "");
  return out;
}

TEST(Settings, TheExampleListsEveryKeyWithItsDefault) {
  std::ifstream in("config/holdfast.example.toml", std::ios::binary);
  const std::string shipped(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(shipped, example_text()) << "write it anew: build/release/holdfastd --print-config > config/holdfast.example.toml";
}

TEST(Settings, TheExampleReadsAsTheDefaults) {
  const auto read = good(example_text());
  const settings defaults;
  EXPECT_EQ(read.http.port, defaults.http.port);
  EXPECT_EQ(read.http.limits.body_bytes_max, defaults.http.limits.body_bytes_max);
  EXPECT_EQ(read.http.tenant_domains, defaults.http.tenant_domains);
  EXPECT_EQ(read.actors.answers_kept_ms, defaults.actors.answers_kept_ms);
  EXPECT_EQ(read.actors.commands_in_flight_max, defaults.actors.commands_in_flight_max);
  EXPECT_EQ(read.live.messages.burst, defaults.live.messages.burst);
  EXPECT_EQ(read.mail.limits.retry_delay_ms_max, defaults.mail.limits.retry_delay_ms_max);
  EXPECT_EQ(read.mail.smtp.security, defaults.mail.smtp.security);
}

TEST(Settings, KeysReachTheirParts) {
  const auto s = good(
      "[http]\nport = 0\nrequests_per_address_per_s_max = 0\n[actors]\npassivate_after_ms = 5000\n[mail]\ntransport = \"smtp\"\n"
      "smtp_host = \"mx.example\"\nsmtp_security = \"tls\"\n");
  EXPECT_EQ(s.http.port, 0);
  EXPECT_EQ(s.http.rates.per_address.per_second, 0U);
  EXPECT_EQ(s.actors.passivate_after_ms.count(), 5000);
  EXPECT_EQ(s.mail.smtp.security, mail::smtp_security::tls);
}

TEST(Settings, AValueOutsideItsBoundsIsRefusedWithThem) {
  EXPECT_EQ(complaints("[http]\nport = 70000\n"), "node.toml:2:8: port: must be between 0 and 65535, not 70000\n");
  EXPECT_EQ(complaints("[actors]\nstash_commands_max = 0\n"), "node.toml:2:22: stash_commands_max: must be between 1 and 1000000, not 0\n");
}

TEST(Settings, WrongTypesAndUnknownKeysAreNamed) {
  EXPECT_EQ(complaints("[http]\nport = \"80\"\n"), "node.toml:2:8: port must be a whole number\n");
  EXPECT_EQ(complaints("[htp]\n"), "node.toml:1:2: the file has no key 'htp'; did you mean 'http'?\n");
  EXPECT_EQ(complaints("[log]\nlevel = \"loud\"\n"), "node.toml:2:9: level: is one of trace, debug, info, warn, error, not \"loud\"\n");
}

TEST(Settings, WhatDoesNotGoTogetherIsRefused) {
  EXPECT_NE(complaints("[http]\ntls_certificate_file = \"a.pem\"\n").find("go together"), std::string::npos);
  EXPECT_NE(complaints("[mail]\ntransport = \"smtp\"\n").find("needs smtp_host"), std::string::npos);
}

TEST(Settings, AFileThatIsNotThereIsNamed) {
  problem_list problems("/nowhere/node.toml");
  read_settings_file(problems.file(), problems);
  EXPECT_EQ(problems.text(), "/nowhere/node.toml: cannot be opened\n");
}

}  // namespace
}  // namespace holdfast::config
