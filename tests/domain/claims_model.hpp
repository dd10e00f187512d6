#pragma once
// The slow, obvious model of claims: a list of bookings, and a loop over all of them for every question. It reads the journal's
// events only, so it knows nothing of how the core keeps its state. `walk` drives a core with any sequence of steps and answers what
// it does differently from the model, or nothing.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/domain/block_stage.hpp"

namespace holdfast::domain::testing {

class claims_model {
public:
  enum class state { held, pending, taken, over };
  struct guest_booking {
    std::map<std::string, std::uint32_t> spots;
    unix_ms begin = 0;
    unix_ms end = 0;
    unix_ms expires = 0;
    std::uint32_t people = 0;
    state how = state::held;
  };

  /// An event that must not have happened is noted in `wrong`.
  void read(const v1::Entry&);

  /// Could so much more be claimed? What has lapsed at `now` is free, and so is what `except` claims.
  bool room(const std::map<std::string, std::uint32_t>& spots, unix_ms begin, unix_ms end, unix_ms now,
            const std::string& except = {}) const;
  /// Free over the whole frame, as the events stand.
  std::uint32_t free_of(const std::string& spot) const;
  std::uint32_t capacity(const std::string& spot) const;
  std::optional<unix_ms> next_deadline() const;

  std::string wrong;
  std::map<std::string, guest_booking> bookings;
  std::map<std::string, std::uint32_t> defined;
  std::map<std::string, std::pair<std::uint32_t, std::uint32_t>> staff;  // occupied, additional
  unix_ms frame_begin = 0;
  unix_ms frame_end = 0;

private:
  void read(const v1::SpotBlockEvent&, unix_ms at);
  void finish(const std::string& id, state before_a, state before_b, const char* what);
  std::uint32_t claimed(const std::string& spot, unix_ms at, unix_ms now, const std::string& except) const;
  std::uint32_t peak(const std::string& spot, unix_ms begin, unix_ms end, unix_ms now, const std::string& except) const;
  void check_capacity();
  void complain(const std::string& text) {
    if (wrong.empty()) wrong = text;
  }
};

/// One step; what the numbers mean depends on the kind. Any numbers are a legal step.
struct step {
  int kind = 0;
  int who = 0;
  int what = 0;
  int how = 0;
};

/// Empty when core and model agree in every step and the state equals its replay and its snapshot.
std::string walk(v1::Flow flow, const std::vector<step>& steps);

}  // namespace holdfast::domain::testing
