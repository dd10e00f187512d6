#pragma once
// One of the 256 shards, open under an epoch or closed. Open it starts the entities that hash to it when they are first needed, passes
// messages on, passivates the idle and, beyond its share of the node's cap, the least recently used; starts an entity again after it
// stopped.
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/contracts.hpp"
#include "actors/runtime/context.hpp"

namespace holdfast::actors {

class shard_state {
public:
  using pointer = shard_actor::stateful_pointer<shard_state>;
  explicit shard_state(pointer self) : self_(self) {}
  ~shard_state();  // its entities end with it
  shard_state(const shard_state&) = delete;
  shard_state& operator=(const shard_state&) = delete;
  static inline const char* name = "shard";

  shard_actor::behavior_type start(context_ptr context);

private:
  struct child {
    entity_actor actor;  // null: not running
    unix_ms used = 0;
    unix_ms not_before = 0;  // an entity that failed to recover rests until then
    bool stopping = false;   // asked to passivate: keep messages until it is gone
    std::vector<command_msg> stash;
    slot_ptr asker;                                 // an operator who wants it put away
    std::list<const std::string*>::iterator place;  // in recency_
  };

  void route(command_msg&& message);
  void notify(notice_msg&& message);
  void start_child(const std::string& id, child& c);
  void touch(child& c);
  void child_down(const caf::actor_addr& address, const caf::error& reason);
  void passivate(child& c);
  void resume(const std::string& id);
  void sweep();
  void arm_sweep();
  void supervise(command_msg&& message);
  /// True: it is gone; false: it was busy and goes on.
  static void tell_asker(child& c, bool put_away);

  void open(epoch owner);
  void put_away(std::function<void()> done);
  void close();
  void passivate_all();
  void report_if_empty();
  void end_all();

  pointer self_;
  context_ptr context_;
  epoch owner_{};
  std::size_t cap_ = 0;
  bool sweep_armed_ = false;
  bool open_ = false;
  bool again_armed_ = false;
  std::function<void()> vacated_;  // whoever waits until no entity is left
  std::unordered_map<std::string, child> children_;
  std::unordered_map<caf::actor_addr, const std::string*> by_address_;
  std::list<const std::string*> recency_;  // least recently used first
};

shard_actor::behavior_type shard(shard_state::pointer self, context_ptr context);

}  // namespace holdfast::actors
