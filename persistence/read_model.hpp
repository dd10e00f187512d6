#pragma once
// Lists for people: which events there are, which bookings a customer, an event, a status has. Kept by a projection that follows
// the journal, so it may lag (metrics tell by how much); whatever must be exact is asked of the entity.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "holdfast/v1/envelope.pb.h"
#include "protocols/base/failure.hpp"
#include "protocols/base/ids.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::persistence {

struct page {
  std::uint32_t number = 1;  // 1-based
  std::uint32_t limit = 20;  // 1..100
};

struct booking_row {
  std::string tenant;
  std::string event_id;
  std::string user_id;  // empty until the e-mail address is confirmed
  v1::BookingView booking;
};

struct booking_filter {
  std::string tenant{};  // always set
  std::optional<std::string> user_id{};
  std::optional<std::string> event_id{};
  std::optional<std::string> email{};  // compared lower-case
  std::optional<std::string> confirmation_code{};
  std::optional<v1::BookingStatus> status{};
};

struct event_row {
  std::string tenant{};
  v1::EventDefinition definition;
  bool open = true;
  std::vector<v1::CategoryFigures> figures;  // summed over blocks, as of the projection
};

struct event_filter {
  std::string tenant{};  // always set
  std::string text{};    // every word must occur (accent- and case-folded) in titles, region, facilities, activities
  std::optional<std::string> category{};
  std::optional<std::string> facility{};
  std::optional<std::string> activity{};
  std::optional<std::string> region{};
  std::optional<std::string> show_id{};
  std::optional<unix_ms> ends_after{};  // upcoming
  std::optional<unix_ms> begins_before{};
  std::optional<std::uint32_t> free_at_least{};
  std::optional<v1::GeoPoint> near{};  // with radius
  double radius_km = 50;
  bool published_only = true;
};

template <class Row>
struct page_of {
  std::vector<Row> rows;
  std::uint64_t total = 0;
};

class read_model {
public:
  virtual ~read_model() = default;
  virtual result<page_of<booking_row>> bookings(const booking_filter&, page) = 0;  // newest first
  virtual result<page_of<event_row>> events(const event_filter&, page) = 0;        // soonest first, then title
  virtual result<std::vector<std::string>> tenants() = 0;
  /// Every booking of every tenant, in any order (audit).
  virtual result<void> each_booking(const std::function<void(const booking_row&)>& visit) = 0;
  /// Journal position the model has reached.
  virtual result<position> reached() = 0;
};

/// The account id that a confirmed address has in a tenant: "u_" + 26 characters, derived, so no look-up and no second account.
std::string user_id_for(std::string_view tenant, std::string_view email);

}  // namespace holdfast::persistence
