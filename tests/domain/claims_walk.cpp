// Drives a core and the model side by side.
#include "tests/domain/claims_model.hpp"

namespace holdfast::domain::testing {
namespace {

v1::BlockDefinition stage_set(v1::Flow flow, std::uint32_t pool) {
  if (flow == v1::FLOW_PERFORMANCE) return theatre(pool + 3);
  auto d = block_of(flow);
  add_spot(d, "A1");
  add_spot(d, "A2");
  add_spot(d, "A3");
  add_spot(d, "A4", "tent", 1, "2");
  add_spot(d, "P", "pool", pool);
  set_price(d, "tent", 10'000);
  set_price(d, "pool", 2'500);
  return d;
}

class walker {
public:
  explicit walker(v1::Flow flow) : flow_(flow) {
    stage_.apply(stage_set(flow, 3));
    catch_up();
  }

  std::string run(const std::vector<step>& steps) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      take(steps[i]);
      catch_up();
      compare();
      if (!wrong_.empty()) return "step " + std::to_string(i) + ": " + wrong_;
    }
    if (saved(*stage_.replayed()) != saved(stage_.core())) return "the state is not its replay";
    if (saved(*stage_.restored()) != saved(stage_.core())) return "the state is not its snapshot";
    return {};
  }

private:
  void expect(bool predicted, const said& answer, const char* what) {
    if (wrong_.empty() && predicted != answer.accepted())
      wrong_ =
          std::string(what) + (predicted ? " was refused: " + answer.rejection().ShortDebugString() : " was accepted: " + answer.events());
  }

  void catch_up() {
    for (; read_ < stage_.history().size(); ++read_) model_.read(stage_.history()[read_]);
    if (wrong_.empty()) wrong_ = model_.wrong;
  }

  void compare() {
    if (!wrong_.empty()) return;
    std::uint32_t free = 0;
    const auto seen = stage_.look();
    for (const auto& s : seen.block().spots()) {
      free += s.free();
      if (s.free() != model_.free_of(s.label())) {
        wrong_ = s.label() + " shows " + std::to_string(s.free()) + " free, the model says " + std::to_string(model_.free_of(s.label()));
        return;
      }
    }
    for (const auto& f : seen.block().figures()) {
      free -= f.free();
      if (f.free() + f.held() + f.taken() != f.capacity()) wrong_ = "the figures do not add up";
    }
    if (free != 0) wrong_ = "the figures are not the sum of the spots";
    if (stage_.core().next_deadline() != model_.next_deadline()) wrong_ = "the next deadline is another";
  }

  std::string fresh() { return "b" + std::to_string(++made_); }
  std::string known(int who) const { return "b" + std::to_string(made_ == 0 ? 0 : 1 + who % made_); }
  const claims_model::guest_booking* booking(const std::string& name) const {
    const auto it = model_.bookings.find(full_id(name));
    return it == model_.bookings.end() ? nullptr : &it->second;
  }
  bool alive_hold(const std::string& name) const {
    const auto* b = booking(name);
    return b != nullptr && b->how == claims_model::state::held && b->expires > stage_.now;
  }

  static parts choose(int what) {
    static const std::vector<parts> wishes{
        {{"A1"}},         {{"A2"}},   {{"A3"}, {"A4"}},         {{"P", 1}}, {{"P", 2}}, {{"A1"}, {"P", 1}},
        {{"A2"}, {"A3"}}, {{"P", 3}}, {{"A1"}, {"A2"}, {"A3"}}, {{"A4"}}};
    return wishes[static_cast<std::size_t>(what) % wishes.size()];
  }
  v1::Interval when(int how) const {
    v1::Interval out;
    const auto night = how % 4;
    if (night == 0) return out;
    out.set_begin_ms(model_.frame_begin + (night == 2 ? 1 : 0) * day);
    out.set_end_ms(model_.frame_begin + (night == 1 ? 1 : 2) * day);
    return out;
  }
  bool room(const parts& spots, const v1::Interval& wish, const std::string& except = {}) const {
    std::map<std::string, std::uint32_t> wanted;
    for (const auto& p : spots) wanted[p.spot] += p.quantity;
    const bool whole = wish.end_ms() == 0;
    return model_.room(wanted, whole ? model_.frame_begin : wish.begin_ms(), whole ? model_.frame_end : wish.end_ms(), stage_.now, except);
  }

  void take(const step& s) {
    switch (s.kind % 16) {
      case 0:
      case 1:
      case 2:
        return place(s);
      case 3:
        return try_confirm(known(s.who));
      case 4:
        return try_extend(known(s.who));
      case 5:
        return try_change(s);
      case 6:
        stage_.release(known(s.who));
        return;
      case 7:
        stage_.cancel(known(s.who), s.how % 2 == 0 ? v1::ACTOR_GUEST : v1::ACTOR_STAFF);
        return;
      case 8:
        stage_.wait((1 + s.how % 13) * minute);
        return;
      case 9:
        return tick();
      case 10:
        return occupy(s);
      case 11:
        stage_.apply(definition(s));
        return;
      case 12:
        stage_.restart();
        return;
      case 13:
        stage_.wait(s.how % 5 == 0 ? 25 * hour : second);
        return;
      default:
        return try_email(known(s.who));
    }
  }

  void place(const step& s) {
    const auto name = fresh();
    if (flow_ == v1::FLOW_PERFORMANCE) {
      const auto people = static_cast<std::uint32_t>(1 + s.what % 4);
      return expect(model_.free_of("seat") >= people, stage_.reserve(name, people), "a reservation");
    }
    const auto wish = when(s.how);
    if (flow_ == v1::FLOW_GROUP) return place_group(name, s, wish);
    const auto hold = block_stage::hold_of(name, choose(s.what), wish);
    const bool free = room(choose(s.what), wish);
    expect(free, s.who % 3 == 0 ? stage_.book(hold, name) : stage_.place(hold), "a hold");
  }

  void place_group(const std::string& name, const step& s, const v1::Interval& wish) {
    const auto count = static_cast<std::uint32_t>(1 + s.what % 3);
    auto hold = block_stage::group_of(name, count, s.who % 2 == 0 ? "larches" : "", s.what % 5 == 0 ? "pool" : "tent");
    *hold.mutable_interval() = wish;
    std::uint32_t left = 0;
    for (const auto& [label, n] : model_.defined) {
      if ((label == "P") != (hold.assign().category() == "pool")) continue;
      for (std::uint32_t k = 1; room({{label, k}}, wish); ++k) ++left;
    }
    expect(left >= count, s.who % 3 == 0 ? stage_.book(hold, name) : stage_.place(hold), "a group");
  }

  void try_confirm(const std::string& name) {
    const bool alive = alive_hold(name);
    expect(alive, stage_.confirm(name), "a confirmation");
  }

  void try_extend(const std::string& name) {
    const bool alive = alive_hold(name);
    const auto answer = stage_.extend(name);
    if (answer.code() != v1::HOLD_LIMIT) expect(alive, answer, "an extension");
  }

  void try_change(const step& s) {
    if (flow_ != v1::FLOW_SPOT) return;
    const auto name = known(s.who);
    const auto* b = booking(name);
    v1::Interval wish;
    if (b != nullptr) wish.set_begin_ms(b->begin), wish.set_end_ms(b->end);
    const bool predicted = alive_hold(name) && room(choose(s.what), wish, full_id(name));
    expect(predicted, stage_.change(name, choose(s.what)), "a change");
  }

  void try_email(const std::string& name) {
    const auto* b = booking(name);
    if (b == nullptr || b->how != claims_model::state::pending) {
      stage_.confirm_email(name);
      return;
    }
    const bool predicted = b->expires > stage_.now && model_.room({{"seat", b->people}}, b->begin, b->end, stage_.now);
    expect(predicted, stage_.confirm_email(name), "an e-mail confirmation");
  }

  void tick() {
    expect(true, stage_.tick(), "a tick");
    const auto next = stage_.core().next_deadline();
    if (next && *next <= stage_.now && wrong_.empty()) wrong_ = "something lapsed and stayed";
    catch_up();
    if (const auto due = model_.next_deadline(); due && *due <= stage_.now && wrong_.empty()) wrong_ = "a hold outlived its time";
  }

  void occupy(const step& s) {
    const auto& spot = flow_ == v1::FLOW_PERFORMANCE ? "seat" : s.what % 2 == 0 ? "P" : "A1";
    if (!model_.defined.contains(spot)) return;
    const auto additional = static_cast<std::uint32_t>(s.how % 3);
    const auto occupied = std::min(static_cast<std::uint32_t>(s.who % 4), model_.defined.at(spot) + additional);
    auto after = model_;
    after.staff[spot] = {occupied, additional};
    const bool fits = after.room({{spot, 0}}, model_.frame_begin, model_.frame_end, stage_.now);
    expect(fits, stage_.occupy(spot, occupied, additional), "an occupation");
  }

  v1::BlockDefinition definition(const step& s) const {
    auto d = stage_set(flow_, static_cast<std::uint32_t>(1 + s.what % 4));
    if (flow_ != v1::FLOW_PERFORMANCE && s.how % 2 == 0) d.mutable_spots()->DeleteSubrange(s.how % 4, 1);
    if (s.who % 3 == 0) d.mutable_frame()->set_begin_ms(d.frame().begin_ms() + day);
    return d;
  }

  v1::Flow flow_;
  block_stage stage_;
  claims_model model_;
  std::size_t read_ = 0;
  int made_ = 0;
  std::string wrong_;
};

}  // namespace

std::string walk(v1::Flow flow, const std::vector<step>& steps) { return walker(flow).run(steps); }

}  // namespace holdfast::domain::testing
