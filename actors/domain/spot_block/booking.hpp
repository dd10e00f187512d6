#pragma once
// One guest's claims in the block and their life, as the block keeps it.
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actors/domain/spot_block/claims.hpp"
#include "holdfast/v1/types.pb.h"

namespace holdfast::domain::block {

/// What is kept of a secret token (v1::TokenDigest without its purpose, which follows from where it stands).
struct secret {
  std::array<char, 32> sha256{};
  std::array<char, 16> nonce{};
  unix_ms expires_at = 0;  // 0: lives as long as the booking
  unix_ms used_at = 0;
  bool given = false;

  /// Constant time; false for a secret that was never given.
  bool matches(std::string_view digest) const noexcept;
};

secret to_secret(const v1::TokenDigest&);
void to_message(const secret&, v1::TokenPurpose, v1::TokenDigest& out);

struct claim {
  std::uint32_t spot = 0;  // index in the spot table
  std::uint32_t quantity = 0;
};

struct arrival {
  unix_ms at;
  std::string gate;
  std::string by;
};

struct booking {
  std::string local;         // last part of the id
  std::uint64_t serial = 0;  // order of creation
  v1::BookingStatus status = v1::BOOKING_HELD;
  bool reserved = false;  // began as a reservation
  bool assigned = false;
  bool adjacent = false;
  bool email_confirmed = false;
  std::uint32_t quantity = 0;
  std::vector<claim> claims;
  stretch when;
  unix_ms created_at = 0;
  unix_ms expires_at = 0;  // of the hold or the reservation
  unix_ms confirmed_at = 0;
  unix_ms cancelled_at = 0;
  unix_ms ended_at = 0;  // time of the entry that ended it
  std::int64_t total_minor = 0;
  std::string currency;
  std::string contact;  // serialised v1::Contact: only views read it
  std::string confirmation_code;
  std::string party;
  std::unique_ptr<arrival> arrived;  // null: not checked in
  secret access;
  secret confirm_email;
  secret check_in;

  const std::string& key() const noexcept { return local; }
  bool held() const noexcept { return status == v1::BOOKING_HELD; }
  bool pending() const noexcept { return status == v1::BOOKING_PENDING_EMAIL; }
  bool over() const noexcept { return status == v1::BOOKING_CANCELLED || status == v1::BOOKING_EXPIRED; }
  /// Its claims stand in the ledger.
  bool claiming() const noexcept { return !over() && !pending(); }
  grip how() const noexcept { return held() ? grip::held : grip::taken; }
  /// A hold or reservation whose time has passed, whether or not a tick has said so.
  bool lapsed(unix_ms now) const noexcept { return (held() || pending()) && expires_at <= now; }
};

}  // namespace holdfast::domain::block
