#pragma once
// The commands that the engine is driven with: what the gateway would make of the requests of many guests, with the tokens, keys and
// contact details that real ones carry.
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "holdfast/v1/envelope.pb.h"
#include "protocols/base/seams.hpp"

namespace holdfast::bench {

inline constexpr std::string_view tenant = "bench";

/// "<prefix><n>.floor": event "<prefix><n>" with one block.
std::string block_name(std::string_view prefix, std::size_t n);

class orders {
public:
  /// `seed`: two runs over one journal must not repeat their booking ids.
  explicit orders(std::uint64_t seed) : random_(seed) {}

  /// A block in the spot flow: `spots` single spots s1, s2, … in rows of 40, and a pool "seat" if `pool` is not 0. Open-ended frame.
  std::shared_ptr<const v1::Command> define_block(const std::string& block, int spots, std::uint32_t pool);
  /// The same with the spots in the group flow: the block assigns them.
  std::shared_ptr<const v1::Command> define_assigned_block(const std::string& block, int spots);
  std::shared_ptr<const v1::Command> define_event(std::string_view event);

  /// One place of the pool, confirmed at once.
  std::shared_ptr<const v1::Command> book_pool(const std::string& block);
  /// One spot that the block picks.
  std::shared_ptr<const v1::Command> book_assigned(const std::string& block);
  /// Half hour `slot` of spot s1.
  std::shared_ptr<const v1::Command> book_slot(const std::string& block, std::int64_t slot);

  std::shared_ptr<const v1::Command> look(const std::string& block);
  /// Asks the block's shell for a snapshot.
  std::shared_ptr<const v1::Command> fold(const std::string& block);

  std::size_t pick(std::size_t n) { return static_cast<std::size_t>(random_() % n); }

private:
  std::shared_ptr<v1::Command> command_for(std::string entity, bool with_key);
  v1::Book& start_booking(v1::Command&, const std::string& block);
  void set_token(v1::TokenDigest&, v1::TokenPurpose);
  std::string random_bytes(std::size_t n);
  std::string random_text(std::size_t n);

  std::mt19937_64 random_;
};

}  // namespace holdfast::bench
