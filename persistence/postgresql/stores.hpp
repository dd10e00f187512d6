#pragma once
// What one PostgreSQL storage is made of; every store has a connection of its own, opened on first use.
#include <memory>

#include "persistence/cluster.hpp"
#include "persistence/journal.hpp"
#include "persistence/operators.hpp"
#include "persistence/postgresql/connection.hpp"
#include "persistence/projection/model.hpp"
#include "persistence/read_model.hpp"

namespace holdfast::persistence::postgresql {

result<void> migrate(const home_ptr&);

std::unique_ptr<journal_store> make_journal(home_ptr);
std::unique_ptr<snapshot_store> make_snapshots(home_ptr);
std::unique_ptr<lease_store> make_leases(home_ptr);
std::unique_ptr<cluster_store> make_cluster(home_ptr);
std::unique_ptr<timer_store> make_timers(home_ptr);
std::unique_ptr<outbox_store> make_outbox(home_ptr);
std::unique_ptr<operator_store> make_operators(home_ptr);
std::unique_ptr<model_store> make_model(home_ptr);
std::unique_ptr<read_model> make_reads(home_ptr);

/// shard, node, epoch
lease to_lease(const pqxx::row&);

}  // namespace holdfast::persistence::postgresql
