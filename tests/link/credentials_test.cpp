#include "actors/link/credentials.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "actors/link/node_name.hpp"
#include "config/certs/folder.hpp"
#include "tests/link/certificates.hpp"

namespace holdfast::actors::link::test {
namespace {

namespace fs = std::filesystem;

std::string trouble(const credential_files& files, const std::string& node) {
  const auto got = credentials::load(files, node);
  return got ? "" : got.error().detail;
}

TEST(NodeName, IsAUriInTheCertificate) {
  EXPECT_EQ(node_of_uri(node_uri("node-1")), "node-1");
  for (const std::string wrong :
       {"", "node-1", "urn:holdfast:node:", "urn:holdfast:node:Node", "urn:holdfast:node:a/b", "URN:holdfast:node:a"})
    EXPECT_EQ(node_of_uri(wrong), "") << wrong;
  EXPECT_EQ(node_of_uri(std::string("urn:holdfast:node:a\0b", 21)), "");
  EXPECT_FALSE(valid_node_name("-a"));
  EXPECT_FALSE(valid_node_name(std::string(64, 'a')));
  EXPECT_TRUE(valid_node_name(std::string(63, 'a')));
}

TEST(Credentials, ServeTheNodeTheyName) {
  const test_authority authority;
  const auto files = authority.certify("node-1", 3);
  const auto got = credentials::load(files, "node-1");
  ASSERT_TRUE(got) << got.error().detail;
  EXPECT_NEAR(static_cast<double>((*got)->expires_at() - system_clock().now()), 3.0 * test_authority::hour_ms, 5'000);
  EXPECT_EQ(certified_nodes(SSL_CTX_get0_certificate((*got)->current().get())), std::vector<std::string>{"node-1"});
}

TEST(Credentials, WhatCouldNotServeIsRefusedByNameOfFile) {
  const test_authority authority;
  const test_authority stranger;
  const auto good = authority.certify("node-1");
  EXPECT_NE(trouble(good, "node-2").find("does not name this node"), std::string::npos);
  EXPECT_NE(trouble(authority.certify("old", -1), "old").find("expired"), std::string::npos);
  auto foreign = good;
  foreign.authority = stranger.folder() / "ca.pem";
  EXPECT_NE(trouble(foreign, "node-1").find("node-1.pem"), std::string::npos);
  auto mixed = good;
  mixed.private_key = authority.certify("node-2").private_key;
  EXPECT_NE(trouble(mixed, "node-1").find("node-2.key"), std::string::npos);
  auto missing = good;
  missing.certificate = authority.folder() / "none.pem";
  EXPECT_NE(trouble(missing, "node-1").find("none.pem"), std::string::npos);
  EXPECT_NE(trouble(good, "Node 1"), "");
  fs::permissions(good.private_key, fs::perms::group_read, fs::perm_options::add);
  EXPECT_NE(trouble(good, "node-1").find("chmod 600"), std::string::npos);
}

TEST(Credentials, ReloadTakesNewFilesAndKeepsTheOldWhenTheyAreWrong) {
  const test_authority authority;
  const auto files = authority.certify("node-1", 1);
  const auto loaded = credentials::load(files, "node-1");
  ASSERT_TRUE(loaded);
  auto& mine = **loaded;
  const auto before = mine.current();
  authority.certify("node-1", 20);
  ASSERT_TRUE(mine.reload());
  EXPECT_NE(mine.current(), before);
  const auto renewed = mine.current();
  const auto expiry = mine.expires_at();
  EXPECT_GT(expiry, system_clock().now() + 19 * test_authority::hour_ms);
  authority.certify("other", 30, "node-1");
  EXPECT_FALSE(mine.reload());
  EXPECT_EQ(mine.current(), renewed);
  EXPECT_EQ(mine.expires_at(), expiry);
}

class noon final : public wall_clock {
public:
  unix_ms now() const override { return at; }
  unix_ms at = system_clock().now();
};

TEST(CertificateFolder, MakesWhatIsMissingAndKeepsTheRest) {
  const test_authority scratch;
  const auto folder = scratch.folder() / "certs";
  const noon clock;
  certs::folder_order order{folder, {"node-1", "node-2"}, 30, 100, false};
  const auto first = certs::furnish(order, clock, system_entropy());
  ASSERT_TRUE(first) << first.error().detail;
  ASSERT_EQ(first->size(), 3U);
  for (const auto& e : *first) {
    EXPECT_TRUE(e.made) << e.name;
    for (const auto& file : {e.certificate, e.key})
      EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write) << file;
  }
  EXPECT_EQ((*first)[1].expires_at, clock.at + 30LL * 24 * test_authority::hour_ms);
  for (const std::string node : {"node-1", "node-2"})
    EXPECT_EQ(trouble({folder / (node + ".pem"), folder / (node + ".key"), folder / "ca.pem"}, node), "");

  order.nodes.emplace_back("node-3");
  const auto second = certs::furnish(order, clock, system_entropy());
  ASSERT_TRUE(second) << second.error().detail;
  EXPECT_FALSE((*second)[0].made);
  EXPECT_FALSE((*second)[1].made);
  EXPECT_TRUE((*second)[3].made);
  EXPECT_EQ((*second)[1].expires_at / 1000, (*first)[1].expires_at / 1000);

  order.renew_nodes = true;
  order.node_days = 500;
  const auto third = certs::furnish(order, clock, system_entropy());
  ASSERT_TRUE(third) << third.error().detail;
  EXPECT_FALSE((*third)[0].made) << "a new authority would cut off everybody else";
  EXPECT_TRUE((*third)[1].made);
  EXPECT_EQ((*third)[1].expires_at / 1000, (*third)[0].expires_at / 1000) << "no certificate outlives its authority";
  EXPECT_EQ(trouble({folder / "node-1.pem", folder / "node-1.key", folder / "ca.pem"}, "node-1"), "");
}

TEST(CertificateFolder, HalfAnAuthorityAndStrangersAreNotTouched) {
  const test_authority scratch;
  const auto folder = scratch.folder() / "certs";
  const noon clock;
  const certs::folder_order order{folder, {"node-1"}, 30, 100, false};
  ASSERT_TRUE(certs::furnish(order, clock, system_entropy()));
  fs::remove(folder / "ca.key");
  EXPECT_FALSE(certs::furnish(order, clock, system_entropy()));
  fs::remove(folder / "ca.pem");
  const auto other_authority = certs::furnish(order, clock, system_entropy());
  ASSERT_FALSE(other_authority);
  EXPECT_NE(other_authority.error().detail.find("node-1.pem is not from this folder's authority"), std::string::npos);
  EXPECT_FALSE(certs::furnish({folder, {"ca"}, 30, 100, false}, clock, system_entropy()));
  EXPECT_FALSE(certs::furnish({folder, {"../x"}, 30, 100, false}, clock, system_entropy()));
}

}  // namespace
}  // namespace holdfast::actors::link::test
