#pragma once
// Every key of the settings file, once: the loader reads by it, the example is printed from it, a test compares the two. The unit stands
// last in the name; a limit is never 0 unless the text says what 0 means.
#include "config/settings/settings.hpp"
#include "config/toml/reader.hpp"

namespace holdfast::config {

inline constexpr std::int64_t day_ms = 24LL * 3600 * 1000;
inline constexpr std::int64_t gib = 1LL << 30U;

template <class Visitor>
void describe_node(settings& s, Visitor& v) {
  v.section("node", "Who this node is and where it keeps things.");
  v.text("name", s.node.name, "Owner in the shard leases; different for every node of a cluster.");
  v.text("data_folder", s.node.data_folder, "Keys, lock, embedded journal and mails as files. Also HOLDFAST_DATA or --data.");
  v.text("keys_file", s.node.keys_file,
         "Signing key and token secret, the same on every node of a cluster; empty: node.keys in the data folder.");
  v.text("journal_url", s.node.journal_url,
         "sqlite:<file> or postgresql://…; empty: the embedded journal in the data folder. Also HOLDFAST_JOURNAL or --journal.");
  v.text("public_url", s.node.public_url, "Where guests reach the pages, for links in mails; empty: the listening address.");
  v.text("pages_folder", s.node.pages_folder, "The built web pages; empty: beside the program.");
  v.number("io_threads", s.node.io_threads, {0, 64}, "Threads that serve sockets; 0: half the processors.");
  v.number("scheduler_threads", s.node.scheduler_threads, {0, 256}, "Threads that run actors; 0: the other half.");
  v.number("stop_ms_max", s.node.stop_ms_max, {0, 600'000}, "What is in flight at a stop gets so long to be answered.");

  v.section("log", "Standard error.");
  v.choice("level", s.log.level, {"trace", "debug", "info", "warn", "error"}, "Least level that is written.");
  v.choice("format", s.log.format, {"text", "json"}, "Lines for people or JSON objects.");
  v.flag("access_log", s.http.access_log, "One line per request.");
}

template <class Visitor>
void describe_http(settings& s, Visitor& v) {
  v.section("http", "HTTP and WebSocket.");
  v.text("address", s.http.address, "Listening address.");
  v.number("port", s.http.port, {0, 65'535}, "0: any free one. Also HOLDFAST_PORT or --port.");
  v.text("tls_certificate_file", s.http.tls.certificate_file, "PEM, the whole chain; empty: no TLS.");
  v.text("tls_private_key_file", s.http.tls.private_key_file, "PEM.");
  v.texts("tenant_domains", s.http.tenant_domains, "The label before one of these names the tenant: theatre.localhost.");
  v.texts("trusted_proxies", s.http.trusted_proxies, "Peers whose X-Forwarded-For is believed, exact addresses.");
  v.texts("websocket_origins", s.http.websocket_origins, "Other hosts whose pages may open a WebSocket here.");
  v.number("connections_max", s.http.connections_max, {1, 1'000'000}, "");
  v.number("connections_per_address_max", s.http.connections_per_address_max, {1, 1'000'000}, "");
  v.number("requests_per_connection_max", s.http.requests_per_connection_max, {1, 1'000'000'000}, "Then the connection is closed.");
  v.number("head_bytes_max", s.http.limits.head_bytes_max, {1'024, 1'048'576}, "Request line and header fields.");
  v.number("target_bytes_max", s.http.limits.target_bytes_max, {256, 65'536}, "Path and query.");
  v.number("header_fields_max", s.http.limits.fields_max, {8, 1'000}, "");
  v.number("body_bytes_max", s.http.limits.body_bytes_max, {1'024, gib}, "One request.");
  v.number("bodies_in_memory_bytes_max", s.http.body_bytes_in_memory_max, {65'536, 64 * gib}, "All requests that are being read.");
  v.number("websocket_message_bytes_max", s.http.websocket_message_bytes_max, {64, 1'048'576}, "From a client.");
  v.number("tls_handshake_ms_max", s.http.tls_handshake_ms_max, {100, 600'000}, "");
  v.number("head_ms_max", s.http.head_ms_max, {100, 600'000}, "From the first byte of a head to its end.");
  v.number("body_ms_max", s.http.body_ms_max, {100, 3'600'000}, "From the end of the head to the end of the body.");
  v.number("idle_ms_max", s.http.idle_ms_max, {100, 3'600'000}, "Between two requests.");
  v.number("handler_ms_max", s.http.handler_ms_max, {100, 600'000}, "Then the caller gets 503.");
  v.number("write_ms_max", s.http.write_ms_max, {100, 3'600'000}, "For any answer, plus the time its size takes at write_bytes_per_s_min.");
  v.number("write_bytes_per_s_min", s.http.write_bytes_per_s_min, {1, gib}, "");
  v.number("linger_ms_max", s.http.linger_ms_max, {0, 60'000}, "What a refused peer still sends is read so long.");
  v.number("websocket_idle_ms_max", s.http.websocket_idle_ms_max, {1'000, 3'600'000}, "No byte, not even a pong.");
  v.number("requests_per_address_per_s_max", s.http.rates.per_address.per_second, {0, 1'000'000}, "0: no limit.");
  v.number("requests_per_address_burst_max", s.http.rates.per_address.burst, {1, 1'000'000}, "So many at once.");
  v.number("requests_per_token_per_s_max", s.http.rates.per_key.per_second, {0, 1'000'000}, "Per bearer or access token; 0: no limit.");
  v.number("requests_per_token_burst_max", s.http.rates.per_key.burst, {1, 1'000'000}, "");
  v.number("slow_request_ms_min", s.http.slow_request_ms_min, {1, 600'000}, "What takes so long is shown to operators.");
  v.number("slow_requests_kept_max", s.http.slow_requests_kept_max, {1, 10'000}, "The newest.");
  v.number("rate_callers_max", s.http.rates.callers_max, {1'024, 100'000'000}, "Callers remembered for the limits.");
}

template <class Visitor>
void describe_live(settings& s, Visitor& v) {
  v.section("live", "Live changes over WebSocket.");
  v.number("subscriptions_max", s.live.subscriptions_max, {1, 10'000}, "Of one socket.");
  v.number("queue_frames_max", s.live.queue_frames_max, {2, 100'000},
           "Of one socket; past it the socket gets snapshots instead of deltas.");
  v.number("queue_bytes_max", s.live.queue_bytes_max, {4'096, gib}, "Of one socket.");
  v.number("snapshots_waiting_max", s.live.asks_max, {1, 1'000}, "Snapshots one socket waits for at a time.");
  v.number("write_ms_max", s.live.write_ms_max, {100, 600'000}, "One frame takes longer: the socket is cut.");
  v.number("messages_per_s_max", s.live.messages.per_second, {0, 100'000}, "Of one socket; past it the socket is closed. 0: no limit.");
  v.number("messages_burst_max", s.live.messages.burst, {1, 100'000}, "So many at once.");
  v.number("ring_deltas_max", s.live.ring_deltas_max, {1, 100'000}, "Of one topic, to resume from.");
  v.number("ring_bytes_max", s.live.ring_bytes_max, {1'024, gib}, "Of one topic.");
  v.number("replay_max", s.live.replay_max, {1, 100'000}, "So many deltas may follow a kept snapshot.");
  v.number("topics_max", s.live.topics_max, {1, 10'000'000}, "Of one I/O thread.");
  v.number("kept_bytes_max", s.live.kept_bytes_max, {65'536, 64 * gib}, "Rings and snapshots of one I/O thread.");
  v.number("linger_ms", s.live.linger_ms, {0, 3'600'000}, "A topic that nobody watches is followed so long, for those who come back.");
  v.number("snapshot_ms_max", s.live.ask_ms_max, {10, 600'000}, "For an entity to answer.");
  v.number("retry_ms", s.live.retry_ms, {1, 600'000}, "After a snapshot was refused.");
  v.number("snapshot_tries_max", s.live.asks_in_vain_max, {1, 1'000}, "");
  v.number("backlog_max", s.live.backlog_max, {16, 10'000'000},
           "Changes waiting for one I/O thread or topic; past it topics start over with snapshots.");
  v.number("subscribers_per_turn_max", s.live.subscribers_per_turn_max, {1, 1'000'000},
           "Get a change before other sockets of the thread have a turn.");
}

template <class Visitor>
void describe_api(settings& s, Visitor& v) {
  v.section("api", "The JSON API.");
  v.number("cached_tenants_max", s.api.cached_tenants_max, {1, 1'000'000}, "");
  v.number("tenant_cached_ms_max", s.api.tenant_cached_ms_max, {0, 600'000}, "Another node's change is seen after this.");
  v.number("cached_events_max", s.api.cached_events_max, {1, 10'000'000}, "");
  v.number("event_cached_ms_max", s.api.event_cached_ms_max, {0, 600'000},
           "The same for events; blocks decide by their own rules at once.");
  v.number("kept_map_bytes_max", s.api.kept_map_bytes_max, {0, 64 * gib}, "Texts of maps, for all who open them.");
  v.number("remembered_keys_max", s.api.remembered_keys_max, {1'024, 100'000'000}, "Idempotency keys, to catch one used for two things.");
  v.number("parallel_asks_max", s.api.parallel_asks_max, {1, 1'024}, "Commands of one request under way together.");
  v.number("list_threads", s.reads.threads, {1, 64}, "Each holds one connection to the store.");
  v.number("list_queue_max", s.reads.queue_max, {1, 100'000}, "Lists that wait for a thread; beyond: 503.");
}

template <class Visitor>
void describe_actors(settings& s, Visitor& v) {
  v.section("actors", "Entities and the journal writer.");
  v.number("commands_in_flight_max", s.actors.commands_in_flight_max, {1, 10'000'000}, "Not yet answered; beyond: 503.");
  v.number("journal_bytes_in_flight_max", s.actors.journal_bytes_in_flight_max, {65'536, 64 * gib}, "Decided, not yet durable.");
  v.number("journal_batch_rows_max", s.actors.journal_batch_rows_max, {1, 100'000}, "One group commit.");
  v.number("journal_batch_bytes_max", s.actors.journal_batch_bytes_max, {65'536, gib}, "");
  v.number("stash_commands_max", s.actors.stash_commands_max, {1, 1'000'000}, "Waiting while an entity recovers.");
  v.number("recovery_chunk_rows", s.actors.recovery_chunk_rows, {1, 100'000}, "Rows one recovery step reads.");
  v.number("passivate_after_ms", s.actors.passivate_after_ms, {100, 30 * day_ms}, "Idle entities are put away.");
  v.number("entities_started_max", s.actors.entities_started_max, {256, 100'000'000}, "");
  v.number("snapshot_every_entries", s.actors.snapshot_every_entries, {1, 1'000'000'000}, "Bounds the replay after a crash.");
  v.number("snapshot_put_away_entries", s.actors.snapshot_put_away_entries, {1, 1'000'000'000},
           "An entity put away leaves a snapshot when so many are new.");
  v.number("snapshot_worth_percent", s.actors.snapshot_worth_percent, {0, 10'000}, "New entries for 100 records of a snapshot, at least.");
  v.number("snapshot_bytes_in_flight_max", s.actors.snapshot_bytes_in_flight_max, {65'536, 64 * gib}, "Waiting to be saved.");
  v.number("answers_kept_ms", s.actors.answers_kept_ms, {1'000, 30 * day_ms}, "How long an idempotency key is remembered.");
  v.number("answers_kept_max", s.actors.answers_kept_max, {1, 100'000'000}, "Per entity.");
  v.number("timer_poll_ms", s.actors.timer_poll_ms, {1, 60'000}, "A lapsed hold is visible at most this much later.");
  v.number("timer_batch_max", s.actors.timer_batch_max, {1, 100'000}, "");
  v.number("recovery_backoff_ms", s.actors.recovery_backoff_ms, {1, 600'000}, "After a failed recovery.");

  v.section("projection", "The read model behind lists.");
  v.number("batch_rows_max", s.projection.batch_rows_max, {1, 100'000}, "Journal rows per transaction.");
  v.number("pause_ms", s.projection.pause_ms, {0, 60'000}, "After rows were carried: many at a time cost a fraction of many times one.");
  v.number("poll_ms", s.projection.poll_ms, {1, 60'000}, "How often new rows are looked for.");
  v.number("retry_ms", s.projection.retry_ms, {1, 600'000}, "After the store failed.");
}

template <class Visitor>
void describe_cluster(settings& s, Visitor& v) {
  auto& c = s.cluster.options;
  v.section("cluster", "Several nodes that share the shards. Needs a PostgreSQL journal and certificates (`holdfast certs`).");
  v.flag("enabled", s.cluster.enabled, "");
  v.text("name", c.name, "Nodes of a cluster with another name are refused.");
  v.text("link_address", c.link_address, "Where other nodes are listened for: an IP address.");
  v.number("link_port", c.link_port, {0, 65'535}, "0: any free one.");
  v.text("advertised_address", c.advertised_address, "ip:port at which other nodes reach this one; empty: link_address and the port.");
  v.text("certificate_file", c.files.certificate, "PEM: this node's certificate, then what stands between it and the authority.");
  v.text("private_key_file", c.files.private_key, "PEM, readable by its owner only.");
  v.text("authority_file", c.files.authority, "PEM: whom this cluster trusts.");
  v.number("weight", c.weight, {0, 10'000}, "Share of the shards relative to other nodes; 0: none.");
  v.number("lease_ms", c.lease_ms, {500, 600'000}, "A node that was not heard of for so long loses its shards.");
  v.number("margin_ms", c.margin_ms, {50, 60'000}, "It stops deciding so much earlier.");
  v.number("beat_ms", c.beat_ms, {50, 60'000}, "How often it renews its leases.");
  v.number("put_away_ms_max", c.put_away_ms_max, {10, 60'000}, "For the entities of a shard that moves to finish.");
  v.number("join_ms_max", c.join_ms_max, {1'000, 600'000}, "Then the start has failed.");
  v.number("moves_max", c.moves_max, {1, 256}, "Shards that this node gives away at a time.");
  v.number("waiting_max", c.waiting_max, {1, 10'000'000}, "Commands that wait for a shard on the move; beyond: 503.");
  v.number("window_requests_max", c.link.window_requests_max, {1, 1'000'000}, "Unanswered at one node; beyond: 503.");
  v.number("window_bytes_max", c.link.window_bytes_max, {65'536, 64 * gib}, "");
  v.number("heartbeat_ms", c.link.heartbeat_ms, {50, 60'000}, "On a link; the same on every node.");
  v.number("silence_ms_max", c.link.silence_ms_max, {200, 600'000}, "A peer that is not heard is lost after this; the same on every node.");
}

template <class Visitor>
void describe_mail(settings& s, Visitor& v) {
  v.section("mail", "Confirmations and tickets by e-mail.");
  v.choice("transport", s.mail.transport, {"files", "smtp"}, "files: into the data folder, for development.");
  v.flag("development_page", s.mail.development_page,
         "Everybody who reaches the node can read all mails at /dev/mail. Also --development.");
  v.text("from_address", s.mail.from_address, "Sender where a tenant names none.");
  v.text("id_domain", s.mail.id_domain, "Right side of Message-IDs.");
  v.text("smtp_host", s.mail.smtp.host, "");
  v.number("smtp_port", s.mail.smtp.port, {1, 65'535}, "");
  v.choice("smtp_security", s.mail.security, {"none", "starttls_optional", "starttls", "tls"},
           "tls: from the first byte, usually port 465.");
  v.text("smtp_user", s.mail.smtp.user, "Empty: no log-in.");
  v.text("smtp_password", s.mail.smtp.password, "");
  v.text("smtp_ca_file", s.mail.smtp.ca_file, "PEM; empty: the system's authorities.");
  v.text("smtp_helo", s.mail.smtp.helo, "Our name; empty: the system's.");
  v.number("smtp_connections_max", s.mail.smtp.connections_max, {1, 100}, "");
  v.number("smtp_connect_ms_max", s.mail.smtp.connect_timeout_ms, {100, 600'000}, "");
  v.number("smtp_mail_ms_max", s.mail.smtp.mail_timeout_ms, {1'000, 3'600'000}, "One mail, from its first byte to the server's answer.");
  v.number("poll_ms", s.mail.poll_ms, {10, 600'000}, "How often the outbox is looked at, besides when something was added.");
  v.number("batch_max", s.mail.limits.batch_max, {1, 1'000}, "Mails per round.");
  v.number("attempts_max", s.mail.limits.attempts_max, {1, 1'000}, "Then a mail is given up and kept for people to see.");
  v.number("retry_delay_ms_min", s.mail.limits.retry_delay_ms_min, {100, day_ms}, "After the first attempt; doubles.");
  v.number("retry_delay_ms_max", s.mail.limits.retry_delay_ms_max, {1'000, 7 * day_ms}, "");
  v.number("server_pause_ms", s.mail.limits.pause_ms, {100, day_ms}, "When the server cannot be used at all.");
  v.number("context_wait_ms_max", s.mail.limits.context_wait_ms_max, {10, 60'000}, "For tenant and event to answer.");
}

template <class Visitor>
void describe(settings& s, Visitor& v) {
  describe_node(s, v);
  describe_http(s, v);
  describe_live(s, v);
  describe_api(s, v);
  describe_actors(s, v);
  describe_cluster(s, v);
  describe_mail(s, v);
}

}  // namespace holdfast::config
