#pragma once
// The JSON API of protocols/openapi.yaml as routes. Handlers map request → command(s) → answer; they touch no socket and wait for nobody:
// each runs as a coroutine that resumes where an answer arrives.
#include <memory>

#include "actors/region.hpp"
#include "gateway/api/key_memory.hpp"
#include "gateway/api/reads.hpp"
#include "gateway/api/tenant_cache.hpp"
#include "gateway/auth/keys.hpp"
#include "gateway/http/router.hpp"
#include "gateway/live/encoding.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::gateway::api {

struct settings {
  std::size_t cached_tenants_max = 1024;
  unix_ms tenant_cached_ms_max = 2'000;      // another node's change is seen after this
  std::size_t remembered_keys_max = 65'536;  // idempotency keys, to catch one that is used for two different things
  std::size_t parallel_asks_max = 32;        // commands of one request that are under way at the same time
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
  tenant_cache tenants;
  key_memory used_keys;
};

inline constexpr std::string_view api_prefix = "/api/v1";

/// Everything below api_prefix except the live socket.
void add_routes(router&, std::shared_ptr<api_context>);

/// Shows blocks and events over the live socket exactly as the routes do. Bookings and tenants are not for the public.
std::unique_ptr<live_encoder> make_live_encoder(const wall_clock&);

}  // namespace holdfast::gateway::api
