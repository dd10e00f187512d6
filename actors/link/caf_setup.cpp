#include "actors/link/caf_setup.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/detail/get_root_uuid.hpp>
#include <caf/io/middleman.hpp>

#include "protocols/base/seams.hpp"

// CAF makes a node id from the hardware addresses, this text and the process id. Two containers can agree on all of them and then cannot
// talk to each other, and a restarted node would get the id of its former life while its actor ids start from 1 again. This definition
// takes the place of the library's, which asks the file system: every actor system is a node that never was before.
std::string caf::detail::get_root_uuid() { return holdfast::random_text(holdfast::system_entropy(), 26); }

namespace holdfast::actors::link {

void prepare_for_links(caf::actor_system_config& config, const limits& bounds) {
  config.load<caf::io::middleman>();
  config.set("middleman.heartbeat-interval", caf::timespan(bounds.heartbeat_ms));
  config.set("middleman.connection-timeout", caf::timespan(bounds.silence_ms_max));
  config.set("middleman.enable-automatic-connections", false);  // true opens a random port to everybody
  config.set("middleman.workers", std::size_t{0});              // one thread less between a frame and its actor
}

}  // namespace holdfast::actors::link
