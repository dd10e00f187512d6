#include "config/node/node.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>
#include <mutex>
#include <thread>

#include "actors/cluster/participation.hpp"
#include "actors/node.hpp"
#include "config/console/console.hpp"
#include "config/console/members.hpp"
#include "config/node/certificate_watch.hpp"
#include "config/node/data_folder.hpp"
#include "config/node/feed.hpp"
#include "config/node/health.hpp"
#include "config/node/metrics.hpp"
#include "config/node/projector.hpp"
#include "config/node/pulse.hpp"
#include "gateway/gateway.hpp"
#include "gateway/mail/dev_pages.hpp"
#include "protocols/base/log.hpp"

namespace holdfast::node {
namespace {

using std::chrono::milliseconds;

struct thread_counts {
  unsigned io, scheduler;
};

thread_counts split_processors(const config::node_section& wanted) {
  const auto processors = std::max(1U, std::thread::hardware_concurrency());
  thread_counts out{wanted.io_threads, wanted.scheduler_threads};
  if (out.io == 0) out.io = std::max(1U, processors / 2);
  if (out.scheduler == 0) out.scheduler = processors > out.io ? processors - out.io : 1;
  return out;
}

result<std::shared_ptr<persistence::storage>> open_migrated(const std::string& url) {
  auto storage = persistence::open_storage(url);
  if (!storage) return fail(storage.error().code, "the journal cannot be opened: " + storage.error().detail);
  if (const auto migrated = (*storage)->migrate(); !migrated) {
    const auto& why = migrated.error();
    const auto* advice = why.code == failure_code::schema_too_new ? "; start the newer program, or restore the backup from before it" : "";
    return fail(why.code, "the journal cannot be used: " + why.detail + advice);
  }
  return storage;
}

mail::mail_settings mail_for(const config::settings& s, const std::string& public_url) {
  mail::mail_settings out;
  if (s.mail.transport == "smtp")
    out.to = s.mail.smtp;
  else
    out.to = mail_folder(s.node.data_folder);
  out.site = {public_url, s.mail.from_address, s.mail.id_domain};
  out.limits = s.mail.limits;
  out.poll_ms = s.mail.poll_ms;
  return out;
}

std::string url_of(const config::settings& s, std::uint16_t port) {
  const bool everywhere = s.http.address == "0.0.0.0" || s.http.address == "::";
  auto host = everywhere ? "127.0.0.1" : s.http.address;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return (s.http.tls.certificate_file.empty() ? "http://" : "https://") + host + ":" + std::to_string(port);
}

}  // namespace

/// In the order of construction; destroyed the other way round.
struct running_node::parts {
  config::settings settings;
  std::shared_ptr<spdlog::logger> log;
  std::optional<folder_lock> lock;
  node_registry registry;
  std::shared_ptr<persistence::storage> storage;
  std::optional<gateway::node_keys> keys;
  std::unique_ptr<gateway::live_encoder> encoder;
  std::unique_ptr<gateway::gateway> edge;
  std::shared_ptr<change_feed> feed;
  std::unique_ptr<projector> follower;
  std::unique_ptr<actors::node> actors;
  std::shared_ptr<actors::region> region;
  std::unique_ptr<gateway::api::reads> lists;
  std::unique_ptr<node_collector> collector;
  std::unique_ptr<health> state;
  std::unique_ptr<pulse> life;
  certificate_watch certificates;
  std::unique_ptr<mail::mail_service> mailer;
  std::shared_ptr<gateway::api::api_context> api;
  std::unique_ptr<console::node_console> operators;
  std::string url;
  std::mutex serving_mutex;
  const actors::node* serving = nullptr;  // while it does
  bool stopped = false;

  parts() = default;
  parts(const parts&) = delete;
  parts& operator=(const parts&) = delete;
  /// Also where the start failed half-way: nobody may be served by parts that are going.
  ~parts() {
    if (edge) edge->stop(milliseconds{0});
    end_console();
    if (feed) feed->disconnect();
  }

  result<void> open_store();
  actors::cluster::options as_one_of_several();
  shard_set served();
  void make_edge(unsigned threads);
  result<void> start_actors(unsigned threads);
  result<void> start_serving();
  result<void> start_console();
  void end_console();
  result<void> start_mail();
  result<void> publish_address();
  std::optional<std::string> obstacle() const;
};

result<void> running_node::parts::open_store() {
  const std::filesystem::path data = settings.node.data_folder;
  auto taken = folder_lock::take(data);
  if (!taken) return taken.error();
  lock = std::move(*taken);
  if (settings.node.journal_url.empty()) settings.node.journal_url = embedded_journal_url(data);
  auto opened = open_migrated(settings.node.journal_url);
  if (!opened) return opened.error();
  storage = std::move(*opened);
  const auto& named = settings.node.keys_file;
  if (!named.empty() && !std::filesystem::exists(named))
    return fail(failure_code::not_found, "[node] keys_file " + named + " does not exist: make it once with `holdfast keys create`");
  auto loaded = gateway::node_keys::load_or_create(named.empty() ? keys_file(data) : std::filesystem::path(named), system_entropy());
  if (!loaded) return fail(loaded.error().code, "the node's keys: " + loaded.error().detail);
  keys = std::move(*loaded);
  return {};
}

/// Before the actors, because they publish into it; it serves nobody before start_serving.
void running_node::parts::make_edge(unsigned threads) {
  if (settings.node.pages_folder.empty()) settings.node.pages_folder = default_pages_folder();
  if (settings.node.pages_folder.empty())
    log->warn("there are no web pages beside the program: only the API is served (node.pages_folder names them)");
  settings.http.io_threads = threads;
  encoder = gateway::api::make_live_encoder(system_clock());
  edge = std::make_unique<gateway::gateway>(gateway::gateway_settings{settings.http, settings.live, settings.node.pages_folder},
                                            gateway::server_surroundings{system_clock(), system_entropy(), registry, log_of(part::http)});
}

result<void> running_node::parts::start_actors(unsigned threads) {
  // The read model of a cluster has one writer at a time.
  const auto leads = [this, of = shard_of("read-model")] { return served().test(of.value); };
  follower = std::make_unique<projector>(storage, settings.projection, settings.cluster.enabled ? std::function<bool()>(leads) : nullptr);
  feed = std::make_shared<change_feed>(edge->feed(), *follower);

  actors::node_options options;
  options.name = settings.node.name;
  options.storage = storage;
  options.limits = settings.actors;
  options.feed = feed;
  options.outbox_grew = [weak = std::weak_ptr(feed)] {
    if (const auto alive = weak.lock()) alive->outbox_grew();
  };
  options.scheduler_threads = threads;
  if (settings.cluster.enabled) options.cluster = as_one_of_several();
  auto started = actors::node::start(options);
  if (!started)
    return fail(started.error().code,
                (settings.cluster.enabled ? "the cluster cannot be joined: " : "the shards cannot be taken: ") + started.error().detail);
  actors = std::move(*started);
  region = actors->region();
  const std::lock_guard lock(serving_mutex);
  serving = actors.get();
  return {};
}

/// Of a cluster; called by threads that outlive the actors.
shard_set running_node::parts::served() {
  const std::lock_guard lock(serving_mutex);
  return serving == nullptr ? shard_set{} : serving->served();
}

actors::cluster::options running_node::parts::as_one_of_several() {
  auto out = settings.cluster.options;
  out.version = HOLDFAST_VERSION;
  out.key_id = keys->key_id();
  out.sockets = &edge->feed();
  out.other = [this](const v1::PeerRequest& asked, const actors::link::incoming_request& request) {
    const std::lock_guard lock(serving_mutex);
    if (operators) operators->serve(asked, request);  // else whoever asks hears that nobody is there
  };
  if (auto outbox = storage->outbox())
    out.before_hand_over = [to = std::shared_ptr(std::move(*outbox)), weak = std::weak_ptr(feed)](shard_id shard) {
      if (const auto alive = weak.lock()) alive->hand_over(shard, *to);
    };
  return out;
}

result<void> running_node::parts::start_mail() {
  auto outbox = storage->outbox();
  if (!outbox) return fail(outbox.error().code, "the outbox cannot be opened: " + outbox.error().detail);
  const auto& public_url = settings.node.public_url.empty() ? url : settings.node.public_url;
  auto mails = mail_for(settings, public_url);
  if (settings.cluster.enabled) mails.mine = [this] { return served(); };
  auto started =
      mail::mail_service::start(std::move(mails), std::move(*outbox), *region, keys->secret(), system_clock(), system_entropy(), registry);
  if (!started) return fail(started.error().code, "[mail]: " + started.error().detail);
  mailer = std::move(*started);
  if (settings.mail.transport == "files")
    log->warn("mails are written to {}, not sent ([mail] transport = \"smtp\" sends them)",
              mail_folder(settings.node.data_folder).string());
  feed->connect(*mailer);
  return {};
}

result<void> running_node::parts::start_serving() {
  lists = std::make_unique<gateway::api::reads>(storage, settings.reads, system_clock());
  collector = std::make_unique<node_collector>(actors->figures(), follower->figures(), *lists);
  registry.add(*collector);
  state = std::make_unique<health>(storage, actors->figures());
  life = std::make_unique<pulse>(region, actors->figures(), system_clock());
  api = std::make_shared<gateway::api::api_context>(*region, *lists, system_clock(), system_entropy(), *keys, settings.api);
  gateway::api::add_routes(edge->router(), api);
  if (auto ok = start_console(); !ok) return ok.error();
  if (settings.mail.transport == "files" && settings.mail.development_page)
    mail::add_dev_mail(edge->router(), mail::mail_folder(mail_folder(settings.node.data_folder)));
  edge->set_readiness([this] { return obstacle(); });
  if (auto* cluster = actors->cluster()) collector->watch(*cluster);
  if (auto started = edge->start(*region, *encoder, *keys); !started) return started.error();
  url = url_of(settings, edge->port());
  if (auto* cluster = actors->cluster()) cluster->announce_http(settings.node.public_url.empty() ? url : settings.node.public_url);
  return {};
}

std::optional<std::string> running_node::parts::obstacle() const {
  if (auto why = state->obstacle()) return why;
  using actors::cluster::membership;
  auto* cluster = actors->cluster();
  if (cluster == nullptr || cluster->member().now() == membership::state::member) return std::nullopt;
  return "the leases of this node are not in force";
}

result<void> running_node::parts::start_console() {
  using fleet_result = result<std::unique_ptr<console::fleet>>;
  auto* cluster = actors->cluster();
  auto fleet = cluster == nullptr ? console::alone(settings.node.name, *storage)
                                  : fleet_result(console::members(*cluster, settings.node.name, system_clock()));
  if (!fleet) return fail(fleet.error().code, "the shard leases cannot be read: " + fleet.error().detail);
  const auto lag = [&rows = follower->figures()] { return std::max<std::int64_t>(0, rows.head.load() - rows.reached.load()); };
  const console::console_sources sources{
      settings.node.name, storage, settings.actors, actors->figures(), *edge, lag, [this] { return obstacle(); }, system_clock()};
  auto started = console::node_console::start(sources, std::move(*fleet), api);
  const std::lock_guard lock(serving_mutex);
  operators = std::move(started);
  return {};
}

/// Other nodes may be asking it at this moment.
void running_node::parts::end_console() {
  std::unique_ptr<console::node_console> last;
  {
    const std::lock_guard lock(serving_mutex);
    last = std::move(operators);
  }
}

/// For scripts that asked for any free port, and for the command line on this machine.
result<void> running_node::parts::publish_address() {
  const auto file = address_file(settings.node.data_folder);
  const auto fresh = file.string() + ".new";
  std::ofstream(fresh) << url << "\n";
  std::error_code error;
  std::filesystem::rename(fresh, file, error);
  if (error) return fail(failure_code::disk_full, "the data folder cannot be written: " + error.message());
  return {};
}

running_node::running_node(std::unique_ptr<parts> p) : parts_(std::move(p)) {}
running_node::~running_node() { stop(); }

const std::string& running_node::url() const noexcept { return parts_->url; }
bool running_node::replaced() const { return parts_->actors->replaced(); }
std::optional<std::string> running_node::obstacle() const { return parts_->obstacle(); }
milliseconds running_node::silent_for() {
  parts_->life->feel();
  return parts_->life->silent_for();
}

result<std::unique_ptr<running_node>> running_node::start(const config::settings& wanted, std::shared_ptr<spdlog::logger> log) {
  auto p = std::make_unique<parts>();
  p->settings = wanted;
  p->log = std::move(log);
  const auto threads = split_processors(wanted.node);
  if (auto ok = p->open_store(); !ok) return ok.error();
  p->make_edge(threads.io);
  if (auto ok = p->start_actors(threads.scheduler); !ok) return ok.error();
  // The server knows the port, the mails need the address, and no booking can come before the mailer is there to be woken: it also looks
  // by itself.
  if (auto ok = p->start_serving(); !ok) return ok.error();
  if (auto ok = p->start_mail(); !ok) return ok.error();
  if (auto ok = p->publish_address(); !ok) return ok.error();
  p->log->info("{} serves {}, journal {}, {} I/O and {} actor threads", wanted.node.name, p->url, p->storage->kind(), threads.io,
               threads.scheduler);
  return std::unique_ptr<running_node>(new running_node(std::move(p)));
}

void running_node::reload_certificates() {
  auto* cluster = parts_->actors->cluster();
  if (cluster == nullptr) return parts_->log->info("this node has no links whose certificates could be read again");
  if (const auto read = cluster->link().reload_certificates(); !read)
    parts_->log->error("the former certificates stay in use: {}", read.error().detail);
  else
    parts_->log->info("certificates were read again");
}

void running_node::look_at_certificates() {
  auto* cluster = parts_->actors->cluster();
  if (cluster == nullptr) return;
  const auto expires_at = cluster->link().figures().certificate_expires_at_ms.load();
  if (const auto warning = parts_->certificates.look(expires_at, system_clock().now()))
    parts_->log->log(warning->urgent ? spdlog::level::err : spdlog::level::warn, warning->text);
}

void running_node::stop() {
  if (parts_->stopped) return;
  parts_->stopped = true;
  const milliseconds patience(parts_->settings.node.stop_ms_max);
  std::error_code ignored;
  std::filesystem::remove(address_file(parts_->settings.node.data_folder), ignored);
  if (parts_->state) parts_->state->leave();
  if (parts_->actors) parts_->actors->drain(patience);  // guests are served all the while
  if (parts_->edge) parts_->edge->stop(patience);
  if (parts_->feed) parts_->feed->disconnect();
  if (parts_->mailer) parts_->mailer->stop(patience);
  {
    const std::lock_guard lock(parts_->serving_mutex);
    parts_->serving = nullptr;
  }
  if (parts_->actors) parts_->actors->stop(patience);
  if (parts_->follower && !parts_->follower->finish(patience))
    parts_->log->warn("the lists lag behind the journal until a node carries on");
}

}  // namespace holdfast::node
