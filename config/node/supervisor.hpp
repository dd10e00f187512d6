#pragma once
// Tells systemd (or whoever set NOTIFY_SOCKET) how the node is doing. Nothing happens where nobody listens.
#include <string_view>

namespace holdfast::node {

/// "READY=1", "STOPPING=1", "STATUS=…" (sd_notify(3)).
void notify_supervisor(std::string_view state);

}  // namespace holdfast::node
