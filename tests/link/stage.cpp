#include "tests/link/stage.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <array>
#include <sstream>

#include "actors/link/caf_setup.hpp"

namespace holdfast::actors::link::test {

limits short_limits() {
  limits out;
  constexpr int slowness = HOLDFAST_SLOWNESS;
  out.handshake_ms_max = slowness * 500ms;
  out.connect_ms_max = slowness * 500ms;
  out.introduction_ms_max = slowness * 200ms;
  out.heartbeat_ms = slowness * 100ms;
  out.silence_ms_max = slowness * 600ms;
  out.redial_ms_min = 10ms;
  out.redial_ms_max = 100ms;
  out.half_open_max = 16;
  out.refusal_lines_per_s_max = 100;
  return out;
}

void echo(incoming_request request) { request.reply(std::move(request.envelope)); }

namespace {

link_options named(const test_authority& authority, const std::string& name) {
  link_options out;
  out.node = name;
  out.files = authority.certify(name);
  return out;
}

}  // namespace

stage_node::stage_node(const test_authority& authority, const std::string& name, const std::function<void(link_options&)>& adjust)
    : stage_node(named(authority, name), adjust) {}

stage_node::stage_node(link_options options, const std::function<void(link_options&)>& adjust) : name_(options.node) {
  options.limits = short_limits();
  options.serve = echo;
  options.changed = [this](const link_event& event) {
    static constexpr std::array<const char*, 3> signs{"+", "-", "x"};
    const std::lock_guard lock(mutex_);
    changes_.push_back(signs[static_cast<std::size_t>(event.change)] + event.node + event.instance);
  };
  if (adjust) adjust(options);
  config_.set("scheduler.policy", caf::atom("sharing"));
  config_.set("scheduler.max-threads", std::size_t{1});
  prepare_for_links(config_, options.limits);
  system_ = std::make_unique<caf::actor_system>(config_);
  auto started = peer_link::start(*system_, std::move(options));
  if (!started) throw std::runtime_error(started.error().detail);
  link_ = std::move(*started);
}

stage_node::~stage_node() = default;

bool stage_node::up(const std::string& node) const {
  for (const auto& s : link_->states())
    if (s.node == node) return s.up;
  return false;
}

std::string stage_node::trouble(const std::string& node) const {
  for (const auto& s : link_->states())
    if (s.node == node) return s.trouble;
  return "not a peer";
}

std::future<answer> stage_node::ask_later(const std::string& node, const std::string& envelope, std::chrono::milliseconds patience) const {
  auto heard = std::make_shared<std::promise<answer>>();
  auto out = heard->get_future();
  link_->ask(node, envelope, patience, [heard](answer got) { heard->set_value(std::move(got)); });
  return out;
}

answer stage_node::ask(const std::string& node, const std::string& envelope, std::chrono::milliseconds patience) const {
  return ask_later(node, envelope, patience).get();
}

std::vector<std::future<answer>> stage_node::ask_many(std::size_t times, const std::string& node, const std::string& envelope,
                                                      std::chrono::milliseconds patience) const {
  std::vector<std::future<answer>> out(times);
  for (auto& heard : out) heard = ask_later(node, envelope, patience);
  return out;
}

std::vector<std::string> stage_node::changes() const {
  const std::lock_guard lock(mutex_);
  return changes_;
}

void introduce(std::initializer_list<stage_node*> nodes) {
  std::vector<peer_address> all;
  for (auto* n : nodes) all.push_back(n->address());
  for (auto* n : nodes) n->link().set_peers(all).value();
}

namespace {

class memory_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    text_.append(message.payload.begin(), message.payload.end());
    text_.push_back('\n');
  }
  void flush_() override {}

private:
  std::string text_;
};

}  // namespace

struct log_catcher::impl {
  std::shared_ptr<memory_sink> sink = std::make_shared<memory_sink>();
  std::shared_ptr<spdlog::logger> former = spdlog::default_logger();
};

log_catcher::log_catcher() : impl_(std::make_unique<impl>()) {
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("caught", impl_->sink));
}
log_catcher::~log_catcher() { spdlog::set_default_logger(impl_->former); }

std::string log_catcher::text() const { return impl_->sink->text(); }

std::size_t log_catcher::lines_with(const std::string& words) const {
  std::istringstream all(text());
  std::size_t found = 0;
  for (std::string line; std::getline(all, line);) found += line.find(words) == std::string::npos ? 0 : 1;
  return found;
}

}  // namespace holdfast::actors::link::test
