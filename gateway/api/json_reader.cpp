#include "gateway/api/json_reader.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/string.hpp>
#include <charconv>
#include <cmath>

#include "protocols/base/errors.hpp"

namespace holdfast::gateway::api {
namespace {

// Beyond this a double no longer names one integer.
constexpr double exact_max = 9'007'199'254'740'992.0;

/// 3 and 3.0 are the same number (JSON Schema says so too); 3.5 and what does not fit 64 bits are no integers.
std::optional<std::int64_t> as_integer(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_double()) {
    const auto d = value.get_double();
    if (std::trunc(d) == d && std::abs(d) <= exact_max) return static_cast<std::int64_t>(d);
  }
  return std::nullopt;
}

bool is_integer_too_large(const json::value& value) {
  return value.is_uint64() || (value.is_double() && std::trunc(value.get_double()) == value.get_double());
}

std::optional<double> as_number(const json::value& value) {
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  if (value.is_double()) return value.get_double();
  return std::nullopt;
}

std::string count_text(std::size_t n, const char* unit) { return std::to_string(n) + " " + unit; }

std::string range_text(auto min, auto max) { return "from " + std::to_string(min) + " to " + std::to_string(max); }

bool check_text(field_errors& errors, const std::string& path, std::string_view text, const text_rule& rule) {
  // A text can have no more characters than bytes: the cheap test first.
  const auto n = text.size() > rule.max * 4 ? rule.max + 1 : characters(text);
  if (n > rule.max) {
    errors.add(path, "range", "at most " + count_text(rule.max, "characters"));
  } else if (n < rule.min && (n == 0 || rule.matches == nullptr)) {
    errors.add(path, "range", n == 0 ? "must not be empty" : "at least " + count_text(rule.min, "characters"));
  } else if (n < rule.min || (rule.matches != nullptr && !rule.matches(text))) {
    errors.add(path, "format", "must be " + std::string(rule.wanted));
  } else {
    return true;
  }
  return false;
}

}  // namespace

void field_errors::add(std::string field, std::string_view code, std::string detail) {
  if (rejection_.fields_size() >= field_errors_max) return;
  auto& error = *rejection_.add_fields();
  error.set_field(std::move(field));
  error.set_code(std::string(code));
  error.set_detail(std::move(detail));
}

v1::Rejection field_errors::take() {
  rejection_.set_code(v1::INVALID_FIELDS);
  return std::exchange(rejection_, {});
}

// ---- object_reader

object_reader::object_reader(const json::value& value, std::string path, field_errors& errors) : path_(std::move(path)), errors_(errors) {
  if (value.is_object())
    object_ = &value.get_object();
  else
    errors_.add(path_.empty() ? "(body)" : path_, "type", "must be an object");
}

std::string object_reader::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : std::string(path_).append(".").append(name);
}

const json::value* object_reader::find(std::string_view name, presence wanted) {
  known_.push_back(name);
  if (object_ == nullptr) return nullptr;
  const auto* value = object_->if_contains(name);
  if (value == nullptr && wanted == presence::required) errors_.add(path_of(name), "required", "is missing");
  return value;
}

std::optional<std::string> object_reader::text(std::string_view name, const text_rule& rule, presence wanted) {
  const auto* value = find(name, wanted);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    errors_.add(path_of(name), "type", "must be a string");
    return std::nullopt;
  }
  const std::string_view text(value->get_string());
  if (!check_text(errors_, path_of(name), text, rule)) return std::nullopt;
  return std::string(text);
}

std::optional<std::int64_t> object_reader::integer(std::string_view name, std::int64_t min, std::int64_t max, presence wanted) {
  const auto* value = find(name, wanted);
  if (value == nullptr) return std::nullopt;
  const auto i = as_integer(*value);
  if (!i && !is_integer_too_large(*value)) {
    errors_.add(path_of(name), "type", "must be an integer");
  } else if (!i || *i < min || *i > max) {
    errors_.add(path_of(name), "range", range_text(min, max));
  } else {
    return i;
  }
  return std::nullopt;
}

std::optional<double> object_reader::number(std::string_view name, double min, double max, presence wanted) {
  const auto* value = find(name, wanted);
  if (value == nullptr) return std::nullopt;
  const auto d = as_number(*value);
  if (!d) {
    errors_.add(path_of(name), "type", "must be a number");
  } else if (*d < min || *d > max) {
    errors_.add(path_of(name), "range", range_text(static_cast<std::int64_t>(min), static_cast<std::int64_t>(max)));
  } else {
    return d;
  }
  return std::nullopt;
}

std::optional<bool> object_reader::boolean(std::string_view name, presence wanted) {
  const auto* value = find(name, wanted);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  errors_.add(path_of(name), "type", "must be true or false");
  return std::nullopt;
}

void object_reader::object(std::string_view name, presence wanted, const std::function<void(object_reader&)>& read) {
  const auto* value = find(name, wanted);
  if (value == nullptr) return;
  object_reader inner(*value, path_of(name), errors_);
  if (!inner.valid()) return;
  read(inner);
  inner.done();
}

const json::array* object_reader::find_array(std::string_view name, std::size_t min, std::size_t max, presence wanted) {
  const auto* value = find(name, wanted);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) {
    errors_.add(path_of(name), "type", "must be a list");
    return nullptr;
  }
  const auto& list = value->get_array();
  if (list.size() >= min && list.size() <= max) return &list;
  errors_.add(path_of(name), "range",
              list.size() < min ? "at least " + count_text(min, "of these") : "at most " + count_text(max, "of these"));
  return nullptr;
}

void object_reader::objects(std::string_view name, std::size_t min, std::size_t max, presence wanted,
                            const std::function<void(object_reader&)>& read) {
  const auto* list = find_array(name, min, max, wanted);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    object_reader inner((*list)[i], path_of(name) + "[" + std::to_string(i) + "]", errors_);
    if (!inner.valid()) continue;
    read(inner);
    inner.done();
  }
}

std::vector<std::string> object_reader::texts(std::string_view name, const text_rule& rule, std::size_t min, std::size_t max,
                                              presence wanted) {
  std::vector<std::string> out;
  const auto* list = find_array(name, min, max, wanted);
  if (list == nullptr) return out;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto path = path_of(name) + "[" + std::to_string(i) + "]";
    const auto& value = (*list)[i];
    if (!value.is_string())
      errors_.add(path, "type", "must be a string");
    else if (check_text(errors_, path, value.get_string(), rule))
      out.emplace_back(value.get_string());
  }
  return out;
}

std::map<std::string, std::string> object_reader::text_map(std::string_view name, const text_rule& key_rule, const text_rule& value_rule,
                                                           std::size_t max, presence wanted) {
  std::map<std::string, std::string> out;
  const auto* value = find(name, wanted);
  if (value == nullptr) return out;
  if (!value->is_object()) {
    errors_.add(path_of(name), "type", "must be an object");
    return out;
  }
  const auto& entries = value->get_object();
  if (entries.size() > max) {
    errors_.add(path_of(name), "range", "at most " + count_text(max, "of these"));
    return out;
  }
  for (const auto& entry : entries) {
    const std::string key(entry.key());
    const auto path = path_of(name) + "." + key.substr(0, 64);
    if (!check_text(errors_, path, key, key_rule)) continue;
    if (!entry.value().is_string())
      errors_.add(path, "type", "must be a string");
    else if (check_text(errors_, path, entry.value().get_string(), value_rule))
      out.emplace(key, std::string(entry.value().get_string()));
  }
  return out;
}

void object_reader::done() {
  if (object_ == nullptr) return;
  for (const auto& entry : *object_)
    if (std::find(known_.begin(), known_.end(), std::string_view(entry.key())) == known_.end())
      errors_.add(path_of(std::string_view(entry.key()).substr(0, 64)), "unknown", "there is no such field");
}

// ---- query_reader

query_reader::query_reader(const std::vector<std::pair<std::string, std::string>>& query, field_errors& errors)
    : query_(query), errors_(errors) {}

std::optional<std::string_view> query_reader::find(std::string_view name) {
  known_.push_back(name);
  std::optional<std::string_view> out;
  for (const auto& [key, value] : query_) {
    if (key != name) continue;
    if (out) errors_.add(std::string(name), "duplicate", "stands twice");
    out = value;
  }
  return out;
}

std::optional<std::string> query_reader::text(std::string_view name, const text_rule& rule) {
  const auto value = find(name);
  if (!value || !check_text(errors_, std::string(name), *value, rule)) return std::nullopt;
  return std::string(*value);
}

std::optional<std::int64_t> query_reader::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const auto value = find(name);
  if (!value) return std::nullopt;
  std::int64_t i = 0;
  const auto* end = value->data() + value->size();
  const auto [stop, error] = std::from_chars(value->data(), end, i);
  if (value->empty() || stop != end || error == std::errc::invalid_argument) {
    errors_.add(std::string(name), "type", "must be an integer");
  } else if (error == std::errc::result_out_of_range || i < min || i > max) {
    errors_.add(std::string(name), "range", range_text(min, max));
  } else {
    return i;
  }
  return std::nullopt;
}

std::optional<bool> query_reader::boolean(std::string_view name) {
  const auto value = find(name);
  if (!value) return std::nullopt;
  if (*value == "true") return true;
  if (*value == "false") return false;
  errors_.add(std::string(name), "type", "must be true or false");
  return std::nullopt;
}

void query_reader::done() {
  std::vector<std::string_view> told;
  for (const auto& parameter : query_) {
    const std::string_view key = parameter.first;
    const auto seen = [key](const auto& list) { return std::find(list.begin(), list.end(), key) != list.end(); };
    if (seen(known_) || seen(told)) continue;
    told.push_back(key);
    errors_.add(std::string(key.substr(0, 64)), "unknown", "there is no such parameter");
  }
}

}  // namespace holdfast::gateway::api
