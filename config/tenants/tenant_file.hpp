#pragma once
// Declarative tenant definitions: one TOML file says what a tenant is, what it sells and where its spots lie. Reading is pure: file in,
// definitions or a list of problems out; `holdfast tenant apply` sends them to a node. config/tenants/README.md shows the format.
#include <string>
#include <string_view>
#include <vector>

#include "config/toml/problems.hpp"
#include "holdfast/v1/event.pb.h"
#include "holdfast/v1/spot_block.pb.h"
#include "holdfast/v1/tenant.pb.h"

namespace holdfast::config {

struct event_bundle {
  v1::EventDefinition event;  // block_ids name `blocks` in order
  std::vector<v1::BlockDefinition> blocks;
};

/// What one file defines, complete: policies and prices are resolved down to the blocks.
struct tenant_bundle {
  v1::TenantDefinition tenant;
  std::vector<event_bundle> events;
  std::size_t spots() const;
};

/// The bundle is usable only while `problems` stays empty.
tenant_bundle parse_tenant(std::string_view text, problem_list& problems);
tenant_bundle read_tenant_file(const std::string& path, problem_list& problems);

inline constexpr std::size_t tenant_file_bytes_max = 4U << 20U;
inline constexpr std::size_t spots_per_block_max = 1024;
inline constexpr std::size_t events_per_file_max = 5000;

}  // namespace holdfast::config
