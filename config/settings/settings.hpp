#pragma once
// Everything about a node that can be set. The parts bring their own structs with their own defaults; config/settings/keys.hpp gives every
// field its key in the file, and config/holdfast.example.toml lists them all.
#include <cstdint>
#include <string>

#include "actors/cluster/options.hpp"
#include "actors/runtime/limits.hpp"
#include "config/toml/problems.hpp"
#include "gateway/api/api.hpp"
#include "gateway/api/reads.hpp"
#include "gateway/http/http_server.hpp"
#include "gateway/live/live_hub.hpp"
#include "gateway/mail/service.hpp"

namespace holdfast::config {

struct node_section {
  std::string name = "node-1";
  std::string data_folder = "data";
  std::string keys_file;           // empty: node.keys in the data folder
  std::string journal_url;         // empty: the embedded journal in the data folder
  std::string public_url;          // empty: http(s)://<address>:<port>
  std::string pages_folder;        // empty: pages/ beside the program, or none
  unsigned io_threads = 0;         // 0: one per two processors, at least one
  unsigned scheduler_threads = 0;  // 0: what the I/O threads leave, at least one
  std::int64_t stop_ms_max = 10'000;
};

struct mail_section {
  std::string transport = "files";  // or "smtp"
  bool development_page = false;
  std::string from_address = "holdfast@localhost";
  std::string id_domain = "holdfast.localhost";
  std::string security = "starttls";
  mail::smtp_settings smtp;
  mail::worker_limits limits;
  std::int64_t poll_ms = 1'000;
};

struct projection_section {
  std::size_t batch_rows_max = 4'000;
  std::int64_t poll_ms = 50;
  std::int64_t pause_ms = 100;
  std::int64_t retry_ms = 1'000;
};

struct cluster_section {
  bool enabled = false;
  actors::cluster::options options;
};

struct log_section {
  std::string level = "info";
  std::string format = "text";  // or "json"
};

struct settings {
  node_section node;
  log_section log;
  gateway::http_server_settings http = [] {
    gateway::http_server_settings out;
    out.port = 8080;
    return out;
  }();
  gateway::live_settings live;
  gateway::api::settings api;
  gateway::api::reads::settings reads;
  actors::limits actors;
  cluster_section cluster;
  projection_section projection;
  mail_section mail;
};

/// Defaults where the file says nothing; usable only while `problems` stays empty.
settings parse_settings(std::string_view text, problem_list& problems);
settings read_settings_file(const std::string& path, problem_list& problems);

/// The example file: every key with what it means and its default.
std::string example_text();

}  // namespace holdfast::config
