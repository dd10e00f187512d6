#pragma once
// The JSON API of protocols/openapi.yaml as routes. Handlers map request → command(s) → answer; they touch no socket and wait for nobody:
// each runs as a coroutine that resumes where an answer arrives.
#include <memory>

#include "actors/region.hpp"
#include "gateway/api/block_maps.hpp"
#include "gateway/api/definition_cache.hpp"
#include "gateway/api/key_memory.hpp"
#include "gateway/api/reads.hpp"
#include "gateway/auth/keys.hpp"
#include "gateway/http/router.hpp"
#include "gateway/live/encoding.hpp"
#include "holdfast/v1/event.pb.h"
#include "holdfast/v1/tenant.pb.h"
#include "protocols/base/seams.hpp"

namespace holdfast::gateway::api {

struct settings {
  std::size_t cached_tenants_max = 1024;
  unix_ms tenant_cached_ms_max = 2'000;  // another node's change is seen after this
  std::size_t cached_events_max = 16'384;
  unix_ms event_cached_ms_max = 2'000;                // the same; blocks decide by their own rules, which do not wait for this
  std::size_t remembered_keys_max = 65'536;           // idempotency keys, to catch one that is used for two different things
  std::size_t kept_map_bytes_max = 64 * 1024 * 1024;  // texts of maps, for all who open them
  std::size_t parallel_asks_max = 32;                 // commands of one request that are under way at the same time
};

/// What handlers use. Everything referred to outlives it.
struct api_context {
  api_context(actors::region&, reads&, const wall_clock&, entropy&, const node_keys&, settings = {});

  actors::region& region;
  reads& lists;
  const wall_clock& clock;
  entropy& random;
  const node_keys& keys;
  settings limits;
  definition_cache<v1::TenantView> tenants;      // by slug
  definition_cache<v1::EventDefinition> events;  // by entity
  key_memory used_keys;
  block_maps maps;
};

inline constexpr std::string_view api_prefix = "/api/v1";

/// Everything below api_prefix except the live socket and what is for operators (gateway/console).
void add_routes(router&, const std::shared_ptr<api_context>&);

/// Shows blocks, events and bookings over the live socket exactly as the routes do. Tenants are not for the public.
std::unique_ptr<live_encoder> make_live_encoder(const wall_clock&);

}  // namespace holdfast::gateway::api
