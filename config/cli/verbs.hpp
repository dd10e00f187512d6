#pragma once
// Every verb of `holdfast`; main.cpp puts them in this order into the help.
#include <vector>

#include "config/cli/verb.hpp"

namespace holdfast::cli {

void register_tenant(std::vector<verb>&);   // tenant apply, tenant show
void register_import(std::vector<verb>&);   // import campsites
void register_event(std::vector<verb>&);    // event list, event open, event close
void register_booking(std::vector<verb>&);  // booking list, booking show, booking cancel
void register_token(std::vector<verb>&);    // token
void register_audit(std::vector<verb>&);    // audit
void register_backup(std::vector<verb>&);   // backup, restore
void register_keys(std::vector<verb>&);     // keys create
void register_certs(std::vector<verb>&);    // certs
// cluster status, nodes, shards, find, entity, slow, audit-trail
void register_cluster(std::vector<verb>&);
// cluster drain, pause, resume, move, rebalance, passivate, restart, snapshot, log-level; tenant list, suspend, resume
void register_cluster_actions(std::vector<verb>&);
void register_version(std::vector<verb>&);  // version

}  // namespace holdfast::cli
