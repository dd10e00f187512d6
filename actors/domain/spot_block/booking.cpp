#include "actors/domain/spot_block/booking.hpp"

#include <algorithm>

#include "actors/domain/digest.hpp"

namespace holdfast::domain::block {

bool secret::matches(std::string_view digest) const noexcept {
  const bool same = equal_secret({sha256.data(), sha256.size()}, digest);
  return given && same;
}

secret to_secret(const v1::TokenDigest& in) {
  secret out;
  std::copy_n(in.sha256().begin(), std::min(in.sha256().size(), out.sha256.size()), out.sha256.begin());
  std::copy_n(in.nonce().begin(), std::min(in.nonce().size(), out.nonce.size()), out.nonce.begin());
  out.expires_at = in.expires_at_ms();
  out.used_at = in.used_at_ms();
  out.given = !in.sha256().empty();
  return out;
}

void to_message(const secret& in, v1::TokenPurpose purpose, v1::TokenDigest& out) {
  out.set_purpose(purpose);
  out.set_sha256(in.sha256.data(), in.sha256.size());
  out.set_nonce(in.nonce.data(), in.nonce.size());
  out.set_expires_at_ms(in.expires_at);
  out.set_used_at_ms(in.used_at);
}

}  // namespace holdfast::domain::block
