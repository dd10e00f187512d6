#include "gateway/auth/keys.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <set>
#include <thread>

#include "gateway/auth/base64url.hpp"
#include "tests/gateway/twins.hpp"
#include "tests/support/temporary_folder.hpp"

namespace holdfast::gateway {
namespace {

class KeysTest : public ::testing::Test {
protected:
  std::string text() const {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  holdfast::test::temporary_folder folder;
  std::filesystem::path file = folder.path() / "node.keys";
  test::seeded_entropy random;
};

TEST_F(KeysTest, AreMadeOnceAndReadableOnlyByTheirOwner) {
  const auto first = node_keys::load_or_create(file, random);
  ASSERT_TRUE(first) << first.error().detail;
  struct stat info {};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  const auto again = node_keys::load_or_create(file, random);
  ASSERT_TRUE(again);
  EXPECT_EQ(first->key_id(), again->key_id());
  EXPECT_EQ(first->secret(), again->secret());
  EXPECT_TRUE(again->verify("message", first->sign("message")));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);  // no draft left behind
}

TEST_F(KeysTest, DifferFromNodeToNode) {
  const auto a = node_keys::load_or_create(folder.path() / "a", random);
  const auto b = node_keys::load_or_create(folder.path() / "b", random);
  ASSERT_TRUE(a && b);
  EXPECT_NE(a->key_id(), b->key_id());
  EXPECT_NE(a->secret(), b->secret());
  EXPECT_FALSE(b->verify("message", a->sign("message")));
}

TEST_F(KeysTest, SignaturesHoldForTheirMessageOnly) {
  const auto keys = node_keys::load_or_create(file, random);
  ASSERT_TRUE(keys);
  auto signature = keys->sign("message");
  EXPECT_TRUE(keys->verify("message", signature));
  EXPECT_FALSE(keys->verify("massage", signature));
  EXPECT_FALSE(keys->verify("message", signature.substr(1)));
  EXPECT_FALSE(keys->verify("message", ""));
  signature[10] = static_cast<char>(signature[10] ^ 1);
  EXPECT_FALSE(keys->verify("message", signature));
}

TEST_F(KeysTest, AFileThatOthersMayReadIsRefused) {
  ASSERT_TRUE(node_keys::load_or_create(file, random));
  ::chmod(file.c_str(), 0640);
  const auto loaded = node_keys::load_or_create(file, random);
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().detail.find("chmod 600"), std::string::npos);
}

TEST_F(KeysTest, ADamagedFileIsRefusedAndLeftAlone) {
  ASSERT_TRUE(node_keys::load_or_create(file, random));
  const auto whole = text();
  for (const auto& damaged : {std::string(), std::string("{}"), std::string("not json"), whole.substr(0, whole.size() / 2),
                              std::string(R"({"version":2,"signing":"","secret":""})"),
                              std::string(R"({"version":1,"signing":"AAAA","secret":"AAAA"})"), std::string(10'000, ' ')}) {
    std::ofstream(file, std::ios::trunc) << damaged;
    EXPECT_FALSE(node_keys::load_or_create(file, random)) << damaged.substr(0, 80);
    EXPECT_EQ(text(), damaged);
  }
}

TEST_F(KeysTest, ALinkIsNotFollowed) {
  ASSERT_TRUE(node_keys::load_or_create(file, random));
  const auto link = folder.path() / "link";
  std::filesystem::create_symlink(file, link);
  EXPECT_FALSE(node_keys::load_or_create(link, random));
}

TEST_F(KeysTest, AFolderThatDoesNotExistIsAFailure) { EXPECT_FALSE(node_keys::load_or_create(folder.path() / "no" / "keys", random)); }

TEST_F(KeysTest, MakersAtTheSameTimeEndWithTheSameKeys) {
  std::vector<std::thread> makers;
  std::mutex mutex;
  std::set<std::string> ids;
  for (unsigned i = 0; i < 8; ++i)
    makers.emplace_back([&, i] {
      test::seeded_entropy own(i);
      const auto keys = node_keys::load_or_create(file, own);
      const std::lock_guard guard(mutex);
      ids.insert(keys ? keys->key_id() : keys.error().detail);
    });
  for (auto& t : makers) t.join();
  EXPECT_EQ(ids.size(), 1U);
}

TEST(Base64UrlTest, RoundTripAndStrictness) {
  for (const auto* text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) EXPECT_EQ(base64url_decode(base64url_encode(text)), text);
  EXPECT_EQ(base64url_encode("\xfb\xff"), "-_8");
  for (const auto* bad : {"a", "ab==", "a+b/", "Zh", "a b", "Zm9v\n"}) EXPECT_FALSE(base64url_decode(bad)) << bad;
}

}  // namespace
}  // namespace holdfast::gateway
