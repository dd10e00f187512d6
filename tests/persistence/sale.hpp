#pragma once
// A hot sale: one block with one pool of a million places, each booking one row of about a kilobyte, as the block itself writes it: held
// and confirmed at once, with an idempotency key, its answer and a letter.
#include <string>
#include <vector>

#include "persistence/journal.hpp"

namespace holdfast::persistence::test {

class sale {
public:
  explicit sale(std::string event) : event_(std::move(event)) {}

  entity_id block() const;
  /// The rows that come before the first booking; the first is the block's.
  std::vector<append_request> opening();
  /// The next `n` bookings.
  std::vector<append_request> bookings(std::size_t n);

private:
  append_request booking();

  std::string event_;
  std::int64_t at_ = 0;
  unix_ms now_ = 1'800'000'000'000;
};

}  // namespace holdfast::persistence::test
