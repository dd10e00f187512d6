#pragma once
// What the API and the live socket show of entities, as JSON. One function per schema of protocols/openapi.yaml; nothing here asks anybody.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "holdfast/v1/envelope.pb.h"
#include "persistence/read_model.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::gateway::api {

namespace json = boost::json;

enum class audience : std::uint8_t { guest, staff };

/// "confirmed", "group": as the document names them; "" for a number that has no name.
std::string_view status_text(v1::BookingStatus) noexcept;
std::string_view flow_text(v1::Flow) noexcept;
/// The argument must be one of the document's words.
v1::BookingStatus status_of(std::string_view) noexcept;
v1::Flow flow_of(std::string_view) noexcept;

/// ASCII letters made capital: confirmation codes are read aloud and typed in either case.
std::string upper(std::string_view);

json::object policy_json(const v1::BookingPolicy&);
json::array prices_json(const google::protobuf::RepeatedPtrField<v1::CategoryPrice>&);
json::array figures_json(const google::protobuf::RepeatedPtrField<v1::CategoryFigures>&);
/// startDate and endDate, each where it is bounded.
json::object span_json(const v1::Interval&);
template <class Map>
json::object texts_json(const Map& texts) {
  // In order of language: the same definition is the same text.
  json::object out;
  const std::map<std::string_view, std::string_view> sorted(texts.begin(), texts.end());
  for (const auto& [language, text] : sorted) out.emplace(language, text);
  return out;
}

/// Opened, and inside its time of sale. The block decides again when somebody books.
bool open_now(const v1::EventView&, unix_ms now) noexcept;

json::object tenant_json(const v1::TenantDefinition&);
json::object event_summary_json(const persistence::event_row&, const v1::TenantDefinition&, unix_ms now);
/// `view` is complete: every block's figures are known.
json::object event_json(const v1::EventView& view, const v1::TenantDefinition&, unix_ms now, audience);
json::object availability_json(const v1::EventView& view, unix_ms now);
/// A block without its spots, which gateway/api/block_text.hpp writes.
json::object block_frame_json(const v1::BlockView&);
json::object booking_json(const v1::BookingView&, std::string_view tenant, audience);

/// Of one event, at least one change, in order; of each block the latest figures.
json::object availability_changes_json(std::span<const v1::LiveChange* const>);

}  // namespace holdfast::gateway::api
