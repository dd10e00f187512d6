#pragma once
// What a node is called, and how its certificate says so.
//
// A node's certificate carries its name as a URI in the subject alternative names: urn:holdfast:node:<name>. A URI of our own cannot be
// mistaken for the host name of a web server that the same authority may have certified.
#include <string>
#include <string_view>

namespace holdfast::actors::link {

/// [a-z0-9][a-z0-9-]{0,62}
bool valid_node_name(std::string_view) noexcept;

std::string node_uri(std::string_view name);
/// The name inside a URI of that form; empty for any other text.
std::string_view node_of_uri(std::string_view uri) noexcept;

}  // namespace holdfast::actors::link
