#pragma once
// One function per operation of protocols/openapi.yaml, under the operation's name. Which path leads to which stands in routes.cpp.
#include "gateway/api/call.hpp"

namespace holdfast::gateway::api::handlers {

// catalogue.cpp
task<response> get_tenant(call&);
task<response> search_resources(call&);
task<response> list_events(call&);
task<response> get_event(call&);
task<response> get_event_availability(call&);
task<response> get_block(call&);

// availability.cpp
task<response> check_availability(call&);

// holds.cpp
task<response> create_hold(call&);
task<response> change_hold(call&);
task<response> release_hold(call&);
task<response> extend_hold(call&);

// bookings.cpp
task<response> create_booking(call&);
task<response> get_booking(call&);
task<response> cancel_booking(call&);

// booking_lists.cpp
task<response> list_user_bookings(call&);
task<response> list_bookings(call&);

// tickets.cpp
task<response> confirm_email(call&);
task<response> get_ticket_image(call&);
task<response> get_ticket_page(call&);
task<response> get_ticket_style(call&);
task<response> check_in(call&);

// administration.cpp
task<response> apply_tenant(call&);
task<response> apply_event(call&);
task<response> apply_block(call&);
task<response> open_event(call&);
task<response> close_event(call&);
task<response> set_occupation(call&);

// document.cpp
task<response> get_document(call&);

}  // namespace holdfast::gateway::api::handlers
