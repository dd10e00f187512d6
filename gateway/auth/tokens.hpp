#pragma once
// Secret tokens of guests. A token is never stored: an entity keeps its SHA-256 and the nonce it was derived from, and whoever
// holds the node's secret (the gateway, the mailer) derives it again to show it.
//
//   token = first 26 characters of lower-case Crockford base 32 of HMAC-SHA256(secret, purpose | tenant | booking | nonce)
//
// 26 characters carry 130 bits. They survive upper-casing, which a QR code's alphanumeric mode needs.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "holdfast/v1/types.pb.h"
#include "protocols/base/seams.hpp"

namespace holdfast::gateway {

using token_secret = std::array<std::byte, 32>;

inline constexpr std::size_t token_length = 26;

std::string derive_token(const token_secret&, v1::TokenPurpose, std::string_view tenant, std::string_view booking, std::string_view nonce);

/// 32 raw bytes: SHA-256 of the token's text, as commands and TokenDigest carry it. The token is lower-cased first.
std::string token_digest(std::string_view token);

/// What an entity is told about a new token: purpose, digest, nonce, expiry.
v1::TokenDigest issue_token(const token_secret&, entropy&, v1::TokenPurpose, std::string_view tenant, std::string_view booking,
                            unix_ms expires_at_ms = 0);

/// Takes the same time whatever the contents; different lengths are told at once.
bool equal_in_constant_time(std::string_view, std::string_view) noexcept;

/// 26 characters of the alphabet, either case.
bool well_formed_token(std::string_view) noexcept;

struct booking_token {
  std::string booking;  // lower case, a valid booking id
  std::string token;    // lower case
};

/// "HF:AORAKI.P1.7K3M9Q2XW4TZ:TOKEN": what the QR code on a ticket says; only characters of QR's alphanumeric mode.
std::string ticket_text(std::string_view booking, std::string_view token);
/// Either case, surrounding blanks allowed (scanners add line ends). Empty when it is no ticket of ours.
std::optional<booking_token> parse_ticket(std::string_view);

/// "<booking>~<token>": what a confirmation link carries.
std::string link_text(std::string_view booking, std::string_view token);
std::optional<booking_token> parse_link(std::string_view);

}  // namespace holdfast::gateway
