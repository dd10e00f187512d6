#pragma once
// Reads request bodies strictly. What is no JSON at all is refused at once (400); everything that is wrong with fields is collected, so
// that the caller sees all of it in one answer (422).
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/api/rules.hpp"
#include "holdfast/v1/envelope.pb.h"

namespace holdfast::gateway::api {

namespace json = boost::json;

inline constexpr std::size_t depth_max = 16;
inline constexpr int field_errors_max = 50;

/// Codes as the API document lists them.
class field_errors {
public:
  /// Past field_errors_max nothing is added: more helps nobody.
  void add(std::string field, std::string_view code, std::string detail);
  bool any() const noexcept { return rejection_.fields_size() > 0; }
  v1::Rejection take();

private:
  v1::Rejection rejection_;
};

/// RFC 8259 with UTF-8 checked, at most depth_max deep. MALFORMED_REQUEST where it is no JSON; INVALID_FIELDS for a name that stands
/// twice in one object (Boost would let the last one win) and for a number too large to be finite.
std::variant<json::value, v1::Rejection> parse_json(std::string_view text);

enum class presence : std::uint8_t { required, optional };

/// One object of a body. Each call names a field, checks it and notes it as known; done() refuses the rest.
class object_reader {
public:
  object_reader(const json::value&, std::string path, field_errors&);
  object_reader(const object_reader&) = delete;
  object_reader& operator=(const object_reader&) = delete;

  /// The value is an object; otherwise an error is noted and every field reads as absent.
  bool valid() const noexcept { return object_ != nullptr; }
  bool has(std::string_view name) const noexcept { return object_ != nullptr && object_->contains(name); }
  bool is_empty_object(std::string_view name) const noexcept {
    const auto* value = object_ == nullptr ? nullptr : object_->if_contains(name);
    return value != nullptr && value->is_object() && value->get_object().empty();
  }

  std::optional<std::string> text(std::string_view name, const text_rule&, presence);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max, presence);
  std::optional<double> number(std::string_view name, double min, double max, presence);
  std::optional<bool> boolean(std::string_view name, presence);
  /// Calls `read` where the field is an object.
  void object(std::string_view name, presence, const std::function<void(object_reader&)>& read);
  /// Calls `read` for each element, which must be an object.
  void objects(std::string_view name, std::size_t min, std::size_t max, presence, const std::function<void(object_reader&)>& read);
  std::vector<std::string> texts(std::string_view name, const text_rule&, std::size_t min, std::size_t max, presence);
  /// An object whose names are data: language → text.
  std::map<std::string, std::string> text_map(std::string_view name, const text_rule& key, const text_rule& value, std::size_t max,
                                              presence);

  std::string path_of(std::string_view name) const;
  field_errors& errors() noexcept { return errors_; }
  /// Notes every field that nobody asked for.
  void done();

private:
  const json::value* find(std::string_view name, presence);
  const json::array* find_array(std::string_view name, std::size_t min, std::size_t max, presence);

  const json::object* object_ = nullptr;
  std::string path_;
  field_errors& errors_;
  std::vector<std::string_view> known_;
};

/// Query parameters by the same rules: unknown and repeated names are refused.
class query_reader {
public:
  query_reader(const std::vector<std::pair<std::string, std::string>>& query, field_errors&);

  std::optional<std::string> text(std::string_view name, const text_rule&);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<bool> boolean(std::string_view name);
  field_errors& errors() noexcept { return errors_; }
  void done();

private:
  std::optional<std::string_view> find(std::string_view name);

  const std::vector<std::pair<std::string, std::string>>& query_;
  field_errors& errors_;
  std::vector<std::string_view> known_;
};

}  // namespace holdfast::gateway::api
