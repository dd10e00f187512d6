#pragma once
// Follows the journal into the read model. Restartable: the position it has reached is stored in the same transaction as the rows.
#include <memory>

#include "persistence/journal.hpp"
#include "protocols/base/failure.hpp"

namespace holdfast::persistence {

class projection {
public:
  virtual ~projection() = default;
  /// Applies at most `limit` further journal rows in one transaction; answers how many. 0: it has caught up.
  virtual result<std::size_t> advance(std::size_t limit) = 0;
  virtual result<position> reached() = 0;
  /// Empties the read model; the next advance starts from the first row.
  virtual result<void> rebuild() = 0;
};

}  // namespace holdfast::persistence
