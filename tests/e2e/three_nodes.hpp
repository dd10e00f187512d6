#pragma once
// Three real nodes on one PostgreSQL, with the demo tenants; whichever sends a mail, it lies in the same folder.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <fstream>
#include <memory>
#include <vector>

#include "tests/e2e/demo_node.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/postgres.hpp"

namespace holdfast::e2e {

class three_nodes {
public:
  three_nodes() {
    const auto certs = folder_.path() / "certs";
    const auto made = run_program("holdfast", {"certs", "node-1", "node-2", "node-3", "--out", certs.string()});
    EXPECT_EQ(made.exit, 0) << made.err;
    const auto keys = run_program("holdfast", {"keys", "create", (folder_.path() / "node.keys").string()});
    EXPECT_EQ(keys.exit, 0) << keys.err;
    std::filesystem::create_directory(folder_.path() / "mail");
    for (int i = 1; i <= 3; ++i) {
      const auto name = "node-" + std::to_string(i);
      const auto data = folder_.path() / name;
      std::filesystem::create_directories(data);
      std::filesystem::create_symlink(folder_.path() / "mail", data / "mail");  // whichever node sends it
      std::filesystem::copy_file(folder_.path() / "node.keys", data / "node.keys");
      const auto settings = folder_.path() / (name + ".toml");
      std::ofstream(settings) << "[node]\nname = \"" << name << "\"\njournal_url = \"" << database_.url()
                              << "\"\n[cluster]\nenabled = true\n"
                              << "link_port = 0\ncertificate_file = \"" << (certs / (name + ".pem")).string() << "\"\nprivate_key_file = \""
                              << (certs / (name + ".key")).string() << "\"\nauthority_file = \"" << (certs / "ca.pem").string() << "\"\n"
                              << "[http]\nrequests_per_address_per_s_max = 0\n";
      nodes_.push_back(std::make_unique<node_process>(data, std::vector<std::string>{"--config", settings.string()}));
    }
  }
  node_process& operator[](int i) { return *nodes_.at(static_cast<std::size_t>(i - 1)); }
  place at(int i) { return {(*this)[i].url(), (*this)[i].data()}; }
  std::string journal() const { return database_.url(); }

  void start() {
    for (auto& node : nodes_) ASSERT_TRUE(node->start()) << node->log();
    const auto applied = apply_tenants((*this)[1].data());
    ASSERT_EQ(applied.exit, 0) << applied.err << applied.out;
    const auto imported = import_campsites((*this)[1].data());
    ASSERT_EQ(imported.exit, 0) << imported.err;
    audit();  // waits until the lists show what was imported
  }
  /// Shards that the node says to hold.
  int holds(int i) {
    cli::http_client http((*this)[i].url());
    const auto text = http.send({"GET", "/metrics", {}, {}}).body;
    const auto at = text.find("\nholdfast_cluster_shards ");
    return at == std::string::npos ? -1 : std::stoi(text.substr(at + 25));
  }
  /// What `holdfast cluster …` says when it asks that node.
  finished cluster(int asked, std::vector<std::string> words) {
    words.insert(words.begin(), "cluster");
    words.insert(words.end(), {"--json", "--data", (*this)[asked].data().string()});
    return run_program("holdfast", words);
  }
  /// Waits until these nodes share all shards and none of them moves: what is asked then is asked of a cluster at rest.
  void expect_at_rest(const std::vector<int>& among) {
    const auto most = 256 / among.size() + 15;  // rendezvous hashing is uneven
    std::string said;
    const auto rests = [&] {
      said = cluster(among.front(), {"status"}).out;
      const auto status = said.empty() ? boost::json::value() : boost::json::parse(said.substr(0, said.find('\n')));
      if (!status.is_object() || status.at("moving") != 0 || status.at("shards").as_object().size() != among.size()) return false;
      return std::ranges::all_of(status.at("shards").as_object(),
                                 [&](const auto& one) { return one.value().template to_number<std::size_t>() < most; });
    };
    ASSERT_TRUE(test::eventually(rests, std::chrono::seconds(20), std::chrono::milliseconds(50))) << said << (*this)[among.front()].log();
  }
  void audit(const std::string& wait_ms = "5000") {
    const auto checked = run_program("holdfast", {"audit", "--journal", journal(), "--wait-ms", wait_ms, "--json"});
    EXPECT_EQ(checked.exit, 0) << checked.out << checked.err;
  }

private:
  temporary_folder folder_;
  test::postgres database_;
  std::vector<std::unique_ptr<node_process>> nodes_;
};

}  // namespace holdfast::e2e
