#include "tests/e2e/flows.hpp"

#include <stdexcept>

#include "tests/e2e/guest.hpp"
#include "tests/e2e/live_watcher.hpp"

namespace holdfast::e2e {
namespace {

namespace json = boost::json;

/// Ends the flow: what comes after a failed step would only repeat it.
struct broken {
  std::string why;
};

void expect(bool holds, const std::string& what) {
  if (!holds) throw broken{what};
}

void expect_status(const reply& got, int wanted, const std::string& step) {
  expect(got.status == wanted,
         step + ": " + std::to_string(got.status) + " instead of " + std::to_string(wanted) + ": " + got.text.substr(0, 300));
}

std::int64_t free_in(const json::value& figures, const std::string& category) {
  if (!figures.is_array()) return -1;
  for (const auto& f : figures.get_array())
    if (text_at(f, "category") == category) return number_at(f, "free");
  return -1;
}

void keep(booked& out, const json::value& booking) {
  out.booking = text_at(booking, "bookingId");
  out.block = text_at(booking, "resourceId");
  out.code = text_at(booking, "confirmationCode");
  out.price = number_at(booking, "totalPrice");
  out.currency = text_at(booking, "currency");
  out.spots.clear();
  if (const auto* spots = at(booking, "spots").if_array())
    for (const auto& s : *spots) out.spots.push_back(text_at(s, "spot"));
}

/// The free figure of a category in a snapshot or delta of topic "event:…", summed over the blocks that it names.
std::int64_t free_of_message(const json::object& message, const std::string& category, const std::string& block) {
  const auto& body = message.contains("state") ? message.at("state") : message.at("changes");
  const auto* blocks = at(body, "blocks").if_array();
  if (blocks == nullptr) return -1;
  for (const auto& b : *blocks)
    if (text_at(b, "blockId") == block) return free_in(at(b, "figures"), category);
  return -1;
}

std::int64_t snapshot_of_event(live_watcher& live, const std::string& event, const std::string& category, const std::string& block) {
  live.subscribe("event:" + event);
  const auto snapshot = live.wait_for([](const auto& m) { return m.contains("op") && m.at("op") == "snapshot"; });
  expect(snapshot.has_value(), "no live snapshot of event:" + event);
  return free_of_message(*snapshot, category, block);
}

std::int64_t wait_for_free(live_watcher& live, const std::string& category, const std::string& block, std::int64_t wanted) {
  std::int64_t last = -1;
  const auto delta = live.wait_for([&](const auto& m) {
    if (!m.contains("op") || m.at("op") != "delta") return false;
    const auto free = free_of_message(m, category, block);
    if (free >= 0) last = free;
    return free == wanted;
  });
  expect(delta.has_value(), "the watcher did not see " + std::to_string(wanted) + " free; the last it saw was " + std::to_string(last));
  return last;
}

std::string spot_state(const json::object& message, const std::string& spot) {
  const auto& body = message.contains("state") ? message.at("state") : message.at("changes");
  const auto* spots = at(body, "spots").if_array();
  if (spots == nullptr) return {};
  for (const auto& s : *spots)
    if (text_at(s, "label") == spot) return text_at(s, "state");
  return {};
}

void wait_for_state(live_watcher& live, booked& out, const std::string& spot, const std::string& state) {
  const auto seen = live.wait_for([&](const auto& m) { return m.contains("changes") && spot_state(m, spot) == state; });
  expect(seen.has_value(), "the watcher did not see spot " + spot + " become " + state);
  out.seen.push_back(spot + " " + state);
}

template <class Flow>
booked guarded(const char* tenant, const char* flow, Flow steps) {
  booked out;
  out.tenant = tenant;
  out.flow = flow;
  try {
    steps(out);
  } catch (const broken& b) {
    out.failures.push_back(b.why);
  } catch (const std::exception& error) {
    out.failures.emplace_back(error.what());
  }
  return out;
}

json::object hold_of_tents() { return {{"resourceId", "summer-2027"}, {"category", "tent"}, {"quantity", 3}, {"party", "The Larches"}}; }

/// The first published performance that can be booked for so many.
json::value open_performance(guest& g, std::int64_t seats) {
  const auto list = g.get("/events?upcoming=true&limit=50");
  expect_status(list, 200, "list of performances");
  for (const auto& e : at(list.body, "data").as_array()) {
    const auto full = g.get("/events/" + text_at(e, "resourceId"));
    if (full.status == 200 && at(full.body, "open") == true && free_in(at(full.body, "figures"), "seat") >= seats) return full.body;
  }
  throw broken{"no performance can be booked"};
}

/// A campsite with powered pitches, found by search; answers one of its blocks.
json::value block_with_power(guest& g) {
  const auto list = g.get("/resources/search?category=powered&quantity=5");
  expect_status(list, 200, "search for powered pitches");
  for (const auto& e : at(list.body, "data").as_array()) {
    const auto* blocks = at(e, "blockIds").if_array();
    if (at(e, "open") != true || blocks == nullptr || blocks->empty()) continue;
    const auto block = g.get("/blocks/" + std::string(blocks->front().as_string()));
    expect_status(block, 200, "map of a campsite");
    return block.body;
  }
  throw broken{"no open campsite has powered pitches"};
}

std::string free_powered(const json::value& block) {
  for (const auto& s : at(block, "spots").as_array())
    if (text_at(s, "category") == "powered" && text_at(s, "state") == "free") return text_at(s, "label");
  throw broken{"no powered pitch is free"};
}

}  // namespace

booked book_group(const place& where) {
  return guarded("festival", "group", [&](booked& out) {
    guest g(where.url, "festival");
    live_watcher live(where.url, "festival");
    // Which block the group will go to is the platform's choice: hold once to learn it, give up, then watch that block.
    const auto trial = g.post("/holds", hold_of_tents());
    expect_status(trial, 201, "hold");
    const auto block = text_at(trial.body, "resourceId");
    expect_status(g.remove("/holds/" + text_at(trial.body, "holdId"), text_at(trial.body, "accessToken")), 204, "giving the hold up");
    // The event's figures follow its blocks' a moment later: what the watcher starts from must be the block's own figure.
    const auto before = free_in(at(g.get("/blocks/" + block).body, "figures"), "tent");
    if (snapshot_of_event(live, "summer-2027", "tent", block) != before) wait_for_free(live, "tent", block, before);

    const auto hold = g.post("/holds", hold_of_tents());
    expect_status(hold, 201, "hold");
    expect(text_at(hold.body, "status") == "held", "the hold is not held");
    expect(at(hold.body, "adjacent") == true, "an empty field gave no neighbouring spots");
    expect(text_at(hold.body, "resourceId") == block, "the same wish went to another block");
    out.access = text_at(hold.body, "accessToken");
    wait_for_free(live, "tent", block, before - 3);
    out.seen.push_back("free tents " + std::to_string(before) + " → " + std::to_string(before - 3));

    const auto booking = g.post(
        "/bookings", json::object{{"holdId", text_at(hold.body, "holdId")}, {"userDetails", user_details("ida@example.org")}}, out.access);
    expect_status(booking, 201, "booking");
    expect(text_at(booking.body, "status") == "confirmed", "the booking is not confirmed");
    keep(out, booking.body);
    expect(out.spots.size() == 3, "not three spots");
  });
}

booked book_performance(const place& where) {
  return guarded("theatre", "performance", [&](booked& out) {
    guest g(where.url, "theatre");
    live_watcher live(where.url, "theatre");
    const auto event = open_performance(g, 2);
    const auto id = text_at(event, "resourceId");
    const auto block = id + ".floor";
    const auto before = snapshot_of_event(live, id, "seat", block);

    const auto pending =
        g.post("/bookings", json::object{{"resourceId", id}, {"quantity", 2}, {"userDetails", user_details("ida@example.org")}});
    expect_status(pending, 201, "reservation");
    expect(text_at(pending.body, "status") == "pending_email", "the reservation does not wait for its mail");
    out.access = text_at(pending.body, "accessToken");
    const auto booking = text_at(pending.body, "bookingId");
    const auto unchanged = g.get("/events/" + id + "/availability");
    expect(free_in(at(unchanged.body, "figures"), "seat") == before, "a reservation took seats before it was confirmed");

    const auto token = token_from_mail(where.data, booking);
    expect(!token.empty(), "no mail with a link came");
    const auto confirmed = g.post("/confirmations", json::object{{"token", token}});
    expect_status(confirmed, 200, "confirmation");
    expect(text_at(confirmed.body, "status") == "confirmed", "the link did not confirm");
    wait_for_free(live, "seat", block, before - 2);
    out.seen.push_back("free seats " + std::to_string(before) + " → " + std::to_string(before - 2));
    keep(out, confirmed.body);

    expect_status(g.post("/confirmations", json::object{{"token", token}}), 409, "the same link again");
    const auto picture = g.get("/bookings/" + booking + "/ticket.png", out.access);
    expect_status(picture, 200, "ticket");
    expect(picture.text.substr(1, 3) == "PNG", "the ticket is no PNG");
  });
}

booked book_spot(const place& where, bool then_cancel) {
  return guarded("doc-nz", "spot", [&](booked& out) {
    guest g(where.url, "doc-nz");
    live_watcher live(where.url, "doc-nz");
    const auto map = block_with_power(g);
    const auto block = text_at(map, "blockId");
    const auto spot = free_powered(map);
    live.subscribe("block:" + block);
    expect(live.wait_for([](const auto& m) { return m.contains("state"); }).has_value(), "no live snapshot of block:" + block);

    const json::object wish{{"resourceId", block}, {"spots", json::array{json::object{{"spot", spot}}}}};
    const auto hold = g.post("/holds", wish);
    expect_status(hold, 201, "hold");
    out.access = text_at(hold.body, "accessToken");
    wait_for_state(live, out, spot, "held");
    const auto second = g.post("/holds", wish);
    expect_status(second, 409, "a second guest on the same pitch");
    expect(text_at(second.body, "code") == "hold_conflict", "not called a conflict: " + second.text.substr(0, 200));

    const auto booking = g.post(
        "/bookings", json::object{{"holdId", text_at(hold.body, "holdId")}, {"userDetails", user_details("ida@example.org")}}, out.access);
    expect_status(booking, 201, "booking");
    keep(out, booking.body);
    wait_for_state(live, out, spot, "taken");
    if (!then_cancel) return;
    expect_status(g.post("/bookings/" + out.booking + "/cancel", json::object{{"reason", "rain"}}, out.access), 200, "cancelling");
    wait_for_state(live, out, spot, "free");
  });
}

}  // namespace holdfast::e2e
