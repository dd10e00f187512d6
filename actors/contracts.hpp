#pragma once
// Who may say what to whom: every typed actor of the node and every message it understands. All messages here stay inside one node;
// what crosses nodes is Protobuf (protocols/holdfast/v1/envelope.proto).
//
//   region ─ command_msg ─▶ shard ─ command_msg ─▶ entity ─ append_msg ─▶ journal_writer
//                             ▲  ◀─ (DOWN) ────────── │ ▲ ◀─ appended_msg ───────┘
//                             └──── notice_msg ───────┘ ├─ history_request ─▶ history_reader ─ history_chunk ─▶ entity
//                                                       ├─ snapshot_msg ────▶ snapshot_writer
//                                                       └─ fold_msg ────────▶ snapshot_folder
//   timer_service ─ (region) command_msg ─▶ shard
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>
#include <caf/error.hpp>
#include <caf/typed_actor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "actors/reply_slot.hpp"
#include "persistence/journal.hpp"

namespace holdfast::actors {

using command_ptr = std::shared_ptr<const v1::Command>;

/// Distinguishes the lives of one entity: whatever a former life still has in flight is not this one's.
using incarnation = std::uint64_t;

struct command_msg {
  command_ptr command;
  slot_ptr slot;  // answered exactly once, by whoever holds it last
};

/// Unacknowledged word from one entity to another (figures).
struct notice_msg {
  command_ptr command;
  bool start_entity;  // false: of no use to an entity that is not running
};

struct appended_msg {
  incarnation life;
  sequence durable_upto;                              // 0: nothing became durable
  std::optional<persistence::append_status> refused;  // of everything after durable_upto
};

struct history_chunk {
  incarnation life;
  std::optional<persistence::snapshot> snapshot;  // only in the first chunk
  std::vector<persistence::stored_entry> entries;
  bool last;
  std::optional<failure> error;
};

/// Answer to passivate: something is in flight, the entity goes on.
struct busy_msg {
  entity_id entity;
};

/// A shard is served under this epoch from now on; what an earlier epoch left is gone.
struct open_msg {
  epoch owner;
};

/// Starts no entity any more and puts every one away; `done`, on the shard's thread, when none is left. It may be empty.
struct put_away_msg {
  std::function<void()> done;
};

/// Why an entity ends whose shard has another owner now.
inline caf::error fenced() { return {1, caf::atom("fenced")}; }

using passivate_atom = caf::atom_constant<caf::atom("passivate")>;
using close_atom = caf::atom_constant<caf::atom("close")>;
using again_atom = caf::atom_constant<caf::atom("again")>;  // internal
using flush_atom = caf::atom_constant<caf::atom("flush")>;  // internal
using sweep_atom = caf::atom_constant<caf::atom("sweep")>;  // internal
using poll_atom = caf::atom_constant<caf::atom("poll")>;    // internal

/// One tenant, event or spot block.
using entity_actor = caf::typed_actor<
    // Decide; the answer goes to the slot when durable.
    caf::reacts_to<command_msg>,
    // Soft state from another entity.
    caf::reacts_to<notice_msg>,
    // The journal's verdict on what was appended.
    caf::reacts_to<appended_msg>,
    // The next piece of the past.
    caf::reacts_to<history_chunk>,
    // Stop when nothing is in flight, otherwise tell the sender busy_msg.
    caf::reacts_to<passivate_atom>>;

/// Starts, finds, passivates and restarts the entities of one shard while it is open.
using shard_actor = caf::typed_actor<caf::reacts_to<command_msg>, caf::reacts_to<notice_msg>, caf::reacts_to<busy_msg>,
                                     // What a shard does between open and close; it is closed at first.
                                     caf::reacts_to<open_msg>, caf::reacts_to<put_away_msg>,
                                     // At once; what is not durable is lost.
                                     caf::reacts_to<close_atom>,
                                     // internal: some were busy when they were to be put away
                                     caf::reacts_to<again_atom>,
                                     // internal: look for idle entities
                                     caf::reacts_to<sweep_atom>>;

struct append_msg {
  persistence::append_request request;
  incarnation life;
  entity_actor from;
};

struct history_request {
  entity_id entity;
  sequence from;       // first entry wanted, unless a snapshot covers it
  bool with_snapshot;  // begin with the snapshot, if there is one
  std::size_t limit;
  incarnation life;
  entity_actor requester;
};

struct snapshot_msg {
  entity_id entity;
  persistence::snapshot snapshot;
};

/// Entries up to `upto` are durable and worth a snapshot.
struct fold_msg {
  entity_id entity;
  sequence upto;
};

/// Group commit over all entities of the node. Blocks in the store: runs detached.
using journal_writer_actor = caf::typed_actor<caf::reacts_to<append_msg>,
                                              // internal: cut a batch from everything that arrived meanwhile
                                              caf::reacts_to<flush_atom>>;

/// Reads snapshots and entries for recovery. Blocks: runs detached.
using history_reader_actor = caf::typed_actor<caf::reacts_to<history_request>>;

/// Saves snapshots; losing one is harmless. Blocks: runs detached.
using snapshot_writer_actor = caf::typed_actor<caf::reacts_to<snapshot_msg>>;

/// Makes the next snapshot of an entity from its last one and the journal, beside the living entity. Blocks: runs detached.
using snapshot_folder_actor = caf::typed_actor<caf::reacts_to<fold_msg>>;

/// Wakes entities whose durable timer is due. Blocks: runs detached.
using timer_service_actor = caf::typed_actor<
    // internal: look for due timers
    caf::reacts_to<poll_atom>>;

}  // namespace holdfast::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdfast::actors::command_msg)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdfast::actors::notice_msg)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdfast::actors::open_msg)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdfast::actors::put_away_msg)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdfast::actors::busy_msg)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdfast::actors::appended_msg)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdfast::actors::history_chunk)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdfast::actors::append_msg)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdfast::actors::history_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdfast::actors::snapshot_msg)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holdfast::actors::fold_msg)
