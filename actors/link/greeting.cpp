#include "actors/link/greeting.hpp"

#include <algorithm>

#include "actors/link/node_name.hpp"

namespace holdfast::actors::link {

std::string encode_prefixed(const google::protobuf::MessageLite& message) {
  const auto body = message.SerializeAsString();
  std::string out;
  out.push_back(static_cast<char>(body.size() >> 8U));
  out.push_back(static_cast<char>(body.size() & 0xFFU));
  return out + body;
}

std::size_t prefixed_length(const char* two_bytes) noexcept {
  const auto size = (static_cast<std::size_t>(static_cast<unsigned char>(two_bytes[0])) << 8U) | static_cast<unsigned char>(two_bytes[1]);
  return size <= greeting_bytes_max ? size : 0;
}

std::optional<objection> object_to(const v1::LinkGreeting& greeting, const std::vector<std::string>& certified,
                                   std::string_view own_cluster, std::string_view own_name) {
  const auto& from = greeting.from();
  if (!valid_node_name(from)) return objection{refusal::greeting, "no valid node name"};
  if (std::find(certified.begin(), certified.end(), from) == certified.end())
    return objection{refusal::wrong_name, "it calls itself " + from + ", which its certificate does not say"};
  if (greeting.protocol() != link_protocol)
    return objection{refusal::greeting, from + " speaks link protocol " + std::to_string(greeting.protocol())};
  if (greeting.instance().size() > instance_bytes_max) return objection{refusal::greeting, from + " has too long an instance name"};
  if (greeting.cluster() != own_cluster) return objection{refusal::greeting, from + " belongs to another cluster"};
  if (greeting.to() != own_name) return objection{refusal::greeting, from + " wants another node"};
  if (from == own_name) return objection{refusal::greeting, "it calls itself by this node's own name"};
  return std::nullopt;
}

}  // namespace holdfast::actors::link
