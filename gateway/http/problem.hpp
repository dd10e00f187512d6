#pragma once
// Rejections as application/problem+json (RFC 9457). Codes, titles and statuses come from the one table in protocols/base/errors.
#include "gateway/http/exchange.hpp"
#include "holdfast/v1/envelope.pb.h"

namespace holdfast::gateway {

/// {type,title,status,code,detail?,fields?,alternatives?,at?,where?,requestId}. 429 and 503 carry Retry-After, 401 WWW-Authenticate.
response problem(const v1::Rejection&, const request&);
response problem(v1::ErrorCode, std::string detail, const request&);
/// Where there is no request yet (a head that cannot be read).
response problem(v1::ErrorCode, std::string detail, std::string_view request_id);

/// "2026-11-20T18:30:00.000Z"; years 0 to 9999.
std::string iso_time(unix_ms);

}  // namespace holdfast::gateway
