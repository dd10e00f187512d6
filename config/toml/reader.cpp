#include "config/toml/reader.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>

namespace holdfast::config {

table_reader::table_reader(const toml::table& table, std::string name, problem_list& problems)
    : table_(&table), name_(std::move(name)), problems_(&problems) {}

bool table_reader::has(std::string_view key) const { return table_->contains(key); }

void table_reader::complain_at(const toml::node& node, std::string message) {
  const auto at = node.source().begin;
  problems_->add(at.line, at.column, std::move(message));
}

void table_reader::complain(std::string_view key, const std::string& message) {
  const auto* node = table_->get(key);
  complain_at(node == nullptr ? *static_cast<const toml::node*>(table_) : *node, std::string(key) + ": " + message);
}

const toml::node* table_reader::find(std::string_view key, need wanted) {
  asked_.emplace_back(key);
  const auto* node = table_->get(key);
  if (node == nullptr && wanted == need::required) complain_at(*table_, name_ + " needs the key '" + std::string(key) + "'");
  return node;
}

template <class T>
const T* table_reader::typed(std::string_view key, need wanted, const char* kind) {
  const auto* node = find(key, wanted);
  if (node == nullptr) return nullptr;
  const auto* value = node->as<T>();
  if (value == nullptr) complain_at(*node, std::string(key) + " must be " + kind);
  return value == nullptr ? nullptr : &value->get();
}

bool table_reader::read(std::string_view key, std::string& out, need wanted) {
  const auto* value = typed<std::string>(key, wanted, "a text in quotes");
  if (value != nullptr) out = *value;
  return value != nullptr;
}

bool table_reader::read(std::string_view key, bool& out, need wanted) {
  const auto* value = typed<bool>(key, wanted, "true or false");
  if (value != nullptr) out = *value;
  return value != nullptr;
}

bool table_reader::read(std::string_view key, double& out, need wanted) {
  const auto* node = find(key, wanted);
  if (node == nullptr) return false;
  const auto value = node->is_number() ? node->value<double>() : std::nullopt;
  if (!value || !std::isfinite(*value)) {
    complain_at(*node, std::string(key) + " must be a number");
    return false;
  }
  out = *value;
  return true;
}

bool table_reader::read(std::string_view key, std::int64_t& out, range allowed, need wanted) {
  const auto* value = typed<std::int64_t>(key, wanted, "a whole number");
  if (value == nullptr) return false;
  if (*value < allowed.least || *value > allowed.most) {
    complain(key, "must be between " + std::to_string(allowed.least) + " and " + std::to_string(allowed.most) + ", not " +
                      std::to_string(*value));
    return false;
  }
  out = *value;
  return true;
}

bool table_reader::read(std::string_view key, toml::date& out, need wanted) {
  const auto* value = typed<toml::date>(key, wanted, "a date like 2027-07-03");
  if (value != nullptr) out = *value;
  return value != nullptr;
}

bool table_reader::read(std::string_view key, toml::time& out, need wanted) {
  const auto* value = typed<toml::time>(key, wanted, "a time like 19:30:00");
  if (value != nullptr) out = *value;
  return value != nullptr;
}

bool table_reader::read(std::string_view key, toml::date_time& out, need wanted) {
  const auto* value = typed<toml::date_time>(key, wanted, "a date and time like 2027-07-03T19:30:00");
  if (value != nullptr) out = *value;
  return value != nullptr;
}

template <class T>
bool table_reader::list(std::string_view key, std::vector<T>& out, const char* kind) {
  const auto* node = find(key, need::optional);
  if (node == nullptr) return false;
  const auto* array = node->as_array();
  if (array == nullptr) {
    complain_at(*node, std::string(key) + " must be a list of " + kind);
    return false;
  }
  out.clear();
  for (const auto& item : *array) {
    if (const auto* value = item.as<T>())
      out.push_back(value->get());
    else
      complain_at(item, "every entry of " + std::string(key) + " must be one of " + kind);
  }
  return out.size() == array->size();
}

bool table_reader::read(std::string_view key, std::vector<toml::date>& out) { return list(key, out, "dates like 2027-07-03"); }

bool table_reader::read(std::string_view key, std::vector<toml::date_time>& out) {
  return list(key, out, "dates and times like 2027-07-03T19:30:00");
}

bool table_reader::read(std::string_view key, std::vector<std::string>& out, need wanted) {
  if (!has(key) && wanted == need::required) return find(key, wanted) != nullptr;
  return list(key, out, "texts in quotes");
}

bool table_reader::read(std::string_view key, std::map<std::string, std::string>& out, need wanted) {
  const auto* node = find(key, wanted);
  if (node == nullptr) return false;
  const auto* values = node->as_table();
  if (values == nullptr) {
    complain_at(*node, std::string(key) + " must be a table of texts, one per language");
    return false;
  }
  for (const auto& [name, item] : *values) {
    if (const auto* value = item.as_string())
      out[std::string(name.str())] = value->get();
    else
      complain_at(item, std::string(key) + "." + std::string(name.str()) + " must be a text in quotes");
  }
  return true;
}

std::optional<table_reader> table_reader::table(std::string_view key, need wanted) {
  const auto* node = find(key, wanted);
  if (node == nullptr) return std::nullopt;
  if (const auto* inner = node->as_table()) return table_reader(*inner, std::string(key), *problems_);
  complain_at(*node, std::string(key) + " must be a table: [" + std::string(key) + "]");
  return std::nullopt;
}

std::vector<table_reader> table_reader::tables(std::string_view key) {
  std::vector<table_reader> out;
  const auto* node = find(key, need::optional);
  if (node == nullptr) return out;
  const auto* array = node->as_array();
  if (array == nullptr) {
    complain_at(*node, std::string(key) + " must be a list of tables: [[" + std::string(key) + "]]");
    return out;
  }
  for (const auto& item : *array) {
    if (const auto* inner = item.as_table())
      out.emplace_back(*inner, std::string(key), *problems_);
    else
      complain_at(item, "every entry of " + std::string(key) + " must be a table");
  }
  return out;
}

void table_reader::finish() {
  for (const auto& [key, node] : *table_) {
    const std::string name(key.str());
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
    const auto meant = closest(name, asked_);
    const auto at = key.source().begin;
    problems_->add(at.line, at.column, name_ + " has no key '" + name + "'" + (meant.empty() ? "" : "; did you mean '" + meant + "'?"));
  }
}

std::optional<toml::table> parse_document(std::string_view text, problem_list& problems) {
  try {
    return toml::parse(text, problems.file());
  } catch (const toml::parse_error& error) {
    const auto at = error.source().begin;
    problems.add(at.line, at.column, std::string(error.description()));
    return std::nullopt;
  }
}

std::optional<std::string> read_file(const std::string& path, std::size_t bytes_max, problem_list& problems) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    problems.add(0, 0, "cannot be opened");
    return std::nullopt;
  }
  std::string text(bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) {
    problems.add(0, 0, "cannot be read");
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > bytes_max) {
    problems.add(0, 0, "is larger than " + std::to_string(bytes_max) + " bytes");
    return std::nullopt;
  }
  return text;
}

}  // namespace holdfast::config
