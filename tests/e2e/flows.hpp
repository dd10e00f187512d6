#pragma once
// One booking in each way of selling, watched over the live socket. Used by the smoke run and by the tests: each step that does not hold
// becomes a line in `failures`.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace holdfast::e2e {

struct booked {
  std::string tenant, flow;
  std::string booking, access, code, block;
  std::vector<std::string> spots;
  std::int64_t price = 0;
  std::string currency;
  std::vector<std::string> seen;      // what the watcher saw, for people
  std::vector<std::string> failures;  // empty: everything held
  bool good() const noexcept { return failures.empty(); }
};

struct place {
  std::string url;
  std::filesystem::path data;  // for the mails
};

/// Three neighbouring tents for a party at the festival.
booked book_group(const place&);
/// Two seats at the theatre, confirmed through the mailed link; the ticket's picture is fetched.
booked book_performance(const place&);
/// A powered pitch on a campsite, chosen on its map; a second guest is refused it. `then_cancel`: and cancelled, which the watcher sees
/// too.
booked book_spot(const place&, bool then_cancel);

}  // namespace holdfast::e2e
