#include "gateway/live/messages.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "gateway/auth/jwt.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway {
namespace {

namespace json = boost::json;

constexpr std::size_t topic_bytes_max = 256;
constexpr std::size_t access_bytes_max = 64;
constexpr std::size_t bearer_bytes_max = jwt_size_max;

std::optional<std::string> text_at(const json::object& message, std::string_view name, std::size_t bytes_max) {
  const auto* value = message.if_contains(name);
  const auto* text = value ? value->if_string() : nullptr;
  return text && text->size() <= bytes_max ? std::optional(std::string(text->data(), text->size())) : std::nullopt;
}

bool known_fields_only(const json::object& message, bool subscribing) {
  for (const auto& [name, value] : message) {
    const bool known = name == "op" || name == "topic" || (subscribing && (name == "version" || name == "access" || name == "bearer"));
    if (!known) return false;
  }
  return true;
}

/// False where the field is there but no such text.
bool read_text(const json::object& message, std::string_view name, std::size_t bytes_max, std::string& out) {
  if (!message.contains(name)) return true;
  auto text = text_at(message, name, bytes_max);
  if (!text) return false;
  out = *std::move(text);
  return true;
}

/// False where the field is there but no version.
bool read_version(const json::object& message, std::optional<std::int64_t>& out) {
  const auto* value = message.if_contains("version");
  if (!value) return true;
  const auto* number = value->if_int64();
  if (!number || *number < 0) return false;
  out = *number;
  return true;
}

}  // namespace

std::variant<client_message, client_error> read_client_message(std::string_view text) {
  boost::system::error_code ec;
  const auto document = json::parse(text, ec, {}, {.max_depth = 4});
  const auto* message = ec ? nullptr : document.if_object();
  if (!message) return client_error{v1::MALFORMED_REQUEST, {}};
  const auto op = text_at(*message, "op", 16);
  auto name = text_at(*message, "topic", topic_bytes_max);
  const client_error invalid{v1::INVALID_FIELDS, name.value_or("")};
  const bool subscribing = op == "subscribe";
  if (!name || (!subscribing && op != "unsubscribe") || !known_fields_only(*message, subscribing)) return invalid;
  client_message out{
      subscribing ? client_message::operation::subscribe : client_message::operation::unsubscribe, *std::move(name), {}, {}, {}};
  const bool read = read_version(*message, out.version) && read_text(*message, "access", access_bytes_max, out.access) &&
                    read_text(*message, "bearer", bearer_bytes_max, out.bearer);
  if (!read) return invalid;
  return out;
}

frame snapshot_frame(std::string_view topic, std::int64_t version, std::string_view state) {
  std::string out;
  out.reserve(state.size() + topic.size() + 80);
  out.append(R"({"op":"snapshot","topic":")").append(topic).append(R"(","version":)").append(std::to_string(version));
  out.append(R"(,"state":)").append(state).append("}");
  return std::make_shared<const std::string>(std::move(out));
}

frame delta_frame(std::string_view topic, std::int64_t version, std::int64_t from, std::string_view changes) {
  std::string out;
  out.reserve(changes.size() + topic.size() + 100);
  out.append(R"({"op":"delta","topic":")").append(topic).append(R"(","version":)").append(std::to_string(version));
  out.append(R"(,"from":)").append(std::to_string(from)).append(R"(,"changes":)").append(changes).append("}");
  return std::make_shared<const std::string>(std::move(out));
}

frame error_frame(std::string_view topic, v1::ErrorCode code) {
  json::object out{{"op", "error"}};
  if (!topic.empty()) out["topic"] = topic;
  out["code"] = describe(code).text;
  return std::make_shared<const std::string>(json::serialize(out));
}

}  // namespace holdfast::gateway
