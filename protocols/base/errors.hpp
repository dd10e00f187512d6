#pragma once
// The one table of error codes: stable text, HTTP status, title (RFC 9457). Rejections are made here, nowhere else by hand.
#include <string>
#include <string_view>

#include "holdfast/v1/envelope.pb.h"

namespace holdfast {

struct error_info {
  v1::ErrorCode code;
  std::string_view text;  // stable, snake_case: "hold_conflict"
  int http_status;
  std::string_view title;  // for people, English
};

/// Every code has a row; an unknown number gets the row of INTERNAL.
const error_info& describe(v1::ErrorCode) noexcept;

v1::Rejection reject(v1::ErrorCode, std::string detail = {});
v1::Rejection reject_field(std::string field, std::string code, std::string detail);
v1::Reply as_reply(v1::Rejection);

}  // namespace holdfast
