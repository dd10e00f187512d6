#pragma once
// An event as several operations need it: with its tenant, its blocks' figures, its frame in time, and what else there is when it is full.
#include <optional>

#include "gateway/api/call.hpp"
#include "gateway/api/time.hpp"

namespace holdfast::gateway::api {

/// What an event is by its definition; what is free of it, only it and its blocks can tell.
struct event_terms {
  tenant_ptr tenant;
  event_ptr event;
  const v1::EventDefinition& definition() const noexcept { return *event; }
  v1::Flow flow() const noexcept;
  /// In the tenant's first language, or any.
  std::string title() const;
};

/// One event as it is now, asked of its entity.
struct event_scene : event_terms {
  reply_ptr reply;
  const v1::EventView& view() const noexcept { return reply->event(); }
};

/// NOT_FOUND when there is none, or when it is not published and the caller is no staff.
task<answer<event_scene>> find_event(call&, std::string event, audience);
/// The same for what needs no figures: a definition that is a moment old will do, as for the tenant.
task<answer<event_terms>> find_terms(call&, std::string event, audience);

/// Guests need no token; one that is sent must hold.
answer<audience> who_looks(call&);

/// The figures of blocks that have not reported to their event yet are asked of the blocks themselves.
task<answer<v1::EventView>> complete(call&, v1::EventView);

/// Commands in groups, so that one request cannot flood the region.
task<std::vector<reply_ptr>> ask_in_groups(call&, std::vector<v1::Command>);

struct asked_dates {
  std::optional<date_span> begin, end;
};
asked_dates read_dates(object_reader&, std::string_view time_zone);
/// The interval that was asked for, which must lie within the frame. A day counts as far as it does. Empty: the whole frame.
answer<v1::Interval> within(const asked_dates&, const v1::Interval& frame);
/// For a performance, which has its own times: the dates must touch them.
std::optional<v1::Rejection> touches(const asked_dates&, const v1::Interval& frame);

struct wanted {
  std::uint32_t quantity = 1;
  std::string category;  // may be empty
};
/// What is free elsewhere: other categories and blocks of the event, then other events of the same show. At most five.
task<std::vector<v1::Alternative>> find_alternatives(call&, event_scene, wanted, std::string except_block);

/// The rejection with alternatives where it is about room, names none yet, and the event can be asked.
task<v1::Rejection> with_alternatives(call&, v1::Rejection, std::string event, wanted);

}  // namespace holdfast::gateway::api
