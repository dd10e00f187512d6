// A node as a process: what it says when it cannot start, its health pages, how it ends.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "config/cli/http_client.hpp"
#include "tests/e2e/node_process.hpp"
#include "tests/support/eventually.hpp"

namespace holdfast::e2e {
namespace {

std::string write_settings(const temporary_folder& folder, const std::string& text) {
  const auto file = folder.path() / "node.toml";
  std::ofstream(file) << text;
  return file.string();
}

class RunningNode : public testing::Test {
protected:
  void SetUp() override { ASSERT_TRUE(node_.start()) << node_.log(); }

  cli::http_answer get(const std::string& path) { return cli::http_client(node_.url()).send({"GET", path, {}, {}}); }

  temporary_folder folder_;
  node_process node_{folder_.path() / "data"};
};

TEST_F(RunningNode, IsHealthyAndReady) {
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/readyz").status, 200);
}

TEST_F(RunningNode, MetricsPassPromtool) {
  const auto metrics = get("/metrics");
  ASSERT_EQ(metrics.status, 200);
  EXPECT_NE(metrics.body.find("holdfast_projection_lag_rows"), std::string::npos);
  EXPECT_NE(metrics.body.find("holdfast_journal_writable 1"), std::string::npos);
  const auto file = folder_.path() / "metrics.txt";
  std::ofstream(file, std::ios::binary) << metrics.body;
  EXPECT_EQ(std::system(("promtool check metrics < " + file.string()).c_str()), 0);
}

TEST_F(RunningNode, ServesItsDescription) {
  const auto description = get("/api/v1/openapi.json");
  EXPECT_EQ(description.status, 200);
  EXPECT_NE(description.body.find("\"openapi\""), std::string::npos);
}

TEST_F(RunningNode, RequestsAreInTheLogSoonAndAllOfThemInTheEnd) {
  get("/first");
  EXPECT_TRUE(test::eventually([&] { return node_.log().find("GET /first 404") != std::string::npos; })) << node_.log();
  for (int i = 0; i < 500; ++i) get("/page" + std::to_string(i));  // more lines than are kept back
  EXPECT_EQ(node_.stop(), 0);
  const auto log = node_.log();
  for (int i = 0; i < 500; ++i) EXPECT_NE(log.find("GET /page" + std::to_string(i) + " 404"), std::string::npos) << i;
  EXPECT_TRUE(log.ends_with("stopped\n")) << "in the order in which they were said";
}

TEST_F(RunningNode, EndsOnSigtermWithZero) {
  EXPECT_EQ(node_.stop(), 0);
  EXPECT_NE(node_.log().find("stopped"), std::string::npos);
}

TEST_F(RunningNode, ASecondNodeIsKeptOutOfItsFolder) {
  const auto second = run_program("holdfastd", {"--data", node_.data().string(), "--port", "0"}, std::chrono::seconds(20));
  EXPECT_EQ(second.exit, 1);
  EXPECT_NE(second.err.find("in use by another node (process "), std::string::npos) << second.err;
  EXPECT_EQ(get("/readyz").status, 200) << "the first one is untouched";
}

TEST_F(RunningNode, APortInUseIsNamed) {
  const auto port = node_.url().substr(node_.url().rfind(':') + 1);
  const auto second = run_program("holdfastd", {"--data", (folder_.path() / "other").string(), "--port", port}, std::chrono::seconds(20));
  EXPECT_EQ(second.exit, 1);
  EXPECT_NE(second.err.find(port), std::string::npos) << second.err;
}

TEST(Node, AFolderThatCannotBeMadeIsNamed) {
  const temporary_folder folder;
  const auto file = folder.path() / "file";
  std::ofstream(file) << "not a folder";
  const auto got = run_program("holdfastd", {"--data", (file / "data").string(), "--port", "0"}, std::chrono::seconds(20));
  EXPECT_EQ(got.exit, 1);
  EXPECT_NE(got.err.find("cannot be made"), std::string::npos) << got.err;
}

TEST(Node, MistakesInSettingsAreNamedWithTheirPlace) {
  const temporary_folder folder;
  const auto file = write_settings(folder, "[http]\nport = 99999\nidle_ms = 5\n");
  const auto got = run_program("holdfastd", {"--config", file, "--data", (folder.path() / "data").string()}, std::chrono::seconds(20));
  EXPECT_EQ(got.exit, 2);
  EXPECT_NE(got.err.find(file + ":2:8: port: must be between 0 and 65535, not 99999"), std::string::npos) << got.err;
  EXPECT_NE(got.err.find("did you mean 'idle_ms_max'?"), std::string::npos) << got.err;
}

TEST(Node, UnknownOptionsExplainTheUsage) {
  const auto got = run_program("holdfastd", {"--prot", "0"});
  EXPECT_EQ(got.exit, 2);
  EXPECT_NE(got.err.find("usage: holdfastd"), std::string::npos);
  EXPECT_EQ(run_program("holdfastd", {"--help"}).exit, 0);
  EXPECT_EQ(run_program("holdfastd", {"--port", "x"}).exit, 2);
}

TEST(Node, AJournalThatCannotBeReachedIsNamed) {
  const temporary_folder folder;
  const auto got = run_program(
      "holdfastd", {"--data", folder.path().string(), "--port", "0", "--journal", "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"},
      std::chrono::seconds(30));
  EXPECT_EQ(got.exit, 1);
  EXPECT_NE(got.err.find("journal"), std::string::npos) << got.err;
}

}  // namespace
}  // namespace holdfast::e2e
