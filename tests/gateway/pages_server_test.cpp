#include "gateway/pages_server/pages_server.hpp"

#include <gtest/gtest.h>

#include "gateway/pages_server/asset.hpp"
#include "tests/support/temporary_folder.hpp"

namespace holdfast::gateway {
namespace {

class PagesTest : public ::testing::Test {
protected:
  PagesTest() {
    folder.write("index.html", "<html>page</html>");
    folder.write("index.html.br", "brotli page");
    folder.write("index.html.gz", "gzip page");
    folder.write("favicon.svg", "<svg/>");
    folder.write("assets/index-B7x1_aQ9.js", "script");
    folder.write("assets/index-B7x1_aQ9.js.br", "brotli script");
    folder.write("orphan.css.gz", "nobody's");
  }

  response ask(std::string path, std::vector<std::pair<std::string, std::string>> headers = {}) {
    const auto pages = pages_server::load(folder.path());
    EXPECT_TRUE(pages) << pages.error().detail;
    request asked;
    asked.method = "GET";
    asked.path = std::move(path);
    asked.headers = std::move(headers);
    return pages->serve(asked);
  }
  static std::string header(const response& r, std::string_view name) {
    for (const auto& [key, value] : r.headers)
      if (key == name) return value;
    return {};
  }

  holdfast::test::temporary_folder folder;
};

TEST_F(PagesTest, APageIsServedAtEveryAddressOfATenantAndOfTheConsole) {
  for (const auto* path :
       {"/", "/index.html", "/t/doc-nz", "/t/doc-nz/", "/t/doc-nz/events/aoraki", "/t/doc-nz/confirm", "/console", "/console/entities"}) {
    const auto r = ask(path);
    EXPECT_EQ(r.status, 200) << path;
    EXPECT_EQ(*r.body, "<html>page</html>") << path;
    EXPECT_EQ(r.content_type, "text/html; charset=utf-8");
    EXPECT_EQ(header(r, "Cache-Control"), "no-cache");
  }
}

TEST_F(PagesTest, OtherAddressesAre404) {
  for (const auto* path : {"/nothing", "/consoles", "/t", "/t/", "/t/Not A Tenant/x", "/api/v2", "/assets/none.js", "/orphan.css",
                           "/index.html.br", "/assets"})
    EXPECT_EQ(ask(path).status, 404) << path;
}

TEST_F(PagesTest, HashedAssetsAreKeptForEver) {
  const auto r = ask("/assets/index-B7x1_aQ9.js");
  EXPECT_EQ(r.status, 200);
  EXPECT_EQ(header(r, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(r.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(header(ask("/favicon.svg"), "Cache-Control"), "no-cache");
}

TEST_F(PagesTest, TheSmallestCodingTheClientTakes) {
  const auto body = [&](const char* accept) { return *ask("/", {{"accept-encoding", accept}}).body; };
  EXPECT_EQ(body("gzip, deflate, br"), "brotli page");
  EXPECT_EQ(body("gzip"), "gzip page");
  EXPECT_EQ(body("br;q=0, gzip;q=0.5"), "gzip page");
  EXPECT_EQ(body("br;q=0.0"), "<html>page</html>");
  EXPECT_EQ(body("identity"), "<html>page</html>");
  const auto r = ask("/", {{"accept-encoding", "br"}});
  EXPECT_EQ(header(r, "Content-Encoding"), "br");
  EXPECT_EQ(header(r, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(ask("/assets/index-B7x1_aQ9.js", {{"accept-encoding", "gzip"}}), "Content-Encoding"), "");
}

TEST_F(PagesTest, AKnownTagGets304) {
  const auto plain = ask("/");
  const auto brotli = ask("/", {{"accept-encoding", "br"}});
  EXPECT_NE(header(plain, "ETag"), header(brotli, "ETag"));
  const auto again = ask("/", {{"if-none-match", header(plain, "ETag")}});
  EXPECT_EQ(again.status, 304);
  EXPECT_FALSE(again.body);
  EXPECT_EQ(header(again, "ETag"), header(plain, "ETag"));
  // A browser takes these over for the copy it kept.
  EXPECT_EQ(header(again, "Content-Security-Policy"), header(plain, "Content-Security-Policy"));
  EXPECT_EQ(ask("/", {{"if-none-match", header(brotli, "ETag")}}).status, 200);
}

TEST_F(PagesTest, PagesAreLockedDown) {
  const auto r = ask("/t/doc-nz");
  EXPECT_EQ(header(r, "Content-Security-Policy"),
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
            "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'");
  EXPECT_EQ(header(r, "Referrer-Policy"), "no-referrer");
  EXPECT_NE(header(r, "Permissions-Policy").find("camera=(self)"), std::string::npos);
}

TEST_F(PagesTest, MissingPagesAreExplained) {
  for (const auto& nowhere : {folder.path() / "none", folder.path() / "assets"}) {
    const auto pages = pages_server::load(nowhere);
    ASSERT_TRUE(pages);
    EXPECT_FALSE(pages->built());
    request asked;
    asked.path = "/t/doc-nz";
    const auto r = pages->serve(asked);
    EXPECT_EQ(r.status, 503);
    EXPECT_NE(r.body->find("The pages are not built"), std::string::npos);
  }
}

TEST_F(PagesTest, TheRouterFallsBackToThePages) {
  const auto pages = pages_server::load(folder.path());
  ASSERT_TRUE(pages);
  router routes;
  pages->add_routes(routes);
  auto asked = std::make_shared<request>();
  asked->method = "GET";
  asked->path = "/t/doc-nz";
  auto found = routes.find(*asked);
  EXPECT_EQ(found.name, "pages");
  int status = 0;
  (*found.serve)(asked, {}, [&](const response& r) { status = r.status; });
  EXPECT_EQ(status, 200);
}

TEST(AssetTest, HashedNames) {
  EXPECT_TRUE(has_hashed_name("/assets/index-B7x1_aQ9.js"));
  EXPECT_TRUE(has_hashed_name("/assets/zxing_reader-C-3xYz_0.wasm"));
  EXPECT_FALSE(has_hashed_name("/assets/index.js"));
  EXPECT_FALSE(has_hashed_name("/favicon-12345678.svg"));
  EXPECT_FALSE(has_hashed_name("/assets/a-b.js"));
}

}  // namespace
}  // namespace holdfast::gateway
