#pragma once
// given events, when command, then events: one core on a stage with a clock in its hand. Every `when` also proves that deciding is
// pure: asked twice, the core answers the same and is not changed by it.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actors/domain/core.hpp"
#include "actors/domain/digest.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::domain::testing {

/// What came of one command.
struct said {
  v1::Entry entry;  // empty when rejected
  consequences effects;

  const v1::Reply& reply() const { return effects.reply; }
  bool accepted() const { return !reply().has_rejection(); }
  const v1::Rejection& rejection() const { return reply().rejection(); }
  v1::ErrorCode code() const { return rejection().code(); }
  const v1::BookingView& booking() const { return reply().booking(); }
  const v1::BlockView& block() const { return reply().block(); }

  /// Names of the events, in order: "hold_expired hold_placed".
  std::string events() const {
    std::string out;
    const auto name = [&](const google::protobuf::Message& event) {
      std::vector<const google::protobuf::FieldDescriptor*> set;
      event.GetReflection()->ListFields(event, &set);
      for (const auto* field : set) out.append(out.empty() ? "" : " ").append(field->name());
    };
    for (const auto& e : entry.tenant()) name(e);
    for (const auto& e : entry.event()) name(e);
    for (const auto& e : entry.block()) name(e);
    return out;
  }
  /// Field errors as "field:code", in order.
  std::string fields() const {
    std::string out;
    for (const auto& f : rejection().fields()) out.append(out.empty() ? "" : " ").append(f.field()).append(":").append(f.code());
    return out;
  }
  const v1::LiveChange* change(std::string_view topic) const {
    for (const auto& c : effects.changes)
      if (c.topic() == topic) return &c;
    return nullptr;
  }
};

inline std::string bytes(const google::protobuf::MessageLite& m) { return canonical_bytes(m); }

inline std::string saved(const core& c) {
  v1::EntitySnapshot out;
  c.save(out);
  return bytes(out);
}

class stage {
public:
  explicit stage(std::string entity) : entity_(std::move(entity)), core_(make_core(entity_id{entity_})) {}

  unix_ms now = 1'000'000'000'000;

  stage& wait(unix_ms ms) {
    now += ms;
    return *this;
  }

  said when(const v1::Command& command) {
    auto outcome = decide_purely(command);
    said out;
    if (auto* refused = std::get_if<v1::Rejection>(&outcome)) {
      out.effects.reply = as_reply(std::move(*refused));
      return out;
    }
    out.entry = std::move(std::get<v1::Entry>(outcome));
    if (out.entry.tenant_size() + out.entry.event_size() + out.entry.block_size() > 0) happened(out.entry);
    out.effects = core_->follow(command, out.entry, now);
    return out;
  }

  /// As from the journal.
  void happened(v1::Entry& entry) {
    entry.set_at_ms(now);
    history_.push_back(entry);
    core_->evolve(entry, sequence{static_cast<std::int64_t>(history_.size())});
  }

  domain::core& core() { return *core_; }
  const std::vector<v1::Entry>& history() const { return history_; }
  std::int64_t version() const { return static_cast<std::int64_t>(history_.size()); }

  /// A fresh core that has read the whole history.
  std::unique_ptr<domain::core> replayed() const {
    auto out = make_core(entity_id{entity_});
    for (std::size_t i = 0; i < history_.size(); ++i) {
      v1::Entry stored;  // through bytes, as the journal would
      stored.ParseFromString(history_[i].SerializeAsString());
      out->evolve(stored, sequence{static_cast<std::int64_t>(i + 1)});
    }
    return out;
  }
  /// A fresh core that has read a snapshot.
  std::unique_ptr<domain::core> restored() const {
    v1::EntitySnapshot snapshot;
    core_->save(snapshot);
    v1::EntitySnapshot stored;
    stored.ParseFromString(snapshot.SerializeAsString());
    auto out = make_core(entity_id{entity_});
    EXPECT_TRUE(out->restore(stored));
    return out;
  }
  /// The entity stops and recovers from its snapshot.
  void restart() { core_ = restored(); }

private:
  domain::outcome decide_purely(const v1::Command& command) const {
    if (history_.size() > 100 && history_.size() % 64 != 0) return core_->decide(command, now);  // looking at all of a long history is slow
    const auto before = saved(*core_);
    auto outcome = core_->decide(command, now);
    const auto again = core_->decide(command, now);
    EXPECT_EQ(saved(*core_), before) << "decide changed the state";
    EXPECT_EQ(text(outcome), text(again)) << "decide is not a function of its arguments";
    return outcome;
  }

  static std::string text(const domain::outcome& o) {
    return std::visit([](const auto& message) { return std::string(message.GetDescriptor()->name()) + bytes(message); }, o);
  }

  std::string entity_;
  std::unique_ptr<domain::core> core_;
  std::vector<v1::Entry> history_;
};

}  // namespace holdfast::domain::testing
