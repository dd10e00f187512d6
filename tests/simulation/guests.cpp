#include "tests/simulation/guests.hpp"

#include <algorithm>

#include "protocols/base/ids.hpp"

namespace holdfast::simulation {
namespace {

constexpr std::string_view tenant = "sim";
constexpr std::int64_t day = 86'400'000;

v1::Interval frame(unix_ms now) {
  v1::Interval out;
  out.set_begin_ms(now + 60'000);
  out.set_end_ms(now + 30 * day);
  return out;
}

v1::BookingPolicy policy() {
  v1::BookingPolicy out;
  out.set_hold_ttl_ms(5'000);
  out.set_hold_life_max_ms(12'000);
  out.set_email_confirm_ttl_ms(8'000);
  out.set_check_in_opens_before_ms(day);
  out.set_check_in_closes_after_ms(day);
  out.set_spots_per_booking_max(6);
  return out;
}

v1::Flow flow_of(const std::string& block) {
  if (block.starts_with("hall")) return v1::FLOW_GROUP;
  return block.starts_with("show") ? v1::FLOW_PERFORMANCE : v1::FLOW_SPOT;
}

v1::BlockDefinition define(const std::string& id, const v1::Interval& when) {
  v1::BlockDefinition out;
  out.set_id(id);
  out.set_title(id);
  out.set_flow(flow_of(id));
  *out.mutable_frame() = when;
  out.set_currency("DKK");
  *out.mutable_policy() = policy();
  const auto add = [&](std::string label, std::string row, std::uint32_t capacity) {
    auto& s = *out.add_spots();
    s.set_label(std::move(label));
    s.set_row(std::move(row));
    s.set_category("any");
    s.set_capacity(capacity);
  };
  if (out.flow() == v1::FLOW_PERFORMANCE) {
    add("seat", "", 12);
  } else {
    for (const char row : {'a', 'b'})
      for (int i = 1; i <= 5; ++i) add(row + std::to_string(i), std::string(1, row), 1);
    if (out.flow() == v1::FLOW_SPOT) add("meadow", "", 4);
  }
  auto& price = *out.add_prices();
  price.set_category("any");
  price.set_price_minor(12'500);
  return out;
}

v1::Contact somebody() {
  v1::Contact c;
  c.set_first_name("Ada");
  c.set_last_name("Lovelace");
  c.set_email("ada@example.org");
  c.set_phone("+4512345678");
  c.set_language("en");
  return c;
}

bool retryable(const v1::Reply& reply) {
  return reply.has_rejection() && (reply.rejection().code() == v1::UNAVAILABLE || reply.rejection().code() == v1::OVERLOADED);
}

}  // namespace

crowd::crowd(stage& s, std::size_t people) : stage_(s) {
  for (std::size_t i = 0; i < people; ++i) people_.push_back(std::make_unique<person>());
}

std::string crowd::bytes(std::size_t n) {
  std::string out(n, '\0');
  for (auto& c : out) c = static_cast<char>(stage_.random()());
  return out;
}

v1::Command crowd::blank(const std::string& block) {
  v1::Command command;
  command.set_entity_id(block_entity(tenant, block).value);
  command.set_idempotency_key("k" + std::to_string(++keys_));
  command.set_fingerprint(command.idempotency_key());
  return command;
}

void crowd::furnish() {
  const auto when = frame(stage_.now());
  auto& first = *people_.front();
  const auto insist = [&](v1::Command command) {
    first.busy = std::make_unique<errand>(errand{std::make_shared<const v1::Command>(std::move(command)), nullptr, 0});
    while (first.busy) {
      send(first);
      stage_.settle();
      take_answer(first);
      if (first.busy) stage_.pass(500);
    }
  };
  v1::Command t;
  t.set_entity_id(tenant_entity(tenant).value);
  auto& d = *t.mutable_apply_tenant()->mutable_definition();
  d.set_slug(std::string(tenant));
  d.set_name("Simulated");
  d.set_flow(v1::FLOW_SPOT);
  d.set_currency("DKK");
  d.set_time_zone("Europe/Copenhagen");
  d.add_languages("en");
  *d.mutable_policy() = policy();
  insist(std::move(t));
  for (const auto& block : blocks_) {
    v1::Command e;
    const std::string event(event_of_block(block));
    e.set_entity_id(event_entity(tenant, event).value);
    auto& definition = *e.mutable_apply_event()->mutable_definition();
    definition.set_id(event);
    (*definition.mutable_title())["en"] = event;
    *definition.mutable_frame() = when;
    definition.set_flow(flow_of(block));
    definition.add_block_ids(block);
    definition.set_published(true);
    insist(std::move(e));
    auto b = blank(block);
    *b.mutable_apply_block()->mutable_definition() = define(block, when);
    insist(std::move(b));
  }
}

// ---- asking and hearing

void crowd::send(person& p) {
  auto& e = *p.busy;
  auto fresh = std::make_shared<v1::Command>(*e.command);
  ++e.tries;
  ++memories_->asked;
  // A crash takes the node's memory, not the guest's: an answer after the next try was sent is still the answer to this key.
  auto answered = std::make_shared<bool>(false);
  e.answered = answered;
  p.answer.reset();
  stage_.ask(std::move(fresh), [&p, answered](std::shared_ptr<const v1::Reply> reply) {
    if (*answered) return;
    *answered = true;
    if (p.busy && p.busy->answered == answered) p.answer = std::move(reply);
  });
}

void crowd::take_answer(person& p) {
  if (!p.busy || !p.answer) return;
  const auto reply = std::exchange(p.answer, nullptr);
  if (retryable(*reply)) {
    ++memories_->unavailable;
    p.busy->answered.reset();  // may be tried again
    return;
  }
  const auto command = p.busy->command;
  const bool at_once = p.busy->tries == 1;
  p.busy.reset();
  learn(p, *command, *reply);
  if (reply->has_rejection()) {
    ++memories_->rejected;
    if (at_once) memories_->refused.emplace_back(command->entity_id(), command->idempotency_key());
    return;
  }
  std::string booking = reply->has_booking() ? reply->booking().booking_id() : "";
  memories_->acknowledged.push_back({command->entity_id(), command->idempotency_key(), std::move(booking), command->kind_case(), reply});
}

void crowd::act() {
  auto& p = *people_[pick(people_.size())];
  take_answer(p);
  if (p.busy) {
    if (p.busy->answered) return;  // waiting
    if (p.busy->tries < 8) return send(p);
    // Walks away without knowing: what was done may or may not stand, both must be fine.
    ++memories_->given_up;
    p.busy.reset();
    return;
  }
  auto command = pick(12) == 0 ? staff() : think(p);
  p.busy = std::make_unique<errand>(errand{std::make_shared<const v1::Command>(std::move(command)), nullptr, 0});
  send(p);
}

void crowd::look() {
  auto command = std::make_shared<v1::Command>();
  command->set_entity_id(block_entity(tenant, blocks_[pick(blocks_.size())]).value);
  command->mutable_get_block();
  stage_.ask(std::move(command), [](const std::shared_ptr<const v1::Reply>&) {});
}

void crowd::finish() {
  for (int round = 0; round < 40; ++round) {
    bool waiting = false;
    for (auto& p : people_) {
      take_answer(*p);
      if (!p->busy) continue;
      waiting = true;
      if (!p->busy->answered) send(*p);
    }
    if (!waiting) return;
    stage_.settle();
    stage_.pass(500);
  }
  memories_->surprises.emplace_back("somebody got no answer although everything works again");
}

// ---- what to do next

void crowd::choose_spots(google::protobuf::RepeatedPtrField<v1::SpotQuantity>* out, const std::string& block) {
  static const std::vector<std::string> labels{"a1", "a2", "a3", "a4", "a5", "b1", "b2", "b3", "b4", "b5"};
  const auto begin = pick(labels.size());
  const auto n = 1 + pick(3);
  for (std::size_t i = 0; i < n; ++i) {
    auto& s = *out->Add();
    s.set_spot(labels[(begin + i) % labels.size()]);
    s.set_quantity(1);
  }
  if (block.starts_with("camp") && pick(4) == 0) {
    auto& s = *out->Add();
    s.set_spot("meadow");
    s.set_quantity(static_cast<std::uint32_t>(1 + pick(3)));
  }
}

void crowd::choose_interval(v1::PlaceHold& hold) {
  if (pick(2) == 0) return;  // the whole event
  // Nights within the frame; the frame was laid at the start of the run.
  const auto base = 1'800'000'000'000 + 60'000;
  const auto night = static_cast<std::int64_t>(pick(8));
  hold.mutable_interval()->set_begin_ms(base + night * day);
  hold.mutable_interval()->set_end_ms(base + (night + 1 + static_cast<std::int64_t>(pick(3))) * day);
}

v1::Command crowd::start_stay(person& p) {
  stay s;
  s.block = blocks_[pick(blocks_.size())];
  std::string local;
  for (int i = 0; i < 12; ++i) local += "0123456789abcdefghjkmnpqrstvwxyz"[pick(32)];
  s.id = s.block + "." + local;
  s.access = bytes(32);
  s.confirm_email = bytes(32);
  s.check_in = bytes(32);
  const auto token = [&](v1::TokenDigest* t, v1::TokenPurpose purpose, const std::string& digest) {
    t->set_purpose(purpose);
    t->set_sha256(digest);
    t->set_nonce(bytes(16));
  };
  auto command = blank(s.block);
  if (flow_of(s.block) == v1::FLOW_PERFORMANCE) {
    auto& r = *command.mutable_reserve();
    r.set_booking_id(s.id);
    r.set_party_size(static_cast<std::uint32_t>(1 + pick(4)));
    *r.mutable_contact() = somebody();
    r.set_confirmation_code("ABCD2345");
    token(r.mutable_access(), v1::TOKEN_ACCESS, s.access);
    token(r.mutable_confirm_email(), v1::TOKEN_CONFIRM_EMAIL, s.confirm_email);
    r.mutable_confirm_email()->set_expires_at_ms(stage_.now() + 8'000);
    token(r.mutable_check_in(), v1::TOKEN_CHECK_IN, s.check_in);
  } else {
    auto& h = *command.mutable_place_hold();
    h.set_booking_id(s.id);
    token(h.mutable_access(), v1::TOKEN_ACCESS, s.access);
    if (flow_of(s.block) == v1::FLOW_GROUP) {
      h.mutable_assign()->set_category("any");
      h.mutable_assign()->set_count(static_cast<std::uint32_t>(1 + pick(4)));
      h.set_party(pick(2) ? "smith" : "");
      h.mutable_assign()->set_party(h.party());
    } else {
      choose_spots(h.mutable_spots(), s.block);
      choose_interval(h);
    }
  }
  p.stays.push_back(std::move(s));
  if (p.stays.size() > 6) p.stays.pop_front();
  return command;
}

v1::Command crowd::think(person& p) {
  if (p.stays.empty() || pick(3) == 0) return start_stay(p);
  return go_on(p, p.stays[pick(p.stays.size())]);
}

v1::Command crowd::go_on(person&, stay& s) {
  auto command = blank(s.block);
  const bool performance = flow_of(s.block) == v1::FLOW_PERFORMANCE;
  switch (pick(8)) {
    case 0:
    case 1:
    case 2:
      if (performance) {
        command.mutable_confirm_email()->set_booking_id(s.id);
        command.mutable_confirm_email()->set_token_sha256(s.confirm_email);
      } else {
        auto& c = *command.mutable_confirm_hold();
        c.set_booking_id(s.id);
        c.set_access_sha256(s.access);
        *c.mutable_contact() = somebody();
        c.set_confirmation_code("ABCD2345");
        c.mutable_check_in()->set_purpose(v1::TOKEN_CHECK_IN);
        c.mutable_check_in()->set_sha256(s.check_in);
        c.mutable_check_in()->set_nonce(bytes(16));
        c.mutable_confirm_email()->set_purpose(v1::TOKEN_CONFIRM_EMAIL);
        c.mutable_confirm_email()->set_sha256(s.confirm_email);
        c.mutable_confirm_email()->set_nonce(bytes(16));
        c.mutable_confirm_email()->set_expires_at_ms(stage_.now() + 60'000);
      }
      break;
    case 3:
      if (performance || s.confirmed) {
        command.mutable_confirm_email()->set_booking_id(s.id);
        command.mutable_confirm_email()->set_token_sha256(s.confirm_email);
      } else {
        command.mutable_extend_hold()->set_booking_id(s.id);
        command.mutable_extend_hold()->set_access_sha256(s.access);
      }
      break;
    case 4:
      if (flow_of(s.block) == v1::FLOW_SPOT) {
        command.mutable_change_hold()->set_booking_id(s.id);
        command.mutable_change_hold()->set_access_sha256(s.access);
        choose_spots(command.mutable_change_hold()->mutable_spots(), s.block);
        break;
      }
      [[fallthrough]];
    case 5:
      if (!performance) {
        command.mutable_release_hold()->set_booking_id(s.id);
        command.mutable_release_hold()->set_access_sha256(s.access);
        break;
      }
      [[fallthrough]];
    case 6:
      command.mutable_cancel_booking()->set_booking_id(s.id);
      command.mutable_cancel_booking()->set_actor(pick(2) ? v1::ACTOR_STAFF : v1::ACTOR_GUEST);
      command.mutable_cancel_booking()->set_access_sha256(s.access);
      break;
    default:
      command.mutable_check_in()->set_booking_id(s.id);
      command.mutable_check_in()->set_token_sha256(s.check_in);
      command.mutable_check_in()->set_gate("north");
      command.mutable_check_in()->set_by("scanner");
  }
  return command;
}

v1::Command crowd::staff() {
  const auto& block = blocks_[pick(blocks_.size())];
  auto command = blank(block);
  if (pick(3) == 0) {
    command.mutable_get_block();
    command.clear_idempotency_key();
  } else {
    auto& o = *command.mutable_set_manual_occupation();
    o.set_spot(flow_of(block) == v1::FLOW_PERFORMANCE ? "seat" : "a3");
    o.set_occupied(static_cast<std::uint32_t>(pick(2)));
    o.set_additional(static_cast<std::uint32_t>(flow_of(block) == v1::FLOW_PERFORMANCE ? pick(4) : 0));
  }
  return command;
}

void crowd::learn(person& p, const v1::Command& command, const v1::Reply& reply) {
  const auto it = std::find_if(p.stays.begin(), p.stays.end(), [&](const stay& s) {
    return reply.has_booking() ? s.id == reply.booking().booking_id()
                               : command.has_confirm_email() && s.id == command.confirm_email().booking_id();
  });
  if (it == p.stays.end()) return;
  if (reply.has_rejection()) return;
  if (command.has_confirm_email() && !reply.repeated_answer()) {
    if (it->email_used) memories_->surprises.push_back("a used confirmation token of " + it->id + " was accepted again");
    it->email_used = true;
  }
  it->confirmed = reply.booking().status() == v1::BOOKING_CONFIRMED;
}

}  // namespace holdfast::simulation
