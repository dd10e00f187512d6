#pragma once
// A booking in words of one language, the same on the ticket, in the mail and wherever else a person reads it.
#include <google/protobuf/map.h>

#include <string>
#include <string_view>

#include "holdfast/v1/event.pb.h"
#include "holdfast/v1/spot_block.pb.h"
#include "holdfast/v1/tenant.pb.h"

namespace holdfast::text {

/// The text in this language, else in English, else in the first language there is, else nothing.
std::string pick(const google::protobuf::Map<std::string, std::string>& by_language, std::string_view language);

/// The language a guest of this tenant is spoken to in.
std::string_view language_for(const v1::TenantDefinition&, std::string_view wanted);

std::string event_title(const v1::EventDefinition&, std::string_view language);

/// The booking's own interval where it has one, else the event's frame, else empty (an open-ended calendar).
v1::Interval interval_of(const v1::EventDefinition&, const v1::BookingView&);
std::string when(const v1::TenantDefinition&, const v1::EventDefinition&, const v1::BookingView&, std::string_view language);

std::string seats(const v1::BookingView&, std::string_view language);

/// "A1, A2, pool × 3". Empty when the only spot is the unnamed one of a general admission.
std::string spots(const v1::BookingView&);

/// Empty when the booking costs nothing.
std::string total(const v1::BookingView&, std::string_view language);

std::string status(v1::BookingStatus, std::string_view language);

std::string full_name(const v1::Contact&);

/// True while the booking's ticket would be let in, or has been.
bool has_ticket(const v1::BookingView&) noexcept;

/// One line of text: control characters become spaces, broken UTF-8 is replaced, and what exceeds the bound is cut at a character.
std::string one_line(std::string_view, std::size_t bytes_max = 200);

}  // namespace holdfast::text
