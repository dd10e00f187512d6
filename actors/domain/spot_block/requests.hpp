#pragma once
// What a guest asks for, read against the block: unknown, doubled and impossible spots are named here, before anybody looks whether
// they are free.
#include <string_view>
#include <vector>

#include "actors/domain/spot_block/booking.hpp"
#include "actors/domain/spot_block/spot_table.hpp"
#include "actors/domain/spot_block/terms.hpp"
#include "actors/domain/validation.hpp"
#include "holdfast/v1/spot_block.pb.h"

namespace holdfast::domain::block {

struct request {
  std::vector<claim> claims;   // spots that the guest named
  std::uint16_t category = 0;  // or what the platform is to choose from
  std::uint32_t quantity = 0;
  stretch when;
  field_errors errors;
};

request read_request(const v1::PlaceHold&, const spot_table&, const terms&);
request read_spots(const google::protobuf::RepeatedPtrField<v1::SpotQuantity>&, const spot_table&, const terms&);

/// What does not depend on the block's state: ids, tokens, lengths.
field_errors check_place(const v1::PlaceHold&, std::string_view block);
void check_booking_id(field_errors&, std::string_view booking_id, std::string_view block);
void check_confirmation(field_errors&, std::string_view code, const v1::TokenDigest& check_in, const v1::TokenDigest& confirm_email);

/// The same spots in the same quantities, in any order.
bool same_claims(std::vector<claim> a, std::vector<claim> b);

}  // namespace holdfast::domain::block
