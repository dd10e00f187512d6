#pragma once
// Every way in which a list of bookings is asked for, and the index that answers it.
#include <array>
#include <utility>

#include "persistence/read_model.hpp"

namespace holdfast::persistence::test {

inline std::array<std::pair<booking_filter, const char*>, 7> booking_questions() {
  return {{{{.tenant = "t1"}, "booking_created"},
           {{.tenant = "t1", .event_id = "e1"}, "booking_event"},
           {{.tenant = "t1", .user_id = "u1"}, "booking_user"},
           {{.tenant = "t1", .email = "m1@example.org"}, "booking_email"},
           {{.tenant = "t1", .confirmation_code = "C1"}, "booking_code"},
           {{.tenant = "t1", .status = v1::BOOKING_HELD}, "booking_status"},
           {{.tenant = "t1", .status = v1::BOOKING_CONFIRMED}, "booking_created"}}};
}

}  // namespace holdfast::persistence::test
