#include "config/import/csv.hpp"

#include <csv.h>

#include <algorithm>
#include <memory>

namespace holdfast::config {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

struct reader {
  const std::function<void(const csv_record&)>* visit;
  std::vector<std::string> header;
  std::vector<std::string> fields;
  std::uint32_t line = 1;         // of the bytes being fed
  std::uint32_t record_line = 0;  // where the current record began
  bool ready = false;

  void field(std::string_view text) { fields.emplace_back(trim(text)); }

  void end_of_record() {
    if (!ready) {
      header = std::move(fields);
      ready = true;
    } else if (fields.size() > 1 || (fields.size() == 1 && !fields[0].empty())) {
      (*visit)(csv_record(header, std::move(fields), record_line));
    }
    fields.clear();
    record_line = 0;
  }
};

void on_field(void* text, std::size_t size, void* self) {
  static_cast<reader*>(self)->field(text == nullptr ? std::string_view{} : std::string_view(static_cast<const char*>(text), size));
}

void on_record(int, void* self) { static_cast<reader*>(self)->end_of_record(); }

result<void> check_header(const std::vector<std::string>& header, const std::vector<std::string>& required) {
  for (const auto& column : required)
    if (std::find(header.begin(), header.end(), column) == header.end())
      return fail(failure_code::invalid_argument, "line 1: the column \"" + column + "\" is missing");
  return {};
}

}  // namespace

std::string_view csv_record::at(std::string_view column) const {
  const auto found = std::find(header_->begin(), header_->end(), column);
  const auto index = static_cast<std::size_t>(found - header_->begin());
  return index < fields_.size() ? std::string_view(fields_[index]) : std::string_view{};
}

result<void> read_csv(std::string_view text, const std::vector<std::string>& required,
                      const std::function<void(const csv_record&)>& visit) {
  static constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark) text.remove_prefix(byte_order_mark.size());

  csv_parser parser;
  // Not CSV_STRICT: real files have quotes inside unquoted fields, where they are data.
  if (csv_init(&parser, CSV_APPEND_NULL) != 0) return fail(failure_code::unavailable, "out of memory");
  const std::unique_ptr<csv_parser, void (*)(csv_parser*)> owner(&parser, csv_free);
  reader state{&visit, {}, {}, 1, 0, false};

  // One physical line at a time, so that a record knows the line on which it began even when a quoted field spans several.
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto piece = text.substr(0, end == std::string_view::npos ? text.size() : end + 1);
    text.remove_prefix(piece.size());
    if (state.record_line == 0) state.record_line = state.line;
    const bool was_ready = state.ready;
    if (csv_parse(&parser, piece.data(), piece.size(), on_field, on_record, &state) != piece.size())
      return fail(failure_code::invalid_argument, "line " + std::to_string(state.line) + ": " + csv_strerror(csv_error(&parser)));
    ++state.line;
    if (!was_ready && state.ready) {
      if (auto ok = check_header(state.header, required); !ok) return ok;
    }
  }
  csv_set_opts(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);  // but a field that never ends is an error
  if (csv_fini(&parser, on_field, on_record, &state) != 0)
    return fail(failure_code::invalid_argument, "line " + std::to_string(state.line - 1) + ": a quoted field is still open at the end");
  if (!state.ready) return fail(failure_code::invalid_argument, "the file is empty");
  return {};
}

}  // namespace holdfast::config
