#include "gateway/console/readable.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <cctype>

#include "gateway/http/problem.hpp"
#include "holdfast/v1/types.pb.h"

namespace holdfast::gateway::console {
namespace {

namespace json = boost::json;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::size_t text_bytes_max = 2'000;
constexpr std::int64_t moment_max = 253'402'300'799'999;  // the last millisecond of the year 9999
constexpr std::string_view rest = "…";

bool is_moment(std::string_view name) noexcept {
  return name.ends_with("at_ms") || name == "begin_ms" || name == "end_ms" || name == "since_ms";
}

bool is_key(std::string_view name) noexcept { return name == "idempotency_key" || name == "allocation_key"; }

std::size_t character_bytes(std::string_view utf8) noexcept {
  std::size_t n = 1;
  while (n < utf8.size() && (static_cast<unsigned char>(utf8[n]) & 0xc0U) == 0x80U) ++n;
  return std::min(n, utf8.size());
}

std::string bounded(const std::string& text) {
  if (text.size() <= text_bytes_max) return text;
  auto end = text_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return text.substr(0, end).append(rest);
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

json::object contact(const v1::Contact& c) {
  json::object out;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out[name] = value;
  };
  add("first_name", masked_name(c.first_name()));
  add("last_name", masked_name(c.last_name()));
  add("email", masked_email(c.email()));
  add("phone", masked_phone(c.phone()));
  add("language", c.language());
  return out;
}

json::value text(const FieldDescriptor& field, const std::string& value) {
  return json::value(is_key(field.name()) ? public_part_of_key(value) : bounded(value));
}

json::value integer(const FieldDescriptor& field, std::int64_t value) {
  if (is_moment(field.name()) && value >= 0 && value <= moment_max) return json::value(iso_time(value));
  return json::value(value);
}

/// One value, the one at `index` where the field is repeated.
json::value value_of(const Message& message, const FieldDescriptor& field, int index) {
  const auto& r = *message.GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return integer(field, many ? r.GetRepeatedInt32(message, &field, index) : r.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return integer(field, many ? r.GetRepeatedInt64(message, &field, index) : r.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return json::value(many ? r.GetRepeatedUInt32(message, &field, index) : r.GetUInt32(message, &field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return json::value(many ? r.GetRepeatedUInt64(message, &field, index) : r.GetUInt64(message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return json::value(many ? r.GetRepeatedDouble(message, &field, index) : r.GetDouble(message, &field));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return json::value(static_cast<double>(many ? r.GetRepeatedFloat(message, &field, index) : r.GetFloat(message, &field)));
    case FieldDescriptor::CPPTYPE_BOOL:
      return json::value(many ? r.GetRepeatedBool(message, &field, index) : r.GetBool(message, &field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return json::value(lower((many ? r.GetRepeatedEnum(message, &field, index) : r.GetEnum(message, &field))->name()));
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string kept;
      return text(field, many ? r.GetRepeatedStringReference(message, &field, index, &kept) : r.GetStringReference(message, &field, &kept));
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return readable(many ? r.GetRepeatedMessage(message, &field, index) : r.GetMessage(message, &field));
  }
  return nullptr;
}

json::value map_of(const Message& message, const FieldDescriptor& field) {
  json::object out;
  const auto& r = *message.GetReflection();
  for (int i = 0; i < r.FieldSize(message, &field); ++i) {
    const auto entry = readable(r.GetRepeatedMessage(message, &field, i));
    const auto* value = entry.if_contains("value");
    const auto* key = entry.if_contains("key");
    if (key != nullptr) out[key->is_string() ? std::string_view(key->get_string()) : std::string_view()] = value ? *value : json::value("");
  }
  return out;
}

json::value list_of(const Message& message, const FieldDescriptor& field) {
  json::array out;
  const auto n = message.GetReflection()->FieldSize(message, &field);
  for (int i = 0; i < n; ++i) out.push_back(value_of(message, field, i));
  return out;
}

/// What is 0 or empty means "none" in these messages; only "no" is worth a line.
bool worth_showing(const Message& message, const FieldDescriptor& field) {
  if (field.type() == FieldDescriptor::TYPE_BYTES) return false;
  const auto& r = *message.GetReflection();
  if (field.is_repeated()) return r.FieldSize(message, &field) > 0;
  if (field.containing_oneof() == nullptr && field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) return true;
  return r.HasField(message, &field);
}

}  // namespace

std::string public_part_of_key(std::string_view scoped_key) {
  const auto colon = scoped_key.find(':');
  return colon == std::string_view::npos ? std::string(rest) : std::string(scoped_key.substr(0, colon + 1)).append(rest);
}

std::string masked_email(std::string_view email) {
  const auto at = email.rfind('@');
  if (email.empty()) return {};
  if (at == std::string_view::npos || at == 0) return std::string(rest);
  return std::string(email.substr(0, character_bytes(email))).append(rest).append(email.substr(at));
}

std::string masked_phone(std::string_view phone) {
  if (phone.empty()) return {};
  return std::string(rest).append(phone.size() > 6 ? phone.substr(phone.size() - 2) : std::string_view());
}

std::string masked_name(std::string_view utf8) {
  return utf8.empty() ? std::string() : std::string(utf8.substr(0, character_bytes(utf8))).append(".");
}

json::object readable(const Message& message) {
  if (const auto* guest = google::protobuf::DynamicCastToGenerated<v1::Contact>(&message)) return contact(*guest);
  json::object out;
  const auto& described = *message.GetDescriptor();
  for (int i = 0; i < described.field_count(); ++i) {
    const auto& field = *described.field(i);
    if (!worth_showing(message, field)) continue;
    out[field.name()] = field.is_map()        ? map_of(message, field)
                        : field.is_repeated() ? list_of(message, field)
                                              : value_of(message, field, 0);
  }
  return out;
}

}  // namespace holdfast::gateway::console
