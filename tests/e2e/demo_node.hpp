#pragma once
// A node with the three demo tenants, applied through the command line as ./dev run does it.
#include <gtest/gtest.h>

#include "tests/e2e/flows.hpp"
#include "tests/e2e/node_process.hpp"

namespace holdfast::e2e {

inline const std::vector<std::string> demo_files{"config/tenants/festival.toml", "config/tenants/theatre.toml"};
inline const std::string campsites_csv = "config/tenants/data/nz-campsites.csv";

inline finished apply_tenants(const std::filesystem::path& data) {
  return run_program("holdfast", {"tenant", "apply", "--json", "--data", data.string(), demo_files[0], demo_files[1]});
}

inline finished import_campsites(const std::filesystem::path& data) {
  return run_program("holdfast", {"import", "campsites", campsites_csv, "--tenant", "doc-nz", "--data", data.string(), "--json", "--season",
                                  "2030-12-01..2031-05-01"});
}

/// Fails the test where the node does not come up with its tenants.
inline void furnish(node_process& node) {
  ASSERT_TRUE(node.start()) << node.log();
  const auto applied = apply_tenants(node.data());
  ASSERT_EQ(applied.exit, 0) << applied.err << applied.out;
  const auto imported = import_campsites(node.data());
  ASSERT_EQ(imported.exit, 0) << imported.err;
}

inline std::string text_of(const booked& b) {
  std::string out = b.tenant + ":";
  for (const auto& f : b.failures) out += " " + f;
  return out;
}

}  // namespace holdfast::e2e
