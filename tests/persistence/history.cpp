#include "tests/persistence/history.hpp"

#include <algorithm>

namespace holdfast::persistence::test {

v1::Entry& history::next(const entity_id& entity) {
  auto it = std::find_if(last_.begin(), last_.end(), [&](const auto& one) { return one.first == entity; });
  if (it == last_.end()) it = last_.insert(last_.end(), {entity, 0});
  now_ += 1000;
  items_.push_back({entity, {++it->second}, {}});
  items_.back().entry.set_at_ms(now_);
  return items_.back().entry;
}

std::vector<append_request> history::rows() const {
  std::vector<append_request> out;
  for (const auto& one : items_) {
    auto& row = out.emplace_back();
    row.entity = one.entity;
    row.at = one.at;
    row.owner = {1};
    row.at_ms = one.entry.at_ms();
    row.payload = one.entry.SerializeAsString();
  }
  return out;
}

void history::tenant(const std::string& slug) {
  next(tenant_entity(slug)).add_tenant()->mutable_applied()->mutable_definition()->set_slug(slug);
}

void history::event(const std::string& tenant, const v1::EventDefinition& definition) {
  *next(event_entity(tenant, definition.id())).add_event()->mutable_applied()->mutable_definition() = definition;
}

void history::block(const std::string& tenant, const v1::BlockDefinition& definition) {
  *next(block_entity(tenant, definition.id())).add_block()->mutable_applied()->mutable_definition() = definition;
}

v1::SpotBlockEvent& history::of_booking(const std::string& tenant, const std::string& booking) {
  return *next(block_entity(tenant, block_of_booking(booking))).add_block();
}

void history::hold(const std::string& tenant, const std::string& booking, const std::vector<std::pair<std::string, std::uint32_t>>& spots) {
  auto& e = *of_booking(tenant, booking).mutable_hold_placed();
  e.set_booking_id(booking);
  for (const auto& [label, quantity] : spots) {
    auto& spot = *e.add_spots();
    spot.set_spot(label);
    spot.set_quantity(quantity);
  }
  e.set_expires_at_ms(now_ + 600'000);
  e.mutable_total()->set_minor(100);
  e.mutable_total()->set_currency("DKK");
  e.mutable_access()->set_nonce("nonce of " + booking);
}

void history::confirm(const std::string& tenant, const std::string& booking, const std::string& email, const std::string& code) {
  auto& e = *of_booking(tenant, booking).mutable_confirmed();
  e.set_booking_id(booking);
  e.mutable_contact()->set_email(email);
  e.mutable_contact()->set_first_name("Ann");
  e.set_confirmation_code(code);
}

void history::reserve(const std::string& tenant, const std::string& booking, std::uint32_t party, const std::string& email,
                      const std::string& code) {
  auto& e = *of_booking(tenant, booking).mutable_reserved();
  e.set_booking_id(booking);
  e.set_party_size(party);
  e.mutable_contact()->set_email(email);
  e.set_confirmation_code(code);
  e.set_expires_at_ms(now_ + 86'400'000);
}

void history::confirm_email(const std::string& tenant, const std::string& booking, bool takes,
                            const std::vector<std::pair<std::string, std::uint32_t>>& spots) {
  auto& e = *of_booking(tenant, booking).mutable_email_confirmed();
  e.set_booking_id(booking);
  e.set_confirmed(takes);
  for (const auto& [label, quantity] : spots) {
    auto& spot = *e.add_spots();
    spot.set_spot(label);
    spot.set_quantity(quantity);
  }
}

void history::cancel(const std::string& tenant, const std::string& booking) {
  of_booking(tenant, booking).mutable_cancelled()->set_booking_id(booking);
}
void history::release(const std::string& tenant, const std::string& booking) {
  of_booking(tenant, booking).mutable_hold_released()->set_booking_id(booking);
}
void history::expire(const std::string& tenant, const std::string& booking) {
  of_booking(tenant, booking).mutable_hold_expired()->set_booking_id(booking);
}
void history::check_in(const std::string& tenant, const std::string& booking, const std::string& gate) {
  auto& e = *of_booking(tenant, booking).mutable_checked_in();
  e.set_booking_id(booking);
  e.set_gate(gate);
}

v1::EventDefinition make_event(const std::string& id, const std::string& title, std::vector<std::string> blocks) {
  v1::EventDefinition out;
  out.set_id(id);
  (*out.mutable_title())["en"] = title;
  out.mutable_frame()->set_begin_ms(1'900'000'000'000);
  out.mutable_frame()->set_end_ms(1'900'000'360'000);
  out.set_published(true);
  for (auto& block : blocks) out.add_block_ids(std::move(block));
  return out;
}

v1::BlockDefinition make_block(const std::string& id, const std::string& category, int spots, std::uint32_t capacity) {
  v1::BlockDefinition out;
  out.set_id(id);
  for (int i = 1; i <= spots; ++i) {
    auto& spot = *out.add_spots();
    spot.set_label("s" + std::to_string(i));
    spot.set_category(category);
    spot.set_capacity(capacity);
    spot.set_row("r" + std::to_string((i - 1) / 5));
  }
  return out;
}

namespace {

const std::vector<std::string> tenants{"camp", "theatre"};
const std::vector<std::string> titles{"Søndre Sø", "Ærø Havn", "Whangārei Falls", "Blåbær Bakke", "Grande Plage"};
const std::vector<std::string> facilities{"Toilets", "Brændeovn", "Shower", "Non-powered sites"};
const std::vector<std::string> regions{"Northland", "Sjælland", "Région Sud"};
const std::vector<std::string> emails{"ann@example.org", "Bo@Example.org", "åse@example.dk"};

struct standing {
  std::string tenant, id;
  v1::BookingStatus status;
};

class story {
public:
  explicit story(std::mt19937& random) : random_(random) {}

  history tell(int steps) {
    for (const auto& tenant : tenants) {
      out_.tenant(tenant);
      for (int i = 0; i < 5; ++i) define(tenant, "event-" + std::to_string(i), i);
    }
    while (steps-- > 0) step();
    return std::move(out_);
  }

private:
  std::size_t pick(std::size_t n) { return random_() % n; }
  template <class T>
  const T& one_of(const std::vector<T>& list) {
    return list[pick(list.size())];
  }

  void define(const std::string& tenant, const std::string& id, int number) {
    const auto n = static_cast<std::size_t>(number);
    auto event = make_event(id, titles[n % titles.size()] + " " + std::to_string(number), {id + ".a", id + ".b"});
    (*event.mutable_title())["da"] = one_of(titles);
    event.set_published(pick(5) != 0);
    event.set_region(one_of(regions));
    event.add_facilities(one_of(facilities));
    event.add_facilities(one_of(facilities));
    event.add_activities("Walking");
    event.set_show_id(pick(2) == 0 ? "hamlet" : "");
    event.mutable_frame()->set_begin_ms(1'900'000'000'000 + static_cast<unix_ms>(pick(4)) * 86'400'000);
    event.mutable_frame()->set_end_ms(pick(4) == 0 ? 0 : event.frame().begin_ms() + 86'400'000);
    if (pick(3) != 0) {
      event.mutable_location()->set_latitude(-40 + static_cast<double>(pick(800)) / 10);
      event.mutable_location()->set_longitude(-180 + static_cast<double>(pick(3600)) / 10);
    }
    out_.event(tenant, event);
    auto block = make_block(id + ".a", "tent", 20);
    for (int i = 10; i < 20; ++i) block.mutable_spots(i)->set_category("cabin");
    out_.block(tenant, block);
    out_.block(tenant, make_block(id + ".b", "seat", 1, 50));
  }

  std::vector<std::pair<std::string, std::uint32_t>> some_spots(const std::string& booking) {
    if (booking.find(".b.") != std::string::npos) return {{"s1", 1 + static_cast<std::uint32_t>(pick(4))}};
    return {{"s" + std::to_string(1 + pick(10)), 1}, {"s" + std::to_string(11 + pick(10)), 1}};
  }

  void begin() {
    standing one{one_of(tenants),
                 "event-" + std::to_string(pick(5)) + (pick(2) == 0 ? ".a." : ".b.") + std::to_string(10'000'000 + ++count_),
                 v1::BOOKING_HELD};
    if (one.id.find(".b.") != std::string::npos && pick(2) == 0) {
      one.status = v1::BOOKING_PENDING_EMAIL;
      out_.reserve(one.tenant, one.id, 1 + static_cast<std::uint32_t>(pick(4)), one_of(emails), "CODE" + std::to_string(count_));
    } else {
      out_.hold(one.tenant, one.id, some_spots(one.id));
    }
    standing_.push_back(std::move(one));
  }

  void end(std::size_t i) {
    standing_[i] = std::move(standing_.back());
    standing_.pop_back();
  }

  void go_on(std::size_t i) {
    auto& one = standing_[i];
    if (one.status == v1::BOOKING_PENDING_EMAIL) {
      out_.confirm_email(one.tenant, one.id, true, some_spots(one.id));
      one.status = v1::BOOKING_CONFIRMED;
    } else if (one.status == v1::BOOKING_HELD) {
      if (pick(3) == 0) {
        if (pick(2) == 0)
          out_.release(one.tenant, one.id);
        else
          out_.expire(one.tenant, one.id);
        return end(i);
      }
      out_.confirm(one.tenant, one.id, one_of(emails), "CODE" + std::to_string(count_));
      one.status = v1::BOOKING_CONFIRMED;
    } else if (pick(3) == 0) {
      out_.confirm_email(one.tenant, one.id, false);
    } else if (pick(2) == 0) {
      out_.check_in(one.tenant, one.id, "north");
      end(i);
    } else {
      out_.cancel(one.tenant, one.id);
      end(i);
    }
  }

  void staff() {
    const auto& tenant = one_of(tenants);
    const auto id = "event-" + std::to_string(pick(5));
    if (pick(3) == 0) {
      out_.next(event_entity(tenant, id)).add_event()->mutable_open_set()->set_open(pick(2) == 0);
    } else if (pick(2) == 0) {
      auto& set = *out_.next(block_entity(tenant, id + ".b")).add_block()->mutable_manual_occupation_set();
      set.set_spot("s1");
      set.set_occupied(static_cast<std::uint32_t>(pick(6)));
      set.set_additional(static_cast<std::uint32_t>(pick(6)));
    } else {
      define(tenant, id, static_cast<int>(pick(5)));
    }
  }

  void step() {
    if (pick(20) == 0) return staff();
    if (standing_.empty() || pick(2) == 0) return begin();
    go_on(pick(standing_.size()));
  }

  std::mt19937& random_;
  history out_;
  std::vector<standing> standing_;
  int count_ = 0;
};

}  // namespace

history random_history(std::mt19937& random, int steps) { return story(random).tell(steps); }

}  // namespace holdfast::persistence::test
