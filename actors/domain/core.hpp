#pragma once
// The functional core of an entity: decide and evolve, nothing else. Cores include no CAF, Asio, database, clock or log header;
// time comes in as an argument, randomness inside the command.
//
//   decide(state, command, now)  → events | rejection      pure; may say no
//   evolve(state, entry)         → state                   cannot fail; the journal is replayed through it
//   consequences(state', command, entry) → answer, live changes, mail, messages; called right after evolve
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "holdfast/v1/envelope.pb.h"
#include "holdfast/v1/snapshot.pb.h"
#include "protocols/base/ids.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::domain {

/// Only the event lists of the entry are set; the shell adds time, key and answer. No events: nothing changes
/// (a query, or what was asked for is already so).
using outcome = std::variant<v1::Entry, v1::Rejection>;

/// What follows from an accepted command once it is durable.
struct consequences {
  v1::Reply reply;
  std::vector<v1::LiveChange> changes;  // version is filled in by the core: the sequence of the entry
  std::vector<v1::MailRequest> mail;    // goes into the outbox in the same transaction
  std::vector<v1::Command> tell;        // to other entities, unacknowledged and repeatable
  bool report = false;                  // core::report() says something new
};

class core {
public:
  virtual ~core() = default;

  virtual outcome decide(const v1::Command& command, unix_ms now) const = 0;

  /// `entry` was accepted by decide on this very state, or comes from the journal at `at`.
  virtual void evolve(const v1::Entry& entry, sequence at) = 0;

  virtual consequences follow(const v1::Command& command, const v1::Entry& entry, unix_ms now) const = 0;

  /// Soft state that is never stored (figures another entity reported). False: the command is none of these.
  virtual bool observe(const v1::Command& command, std::vector<v1::LiveChange>& changes) = 0;

  /// What another entity wants to know of the present state (figures). Soft, latest wins: told once a commit, not once a command. Empty
  /// when nobody does.
  virtual std::optional<v1::Command> report() const = 0;

  /// What a freshly started entity asks of others to complete its soft state.
  virtual std::vector<v1::Command> on_started() const = 0;

  /// Earliest moment at which something lapses (a hold, a reservation); empty when nothing can.
  virtual std::optional<unix_ms> next_deadline() const = 0;

  /// The command that makes lapsed things visible; sent to itself by the shell at next_deadline().
  virtual v1::Command tick() const = 0;

  /// Complete state; restore(save()) is the identity. restore answers false when the bytes are not of this kind.
  virtual void save(v1::EntitySnapshot& out) const = 0;
  virtual bool restore(const v1::EntitySnapshot& in) = 0;
  /// How many records a snapshot would hold, give or take a constant.
  virtual std::size_t records() const noexcept = 0;
};

/// The core for an entity id; the id must be valid (parse_entity).
std::unique_ptr<core> make_core(const entity_id&);

}  // namespace holdfast::domain
