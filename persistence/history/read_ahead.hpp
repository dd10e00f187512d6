#pragma once
// Reads a long journal from end to end: while the caller works on some rows, the store is already asked for the next.
#include <cstddef>
#include <future>
#include <vector>

#include "persistence/journal.hpp"

namespace holdfast::persistence {

class read_ahead {
public:
  /// The store is read by a thread of its own and must be left alone until this is gone. Rows at a time bound the memory: twice as many are
  /// held.
  read_ahead(journal_store&, std::size_t rows_at_once);

  /// The rows behind those given before, in position order; none at the journal's end, where asking again looks again.
  result<std::vector<journal_row>> next();

private:
  using stretch = result<std::vector<journal_row>>;
  void ask();

  journal_store& journal_;
  const std::size_t rows_at_once_;
  position reached_{};
  std::future<stretch> coming_;  // waits for its thread when it is destroyed
};

}  // namespace holdfast::persistence
