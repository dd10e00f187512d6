// [[event]]: frame, sales window, place, prices, blocks.
#include <set>

#include "actors/domain/inheritance.hpp"
#include "config/tenants/parts.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::config {
namespace {

void read_frame(table_reader& in, const file_facts& facts, v1::EventDefinition& event) {
  unix_ms starts = 0;
  unix_ms ends = 0;
  const bool has_start = read_moment(in, "starts", facts, starts, need::required);
  const bool has_end = read_moment(in, "ends", facts, ends, need::required);
  if (has_start && has_end && ends <= starts) in.complain("ends", "is not after starts");
  event.mutable_frame()->set_begin_ms(starts);
  event.mutable_frame()->set_end_ms(ends);

  unix_ms from = 0;
  unix_ms until = 0;
  read_moment(in, "sales_from", facts, from, need::optional);
  if (read_moment(in, "sales_until", facts, until, need::optional) && until <= from) in.complain("sales_until", "is not after sales_from");
  event.mutable_sales()->set_begin_ms(from);
  event.mutable_sales()->set_end_ms(until);
}

void read_place(table_reader& in, v1::EventDefinition& event) {
  in.read("region", *event.mutable_region());
  in.read("attribution", *event.mutable_attribution());
  std::vector<std::string> words;
  if (in.read("facilities", words)) event.mutable_facilities()->Add(words.begin(), words.end());
  if (in.read("activities", words)) event.mutable_activities()->Add(words.begin(), words.end());
  auto location = in.table("location");
  if (!location) return;
  double latitude = 0;
  double longitude = 0;
  if (location->read("latitude", latitude, need::required) && (latitude < -90 || latitude > 90))
    location->complain("latitude", "is between -90 and 90");
  if (location->read("longitude", longitude, need::required) && (longitude < -180 || longitude > 180))
    location->complain("longitude", "is between -180 and 180");
  location->finish();
  event.mutable_location()->set_latitude(latitude);
  event.mutable_location()->set_longitude(longitude);
}

void read_event_head(table_reader& in, const file_facts& facts, v1::EventDefinition& event) {
  if (in.read("id", *event.mutable_id(), need::required) && !valid_event(event.id()))
    in.complain("id", "is 1 to 64 characters of a-z, 0-9 and '-'");
  if (in.read("show", *event.mutable_show_id())) {
    std::set<std::string> shows;
    for (const auto& show : facts.tenant.shows()) shows.insert(show.id());
    if (shows.count(event.show_id()) == 0) in.complain("show", "there is no [[show]] with the id \"" + event.show_id() + "\"");
  }
  read_texts(in, "title", facts, need::required, *event.mutable_title());
  read_texts(in, "description", facts, need::optional, *event.mutable_description());
  read_frame(in, facts, event);
  read_place(in, event);
  bool published = true;
  in.read("published", published);
  event.set_published(published);
  event.set_flow(facts.tenant.flow());
}

}  // namespace

void read_event(table_reader& in, const file_facts& facts, tenant_bundle& out) {
  event_bundle bundle;
  auto& event = bundle.event;
  read_event_head(in, facts, event);
  if (auto policy = in.table("policy")) read_policy(*policy, *event.mutable_policy());
  std::vector<v1::CategoryPrice> prices;
  read_event_prices(in, facts, prices);
  for (auto& price : prices) *event.add_prices() = std::move(price);

  std::set<std::string> ids;
  for (auto& table : in.tables("block")) {
    v1::BlockDefinition block;
    block.set_id(event.id() + ".");  // read_block appends its own part
    read_block(table, facts, block);
    if (!ids.insert(block.id()).second) table.complain("id", "another block of this event has this id already");
    domain::inherit(block, event, facts.tenant);
    event.add_block_ids(block.id());
    bundle.blocks.push_back(std::move(block));
  }
  if (bundle.blocks.empty() && !in.has("block")) in.complain("id", "an event needs at least one [[event.block]]");
  in.finish();
  out.events.push_back(std::move(bundle));
}

}  // namespace holdfast::config
