#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <cmath>
#include <unordered_set>

#include "gateway/api/json_reader.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::api {
namespace {

// Builds the value while it watches what Boost lets pass: names that stand twice, numbers that are not finite.
class strict_handler {
public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1) / 2;
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  using error = boost::system::error_code;

  bool on_document_begin(error&) { return true; }
  bool on_document_end(error&) { return true; }

  bool on_object_begin(error&) {
    open_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t n, error&) {
    stack_.push_object(n);
    open_.pop_back();
    return value_done();
  }
  bool on_array_begin(error&) {
    open_.emplace_back().is_array = true;
    return true;
  }
  bool on_array_end(std::size_t n, error&) {
    stack_.push_array(n);
    open_.pop_back();
    return value_done();
  }

  bool on_key_part(json::string_view part, std::size_t, error&) {
    stack_.push_chars(part);
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, error&) {
    stack_.push_key(part);
    key_.append(part.data(), part.size());
    auto& level = open_.back();
    level.name = std::exchange(key_, {});
    if (!level.names.insert(level.name).second) errors.add(path(), "duplicate", "stands twice");
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, error&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, error&) {
    stack_.push_string(part);
    return value_done();
  }
  bool on_number_part(json::string_view, error&) { return true; }
  bool on_int64(std::int64_t i, json::string_view, error&) {
    stack_.push_int64(i);
    return value_done();
  }
  bool on_uint64(std::uint64_t u, json::string_view, error&) {
    stack_.push_uint64(u);
    return value_done();
  }
  bool on_double(double d, json::string_view, error&) {
    if (!std::isfinite(d)) errors.add(path(), "range", "too large");
    stack_.push_double(d);
    return value_done();
  }
  bool on_bool(bool b, error&) {
    stack_.push_bool(b);
    return value_done();
  }
  bool on_null(error&) {
    stack_.push_null();
    return value_done();
  }
  bool on_comment_part(json::string_view, error&) { return true; }
  bool on_comment(json::string_view, error&) { return true; }

  json::value release() { return stack_.release(); }
  // The stack wants to know when a document begins; the parser has no such moment of its own.
  strict_handler() { stack_.reset(); }

  field_errors errors;

private:
  struct level {
    bool is_array = false;
    std::size_t index = 0;
    std::string name;
    std::unordered_set<std::string> names;
  };

  bool value_done() {
    if (!open_.empty() && open_.back().is_array) ++open_.back().index;
    return true;
  }

  std::string path() const {
    std::string out;
    for (const auto& l : open_) {
      if (l.is_array)
        out.append("[").append(std::to_string(l.index)).append("]");
      else
        out.append(out.empty() ? "" : ".").append(l.name.substr(0, 64));
    }
    return out;
  }

  json::value_stack stack_;
  std::vector<level> open_;
  std::string key_;
};

}  // namespace

std::variant<json::value, v1::Rejection> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = depth_max;
  json::basic_parser<strict_handler> parser(options);
  boost::system::error_code error;
  const auto read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) error = json::error::extra_data;
  if (error) return reject(v1::MALFORMED_REQUEST, "not JSON: " + error.message() + " near byte " + std::to_string(read));
  if (parser.handler().errors.any()) return parser.handler().errors.take();
  return parser.handler().release();
}

}  // namespace holdfast::gateway::api
