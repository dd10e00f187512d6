#pragma once
// A theatre, a performance, a booking; a clock that stands, randomness that repeats.
#include "gateway/mail/compose.hpp"
#include "holdfast/v1/envelope.pb.h"
#include "persistence/journal.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::test {

inline constexpr unix_ms now_ms = 1'798'800'000'000;         // 1 January 2027, 10:40 UTC
inline constexpr unix_ms show_begin_ms = 1'814'635'800'000;  // 3 July 2027, 19:30 in Copenhagen
inline constexpr unix_ms show_end_ms = show_begin_ms + 9'000'000;

v1::TenantDefinition theatre();
v1::EventDefinition performance();
v1::BookingView reservation();  // pending_email
v1::BookingView confirmed();
v1::MailRequest request(std::string name, v1::BookingView booking);
mail::mail_context context();
mail::mail_site site();
const gateway::token_secret& secret();
persistence::outbox_row row(std::int64_t id, const v1::MailRequest&);

/// Deterministic; not for anything secret.
class counting_entropy final : public entropy {
public:
  void fill(std::span<std::byte> out) override;

private:
  std::uint64_t state_ = 88172645463325252ULL;
};

}  // namespace holdfast::test
