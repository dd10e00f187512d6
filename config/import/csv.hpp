#pragma once
// RFC 4180 files with a header line, record by record. libcsv does the quoting; this adds the byte-order mark, the header and line numbers.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/failure.hpp"

namespace holdfast::config {

class csv_record {
public:
  csv_record(const std::vector<std::string>& header, std::vector<std::string> fields, std::uint32_t line)
      : header_(&header), fields_(std::move(fields)), line_(line) {}

  /// Trimmed; empty when the record is too short. The column must be one that was required.
  std::string_view at(std::string_view column) const;
  std::size_t size() const noexcept { return fields_.size(); }
  /// Where the record begins in the file, 1-based; the header is line 1.
  std::uint32_t line() const noexcept { return line_; }

private:
  const std::vector<std::string>* header_;
  std::vector<std::string> fields_;
  std::uint32_t line_;
};

/// Visits every record after the header. A quote inside an unquoted field is data. Fails when a quoted field is still open at
/// the end or a required column is missing; records visited before that were good.
result<void> read_csv(std::string_view text, const std::vector<std::string>& required, const std::function<void(const csv_record&)>& visit);

}  // namespace holdfast::config
