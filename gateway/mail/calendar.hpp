#pragma once
// The booking as an iCalendar object (RFC 5545), times in UTC, so that no reader needs a zone table.
#include <cstdint>
#include <string>

#include "protocols/base/seams.hpp"

namespace holdfast::mail {

struct calendar_entry {
  std::string uid;  // stable per booking: a later object with the same one replaces this entry
  unix_ms begin = 0;
  unix_ms end = 0;
  unix_ms stamp = 0;
  std::string summary;
  std::string location;     // may be empty
  std::string description;  // may be empty; line breaks allowed
  std::string url;          // may be empty
  bool cancelled = false;
};

std::string calendar_object(const calendar_entry&);

}  // namespace holdfast::mail
