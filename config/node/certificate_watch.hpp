#pragma once
// Says in time that a node's certificate ends: links are not refused before, and then none comes up again.
#include <optional>
#include <string>

#include "protocols/base/seams.hpp"

namespace holdfast::node {

struct certificate_warning {
  bool urgent = false;  // ended, or nearly
  std::string text;
};

/// Not thread-safe.
class certificate_watch {
public:
  static constexpr unix_ms day = 24 * 3'600 * unix_ms{1'000};
  static constexpr unix_ms warns_before = 21 * day;
  static constexpr unix_ms urgent_before = 3 * day;

  /// Now and then. Something to say at first and then once a day, from three weeks before the end on; also at once when another
  /// certificate is in use. `expires_at`: 0 where there is no certificate.
  std::optional<certificate_warning> look(unix_ms expires_at, unix_ms now);

private:
  unix_ms about_ = 0;
  unix_ms again_at_ = 0;
};

}  // namespace holdfast::node
