#pragma once
// The journal: what is in it happened. One row per accepted command of one entity, primary key (entity, sequence).
//
// A store object is one connection: use it from one thread at a time; open one per thread that needs it (storage.hpp).
// Calls block. `append` is the only call on the booking path and is meant for one detached actor that cuts batches.
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocols/base/failure.hpp"
#include "protocols/base/ids.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::persistence {

/// One mail or webhook wanted by an entry; unique per (entity, sequence, index in `outbox`).
struct outbox_item {
  std::string kind;     // "mail"
  std::string payload;  // serialised v1::MailRequest
};

struct append_request {
  entity_id entity;
  sequence at;          // 1-based, exactly one more than the entity's last
  epoch owner;          // of the shard, as the writer believes
  std::string payload;  // serialised v1::Entry
  unix_ms at_ms = 0;
  std::vector<outbox_item> outbox;
  /// Durable timer of the entity from now on: absent = unchanged, 0 = none, else due at.
  std::optional<unix_ms> timer;
};

enum class append_status : std::uint8_t {
  durable,
  conflict,     // (entity, at) exists already or leaves a gap: this entity must recover
  stale_epoch,  // another owner took the shard: the entity must stop
  failed,       // not written, and it is known that it is not; e.g. disk full
  unknown,      // connection lost during commit: may or may not be there; the entity must recover before it decides again
};

struct stored_entry {
  sequence at;
  std::string payload;
};

struct journal_row {
  position where;
  entity_id entity;
  sequence at;
  std::string payload;
};

class journal_store {
public:
  virtual ~journal_store() = default;

  /// One group commit. Durable when it returns (PostgreSQL synchronous_commit=on, SQLite synchronous=FULL). Within the batch rows
  /// of one entity stand in ascending order. A row that is refused takes the later rows of the same entity with it and no others.
  virtual std::vector<append_status> append(std::span<const append_request> batch) = 0;

  /// Entries of one entity from `from` on, ascending, without gaps (a gap is failure_code::corrupt). The visitor returns false to stop.
  virtual result<sequence> read(const entity_id&, sequence from, const std::function<bool(stored_entry&&)>& visit) = 0;

  /// Rows of all entities after `after`, in position order, at most `limit`; never skips a row that a slower transaction
  /// commits later. Answers the last position visited (or `after`).
  virtual result<position> follow(position after, std::size_t limit, const std::function<void(journal_row&&)>& visit) = 0;

  /// Position of the newest row that `follow` would show; 0 in an empty journal.
  virtual result<position> head() = 0;

  /// Position of the newest durable row. `follow` shows it once no slower transaction runs; where there are none, at once.
  virtual result<position> newest() { return head(); }
};

struct snapshot {
  sequence at;
  std::string payload;  // serialised v1::EntitySnapshot
};

class snapshot_store {
public:
  virtual ~snapshot_store() = default;
  /// Replaces an older one; an older `at` than the stored one is ignored.
  virtual result<void> save(const entity_id&, const snapshot&) = 0;
  virtual result<std::optional<snapshot>> load(const entity_id&) = 0;
  virtual result<void> erase_all() = 0;
  /// Every snapshot, in entity order (audit).
  virtual result<void> each(const std::function<void(const entity_id&, snapshot&&)>& visit) = 0;
};

struct lease {
  shard_id shard;
  std::string node;
  epoch owner;
};

class lease_store {
public:
  virtual ~lease_store() = default;
  /// Takes all 256 shards for `node`, raising each epoch by one, in one transaction: from then on every older owner is fenced.
  virtual result<std::vector<lease>> take_all(const std::string& node) = 0;
  virtual result<std::vector<lease>> all() = 0;
};

struct due_timer {
  entity_id entity;
  unix_ms due;
};

/// Written by append (append_request::timer); read by the node's timer service to wake passivated entities.
class timer_store {
public:
  virtual ~timer_store() = default;
  /// Due at or before `until` in these shards, earliest first.
  virtual result<std::vector<due_timer>> due(unix_ms until, std::size_t limit, const shard_set& of) = 0;
  virtual result<std::optional<unix_ms>> earliest() = 0;
  /// When the entity's timer is due; empty when it has none.
  virtual result<std::optional<unix_ms>> of(const entity_id&) = 0;
  /// Removes the timer when it still is the one that was read: an entity woken for nothing must not be woken for ever.
  virtual result<void> forget(const due_timer&) = 0;
};

struct outbox_row {
  std::int64_t id;
  entity_id entity;
  sequence at;
  std::uint32_t index;
  std::string kind;
  std::string payload;
  std::uint32_t attempts;
};

class outbox_store {
public:
  virtual ~outbox_store() = default;
  /// Rows of entities in these shards whose next attempt is due, oldest first.
  virtual result<std::vector<outbox_row>> pending(unix_ms now, std::size_t limit, const shard_set& of) = 0;
  /// Done: the row is forgotten.
  virtual result<void> delivered(std::int64_t id) = 0;
  virtual result<void> postpone(std::int64_t id, unix_ms next_attempt, const std::string& error) = 0;
  /// Not due before `until`, without counting as an attempt: somebody is at it.
  virtual result<void> hold(std::int64_t id, unix_ms until) = 0;
  /// Given up after the last attempt; kept for people to see.
  virtual result<void> abandon(std::int64_t id, const std::string& error) = 0;
  struct figures {
    std::int64_t waiting = 0, abandoned = 0;
  };
  /// Takes time in proportion to what it counts, however much was ever delivered.
  virtual result<figures> count() = 0;
};

}  // namespace holdfast::persistence
