#include "tests/bench/load/scenario.hpp"

#include <chrono>
#include <cstdio>

#include "tests/bench/load/poller.hpp"

namespace holdfast::bench {
namespace {

constexpr std::string_view bookings = "/api/v1/bookings";
constexpr std::string_view holds = "/api/v1/holds";

verdict judge_booking(const http_answer& answer, std::string_view wanted_status) {
  if (answer.status == 201) return json_member(answer.body, "status") == wanted_status ? verdict::done : verdict::failed;
  return answer.status == 409 ? verdict::rejected : verdict::failed;
}

std::string numbered(std::string_view pattern, std::size_t n) {
  std::string out(pattern);
  if (const auto at = out.find('%'); at != std::string::npos) out.replace(at, 1, std::to_string(n));
  return out;
}

/// 2030-01-01T00:00Z plus n half hours.
std::string half_hour(std::size_t n) {
  using namespace std::chrono;
  const auto at = sys_days{year{2030} / January / 1} + minutes{30} * static_cast<std::int64_t>(n);
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss time{at - day};
  std::array<char, 32> text;
  const int n_chars = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:00Z", static_cast<int>(date.year()),
                                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                    static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()));
  return {text.data(), static_cast<std::size_t>(n_chars)};
}

/// One POST that books: seats of a pool, seats picked by the system, a half hour of one of many resources, a reservation.
class one_step : public scenario {
public:
  explicit one_step(const scenario_options& o) : options_(o), writer_(o.tenant, o.seed), slots_(o.resources, 0) {
    for (std::size_t i = 0; i < o.resources; ++i) names_.push_back(numbered(o.resource, i));
  }

  void write(std::size_t, std::string& out) override {
    const auto n = writer_.pick(names_.size());
    body_.assign(R"({"resourceId":")").append(names_[n]).append("\"");
    if (options_.kind == "map") {
      body_.append(R"(,"category":")").append(options_.category).append(R"(","quantity":1)");
    } else if (options_.kind == "reserve") {
      body_.append(R"(,"quantity":1)");
    } else {
      body_.append(R"(,"spots":[{"spot":"seat"}])");
    }
    if (options_.kind == "slot") {  // each half hour once: no two guests want the same
      const auto slot = slots_[n]++;
      body_.append(R"(,"startDate":")").append(half_hour(slot)).append(R"(","endDate":")").append(half_hour(slot + 1)).append("\"");
    }
    writer_.append_guest(body_);
    body_ += '}';
    writer_.post(out, bookings, body_);
  }

  verdict judge(std::size_t, const http_answer& answer) override {
    return judge_booking(answer, options_.kind == "reserve" ? "pending_email" : "confirmed");
  }

private:
  scenario_options options_;
  request_writer writer_;
  std::vector<std::string> names_;
  std::vector<std::size_t> slots_;
  std::string body_;
};

/// Hold, then confirm with the guest's details: two requests of one guest.
class hold_then_confirm : public scenario {
public:
  hold_then_confirm(const scenario_options& o, std::size_t guests)
      : resource_(numbered(o.resource, 0)), writer_(o.tenant, o.seed), guests_(guests) {}

  void write(std::size_t guest, std::string& out) override {
    auto& g = guests_[guest];
    if (g.hold.empty()) {
      body_.assign(R"({"resourceId":")").append(resource_).append(R"(","spots":[{"spot":"seat"}]})");
      return writer_.post(out, holds, body_);
    }
    body_.assign(R"({"holdId":")").append(g.hold).append("\"");
    writer_.append_guest(body_);
    body_ += '}';
    writer_.post(out, bookings, body_, g.access);
  }

  verdict judge(std::size_t guest, const http_answer& answer) override {
    auto& g = guests_[guest];
    if (!g.hold.empty()) {
      g = {};
      return judge_booking(answer, "confirmed");
    }
    if (answer.status != 201) return answer.status == 409 ? verdict::rejected : verdict::failed;
    g.hold = json_member(answer.body, "holdId");
    g.access = json_member(answer.body, "accessToken");
    return g.hold.empty() || g.access.empty() ? verdict::failed : verdict::next_step;
  }

private:
  struct guest_state {
    std::string hold;
    std::string access;
  };
  std::string resource_;
  request_writer writer_;
  std::vector<guest_state> guests_;
  std::string body_;
};

/// Looks at a map or at the figures of an event.
class reader : public scenario {
public:
  explicit reader(const scenario_options& o) : writer_(o.tenant, o.seed) {
    for (std::size_t i = 0; i < o.resources; ++i) {
      const auto name = numbered(o.resource, i);
      paths_.push_back(o.kind == "block" ? "/api/v1/blocks/" + name : "/api/v1/events/" + name + "/availability");
    }
  }
  void write(std::size_t, std::string& out) override { writer_.get(out, paths_[writer_.pick(paths_.size())]); }
  verdict judge(std::size_t, const http_answer& answer) override { return answer.status == 200 ? verdict::done : verdict::failed; }

private:
  request_writer writer_;
  std::vector<std::string> paths_;
};

}  // namespace

std::unique_ptr<scenario> scenario::make(const scenario_options& o, std::size_t guests) {
  if (o.kind == "hold") return std::make_unique<hold_then_confirm>(o, guests);
  if (o.kind == "block" || o.kind == "availability") return std::make_unique<reader>(o);
  if (o.kind == "pool" || o.kind == "map" || o.kind == "slot" || o.kind == "reserve") return std::make_unique<one_step>(o);
  throw load_error("no scenario called " + o.kind);
}

}  // namespace holdfast::bench
