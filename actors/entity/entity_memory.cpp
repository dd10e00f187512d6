#include "actors/entity/entity_memory.hpp"

#include <google/protobuf/arena.h>

#include <array>

#include "actors/entity/stored_entry.hpp"
#include "actors/planted.hpp"

namespace holdfast::actors {
namespace {

/// For messages that are read once and thrown away: most fit into the first piece.
class scratch {
public:
  template <class Message>
  Message& make() {
    return *google::protobuf::Arena::CreateMessage<Message>(&arena_);
  }

private:
  google::protobuf::ArenaOptions options() {
    google::protobuf::ArenaOptions out;
    out.initial_block = first_.data();
    out.initial_block_size = first_.size();
    return out;
  }

  std::array<char, 8'192> first_;
  google::protobuf::Arena arena_{options()};
};

}  // namespace

bool entity_memory::restore(const persistence::snapshot& stored) {
  scratch space;
  auto& state = space.make<v1::EntitySnapshot>();
  if (!state.ParseFromString(stored.payload) || state.sequence() != stored.at.value || !core_->restore(state)) return false;
  answered_.restore(state);
  at_ = stored.at;
  return true;
}

bool entity_memory::replay(const persistence::stored_entry& stored) {
  scratch space;
  auto& entry = space.make<v1::Entry>();
  std::string_view reply;
  if (!read_entry(stored.payload, entry, reply)) return false;
  core_->evolve(entry, stored.at);
  if (planted().replay_twice && stored.at.value % 5 == 0) core_->evolve(entry, stored.at);
  at_ = stored.at;
  if (!entry.idempotency_key().empty()) answered_.remember(entry.idempotency_key(), entry.fingerprint(), reply, entry.at_ms());
  return true;
}

persistence::snapshot entity_memory::save() const {
  scratch space;
  auto& state = space.make<v1::EntitySnapshot>();
  state.set_sequence(at_.value);
  answered_.save(state);
  core_->save(state);
  return {at_, state.SerializeAsString()};
}

sequence entity_memory::evolve(const v1::Entry& entry) {
  ++at_.value;
  core_->evolve(entry, at_);
  return at_;
}

}  // namespace holdfast::actors
