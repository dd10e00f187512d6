// The command line as people and scripts use it: exit codes, messages, --json.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>

#include "tests/e2e/demo_node.hpp"
#include "tests/e2e/guest.hpp"

namespace holdfast::e2e {
namespace {

std::vector<boost::json::value> lines_of(const std::string& out) {
  std::vector<boost::json::value> lines;
  std::size_t from = 0;
  for (auto end = out.find('\n'); end != std::string::npos; from = end + 1, end = out.find('\n', from))
    lines.push_back(boost::json::parse(out.substr(from, end - from)));
  return lines;
}

TEST(Cli, EveryVerbExplainsItself) {
  for (const std::vector<std::string>& verb : {std::vector<std::string>{"tenant", "apply"},
                                               {"tenant", "show"},
                                               {"import", "campsites"},
                                               {"event", "list"},
                                               {"event", "open"},
                                               {"event", "close"},
                                               {"booking", "list"},
                                               {"booking", "show"},
                                               {"booking", "cancel"},
                                               {"token"},
                                               {"audit"},
                                               {"backup"},
                                               {"restore"},
                                               {"certs"},
                                               {"version"}}) {
    auto words = verb;
    words.emplace_back("--help");
    const auto got = run_program("holdfast", words);
    EXPECT_EQ(got.exit, 0) << words[0] << ": " << got.err;
    EXPECT_NE(got.out.find("--json"), std::string::npos) << words[0];
    EXPECT_NE(got.out.find("Exit codes"), std::string::npos) << words[0];
  }
}

TEST(Cli, WrongUsageIsTwo) {
  EXPECT_EQ(run_program("holdfast", {}).exit, 2);
  EXPECT_EQ(run_program("holdfast", {"frobnicate"}).exit, 2);
  EXPECT_EQ(run_program("holdfast", {"tenant", "apply"}).exit, 2);
  EXPECT_EQ(run_program("holdfast", {"token", "--role", "king"}).exit, 2);
}

TEST(Cli, NobodyAnsweringIsThree) {
  const auto got = run_program("holdfast", {"tenant", "show", "--tenant", "x", "--url", "http://127.0.0.1:1"});
  EXPECT_EQ(got.exit, 3);
  EXPECT_NE(got.err.find("no node answers at http://127.0.0.1:1"), std::string::npos) << got.err;
}

TEST(Cli, WithoutATokenIsFourAndSaysHowToGetOne) {
  const auto got = run_program("holdfast", {"event", "close", "x", "--tenant", "x", "--url", "http://127.0.0.1:1"});
  EXPECT_EQ(got.exit, 4);
  EXPECT_NE(got.err.find("holdfast token"), std::string::npos) << got.err;
}

TEST(Cli, MistakesInATenantFileHaveFileAndLineAndSendNothing) {
  const temporary_folder folder;
  const auto file = (folder.path() / "bad.toml").string();
  std::ofstream(file)
      << "[tenant]\nslug = \"x\"\nname = \"X\"\nflow = \"raffle\"\ncurrency = \"DKK\"\ntime_zone = \"UTC\"\nlanguages = [\"en\"]\n";
  const auto got = run_program("holdfast", {"tenant", "apply", file, "--url", "http://127.0.0.1:1"});
  EXPECT_EQ(got.exit, 1);
  EXPECT_NE(got.err.find(file + ":4:8: flow: is one of"), std::string::npos) << got.err;
  const auto json = run_program("holdfast", {"tenant", "apply", file, "--json"});
  EXPECT_EQ(number_at(lines_of(json.out).at(0), "line"), 4);
}

TEST(Cli, CertificatesAreMadeOnceAndRenewedOnDemand) {
  const temporary_folder folder;
  const auto out = (folder.path() / "certs").string();
  const auto made = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"certs", "--out", out, "--json"});
    const auto got = run_program("holdfast", words);
    EXPECT_EQ(got.exit, 0) << got.err;
    std::string names;
    for (const auto& line : lines_of(got.out))
      if (line.at("made").as_bool()) names += std::string(line.at("name").as_string()) + " ";
    return names;
  };
  EXPECT_EQ(made({"node-1", "node-2"}), "ca node-1 node-2 ");
  EXPECT_EQ(made({"node-1", "node-2", "node-3"}), "node-3 ");
  EXPECT_EQ(made({"node-2", "--force", "--days", "7"}), "node-2 ");
  EXPECT_EQ(std::filesystem::status(folder.path() / "certs/node-2.key").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(run_program("holdfast", {"certs", "Node 1", "--out", out}).exit, 1);
  EXPECT_EQ(run_program("holdfast", {"certs", "node-1", "--out", out, "--days", "0"}).exit, 2);
  EXPECT_EQ(run_program("holdfast", {"certs"}).exit, 2);
}

TEST(Cli, StaffWorksWithATokenOfItsTenant) {
  const temporary_folder folder;
  node_process node(folder.path() / "data");
  furnish(node);
  if (HasFatalFailure()) return;
  const place where{node.url(), node.data()};
  const auto booked_tents = book_group(where);
  ASSERT_TRUE(booked_tents.good()) << text_of(booked_tents);

  const auto made =
      run_program("holdfast", {"token", "--role", "admin", "--tenant", "festival", "--data", node.data().string(), "--ttl", "5m"});
  ASSERT_EQ(made.exit, 0) << made.err;
  const auto token = made.out.substr(0, made.out.size() - 1);
  const std::vector<std::string> as_admin{"--url", node.url(), "--token", token};
  const auto run = [&](std::vector<std::string> words) {
    words.insert(words.end(), as_admin.begin(), as_admin.end());
    return run_program("holdfast", words);
  };

  const auto shown = run({"booking", "show", booked_tents.booking, "--tenant", "festival", "--json"});
  ASSERT_EQ(shown.exit, 0) << shown.err;
  EXPECT_EQ(text_at(lines_of(shown.out).at(0), "status"), "confirmed");
  EXPECT_EQ(run({"booking", "show", booked_tents.booking, "--tenant", "theatre"}).exit, 4) << "another tenant's door";

  EXPECT_EQ(run({"event", "close", "summer-2027", "--tenant", "festival"}).exit, 0);
  guest g(node.url(), "festival");
  const auto refused = g.post("/holds", boost::json::object{{"resourceId", "summer-2027"}, {"category", "tent"}, {"quantity", 1}});
  EXPECT_EQ(refused.status, 409) << refused.text;
  EXPECT_EQ(text_at(refused.body, "code"), "booking_closed");
  EXPECT_EQ(run({"event", "open", "summer-2027", "--tenant", "festival"}).exit, 0);

  EXPECT_EQ(run({"booking", "cancel", booked_tents.booking, "--tenant", "festival", "--reason", "storm"}).exit, 0);
  const auto listed = run({"booking", "list", "--tenant", "festival", "--status", "cancelled", "--json"});
  EXPECT_EQ(listed.exit, 0) << listed.err;
  EXPECT_EQ(run({"booking", "cancel", "no.such.12345678", "--tenant", "festival"}).exit, 1);
}

TEST(Cli, OperatorsSeeAndActAndAllOfItIsWrittenDown) {
  const temporary_folder folder;
  node_process node(folder.path() / "data");
  ASSERT_TRUE(node.start()) << node.log();
  ASSERT_EQ(apply_tenants(node.data()).exit, 0);
  const auto run = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--json", "--data", node.data().string()});
    return run_program("holdfast", words);
  };
  const auto first = [&](const std::vector<std::string>& words) {
    const auto got = run(words);
    EXPECT_EQ(got.exit, 0) << words[1] << ": " << got.err;
    const auto lines = lines_of(got.out);
    return lines.empty() ? boost::json::value() : lines.front();
  };
  const auto status = first({"cluster", "status"});
  EXPECT_EQ(status.at_pointer("/shards/node-1"), 256);
  EXPECT_EQ(text_at(first({"cluster", "nodes"}), "state"), "serving");
  EXPECT_EQ(lines_of(run({"cluster", "shards"}).out).size(), 256U);
  EXPECT_EQ(text_at(first({"cluster", "find", "--tenant", "theatre", "--id", "tenant/theatre"}), "kind"), "tenant");

  EXPECT_EQ(text_at(first({"cluster", "restart", "tenant/theatre"}), "outcome"), "done");
  EXPECT_EQ(text_at(first({"cluster", "snapshot", "tenant/theatre"}), "outcome"), "done");
  EXPECT_EQ(text_at(first({"cluster", "passivate", "tenant/theatre"}), "outcome"), "done");
  const auto seen = first({"cluster", "entity", "tenant/theatre", "--events", "1"});
  EXPECT_EQ(seen.at_pointer("/run/phase"), "not_running");
  EXPECT_EQ(seen.at_pointer("/state/definition/slug"), "theatre");
  EXPECT_EQ(run({"cluster", "entity", "tenant/nobody"}).exit, 1);

  EXPECT_EQ(text_at(first({"cluster", "log-level", "mail", "debug"}), "outcome"), "done");
  bool debugging = false;
  for (const auto& one : lines_of(run({"cluster", "log-level"}).out))
    debugging = debugging || (text_at(one, "component") == "mail" && text_at(one, "level") == "debug");
  EXPECT_TRUE(debugging);
  EXPECT_EQ(run({"cluster", "log-level", "mail"}).exit, 2);
  EXPECT_EQ(run({"cluster", "slow"}).exit, 0);

  for (const std::vector<std::string>& words : {std::vector<std::string>{"cluster", "drain", "node-1"},
                                                {"cluster", "pause", "node-1"},
                                                {"cluster", "resume", "node-1"},
                                                {"cluster", "move", "7", "node-2"},
                                                {"cluster", "rebalance"}}) {
    const auto got = run(words);
    EXPECT_EQ(got.exit, 1) << words[1];
    EXPECT_NE(got.err.find("This node is alone"), std::string::npos) << got.err;
  }

  EXPECT_EQ(run({"tenant", "suspend", "theatre", "--reason", "unpaid"}).exit, 0);
  node.kill();
  ASSERT_TRUE(node.start()) << node.log();
  EXPECT_EQ(text_at(first({"cluster", "entity", "tenant/theatre"}).at_pointer("/state/suspension"), "reason"), "unpaid");
  guest g(node.url(), "theatre");
  const auto refused = g.post("/bookings", boost::json::object{{"resourceId", "any"}, {"quantity", 1}});
  EXPECT_EQ(text_at(refused.body, "code"), "tenant_suspended") << refused.text;
  EXPECT_EQ(run({"tenant", "resume", "theatre"}).exit, 0);

  const auto trail = lines_of(run({"cluster", "audit-trail", "--limit", "100"}).out);
  EXPECT_EQ(trail.size(), 11U) << "whatever was done, and what was refused";
  EXPECT_EQ(text_at(trail.at(0), "action"), "resume_tenant");
  EXPECT_EQ(text_at(trail.at(0), "subject"), "cli");
  EXPECT_EQ(run_program("holdfast", {"cluster", "status", "--url", node.url()}).exit, 4);
  const auto admin = run_program("holdfast", {"token", "--role", "admin", "--tenant", "theatre", "--data", node.data().string()});
  EXPECT_EQ(run_program("holdfast", {"cluster", "status", "--url", node.url(), "--token", admin.out.substr(0, admin.out.size() - 1)}).exit,
            4);
}

}  // namespace
}  // namespace holdfast::e2e
