#include "protocols/base/errors.hpp"

#include <array>
#include <utility>

namespace holdfast {
namespace {

using namespace v1;  // NOLINT(google-build-using-namespace): the table reads better so

constexpr std::array<error_info, ErrorCode_ARRAYSIZE> table{{
    {ERROR_CODE_UNSPECIFIED, "internal_error", 500, "Something went wrong on our side"},
    {MALFORMED_REQUEST, "malformed_request", 400, "The request cannot be read"},
    {INVALID_FIELDS, "invalid_fields", 422, "Some fields need attention"},
    {NOT_FOUND, "not_found", 404, "There is nothing here"},
    {UNAUTHENTICATED, "unauthenticated", 401, "Sign in or send a token"},
    {FORBIDDEN, "forbidden", 403, "This is not allowed for you"},
    {BOOKING_CLOSED, "booking_closed", 409, "Booking is not open"},
    {SOLD_OUT, "sold_out", 409, "Not enough is left"},
    {HOLD_CONFLICT, "hold_conflict", 409, "Somebody else has taken this"},
    {HOLD_EXPIRED, "hold_expired", 409, "The hold has expired"},
    {HOLD_LIMIT, "hold_limit", 409, "The hold cannot be extended further"},
    {TOKEN_EXPIRED, "token_expired", 410, "This link has expired"},
    {TOKEN_USED, "token_used", 409, "This link was already used"},
    {TOKEN_INVALID, "token_invalid", 404, "This link is not valid"},
    {TICKET_INVALID, "ticket_invalid", 404, "This ticket is not valid"},
    {NOT_CONFIRMED, "not_confirmed", 409, "The booking is not confirmed"},
    {ALREADY_CHECKED_IN, "already_checked_in", 409, "This ticket was already used"},
    {CHECK_IN_CLOSED, "check_in_closed", 409, "Check-in is not open"},
    {CANCEL_TOO_LATE, "cancel_too_late", 409, "It is too late to cancel"},
    {INVALID_STATE, "invalid_state", 409, "The booking's state does not allow this"},
    {ALREADY_EXISTS, "already_exists", 409, "This already exists"},
    {FLOW_MISMATCH, "flow_mismatch", 422, "This is not how this event is booked"},
    {KEY_REUSED, "idempotency_key_reused", 422, "The idempotency key was used with another request"},
    {CAPACITY_IN_USE, "capacity_in_use", 409, "What you take away is booked"},
    {TOO_LARGE, "too_large", 413, "The request is too large"},
    {TOO_MANY_REQUESTS, "too_many_requests", 429, "Too many requests"},
    {OVERLOADED, "overloaded", 503, "Too busy right now; nothing was done"},
    {UNAVAILABLE, "unavailable", 503, "The outcome is not known; repeat with the same idempotency key"},
    {METHOD_NOT_ALLOWED, "method_not_allowed", 405, "This method is not allowed here"},
    {UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", 415, "Send application/json"},
    {URI_TOO_LONG, "uri_too_long", 414, "The address is too long"},
    {HEADERS_TOO_LARGE, "headers_too_large", 431, "The header fields are too large"},
    {REQUEST_TIMEOUT, "request_timeout", 408, "The request took too long to arrive"},
    {INTERNAL, "internal_error", 500, "Something went wrong on our side"},
    {EXPECTATION_FAILED, "expectation_failed", 417, "This expectation cannot be met"},
    {VERSION_NOT_SUPPORTED, "http_version_not_supported", 505, "Speak HTTP/1.1"},
    {PRECONDITION_REQUIRED, "idempotency_key_required", 428, "Send an Idempotency-Key"},
    {UPGRADE_REQUIRED, "upgrade_required", 426, "Open a WebSocket here"},
    {TENANT_SUSPENDED, "tenant_suspended", 409, "No bookings are taken here at the moment"},
    {NOT_A_CLUSTER, "not_a_cluster", 409, "This node is alone"},
    {ENTITY_BUSY, "entity_busy", 409, "Something is in flight; nothing was done"},
    {ENTITY_NOT_RUNNING, "entity_not_running", 409, "The entity is not in memory"},
}};

constexpr bool rows_stand_at_their_code() {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (static_cast<std::size_t>(table[i].code) != i || table[i].text.empty()) return false;
  return true;
}
static_assert(rows_stand_at_their_code());

}  // namespace

const error_info& describe(v1::ErrorCode code) noexcept {
  const auto i = static_cast<std::size_t>(code);
  return i < table.size() ? table[i] : table[static_cast<std::size_t>(INTERNAL)];
}

v1::Rejection reject(v1::ErrorCode code, std::string detail) {
  v1::Rejection out;
  out.set_code(code);
  out.set_detail(std::move(detail));
  return out;
}

v1::Rejection reject_field(std::string field, std::string code, std::string detail) {
  auto out = reject(v1::INVALID_FIELDS, {});
  auto& f = *out.add_fields();
  f.set_field(std::move(field));
  f.set_code(std::move(code));
  f.set_detail(std::move(detail));
  return out;
}

v1::Reply as_reply(v1::Rejection rejection) {
  v1::Reply out;
  *out.mutable_rejection() = std::move(rejection);
  return out;
}

}  // namespace holdfast
