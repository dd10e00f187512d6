#pragma once
// Journals of events, bookings and lapses that could have happened, for tests of the projection.
#include <random>
#include <string>
#include <vector>

#include "holdfast/v1/envelope.pb.h"
#include "persistence/journal.hpp"

namespace holdfast::persistence::test {

/// Collects entries of several entities in the order in which they happened.
class history {
public:
  /// The entry for the next row of the entity; valid until the next call.
  v1::Entry& next(const entity_id&);
  /// Where `next` has put its entry in time.
  unix_ms now() const noexcept { return now_; }
  std::vector<append_request> rows() const;

  // Frequent entries.
  void tenant(const std::string& slug);
  void event(const std::string& tenant, const v1::EventDefinition&);
  void block(const std::string& tenant, const v1::BlockDefinition&);
  void hold(const std::string& tenant, const std::string& booking, const std::vector<std::pair<std::string, std::uint32_t>>& spots);
  void confirm(const std::string& tenant, const std::string& booking, const std::string& email, const std::string& code);
  void reserve(const std::string& tenant, const std::string& booking, std::uint32_t party, const std::string& email,
               const std::string& code);
  void confirm_email(const std::string& tenant, const std::string& booking, bool takes,
                     const std::vector<std::pair<std::string, std::uint32_t>>& spots = {});
  void cancel(const std::string& tenant, const std::string& booking);
  void release(const std::string& tenant, const std::string& booking);
  void expire(const std::string& tenant, const std::string& booking);
  void check_in(const std::string& tenant, const std::string& booking, const std::string& gate);

private:
  v1::SpotBlockEvent& of_booking(const std::string& tenant, const std::string& booking);

  struct item {
    entity_id entity;
    sequence at;
    v1::Entry entry;
  };
  std::vector<item> items_;
  std::vector<std::pair<entity_id, std::int64_t>> last_;
  unix_ms now_ = 1'800'000'000'000;
};

v1::EventDefinition make_event(const std::string& id, const std::string& title, std::vector<std::string> blocks = {});
v1::BlockDefinition make_block(const std::string& id, const std::string& category, int spots, std::uint32_t capacity = 1);

/// Two tenants with a few events each and `steps` things that guests and staff do.
history random_history(std::mt19937& random, int steps);

}  // namespace holdfast::persistence::test
