#pragma once
// The composition root: what a node consists of and in which order it starts and stops. Nothing here decides anything.
//
//   folder lock → storage, migrations → keys → live hub → actors (take the shards, or join) → projector, lists, mail → API, pages → HTTP
//   server and down again: not ready → shards go to other nodes → HTTP server ends what is in flight → mail → actors flush → projector →
//   storage
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "config/settings/settings.hpp"
#include "protocols/base/failure.hpp"

namespace spdlog {
class logger;
}

namespace holdfast::node {

class running_node {
public:
  /// The failure's text is for the person who started it: it names what to do.
  static result<std::unique_ptr<running_node>> start(const config::settings&, std::shared_ptr<spdlog::logger>);
  ~running_node();
  running_node(const running_node&) = delete;
  running_node& operator=(const running_node&) = delete;

  /// "http://127.0.0.1:8080", with the port that was found where 0 was asked for.
  const std::string& url() const noexcept;
  /// Another node took the shards, or this one's name: this one answers nothing any more.
  bool replaced() const;
  /// Why no bookings should be sent here at the moment; empty: it is ready.
  std::optional<std::string> obstacle() const;
  /// Since its actors gave a sign of life. Asks them for the next one.
  std::chrono::milliseconds silent_for();
  /// From now on the cluster's links use what the certificate files hold; logs what came of it.
  void reload_certificates();
  /// Logs when the certificate of the cluster's links ends before long. Now and then.
  void look_at_certificates();
  /// Bounded by node.stop_ms_max for each part.
  void stop();

private:
  struct parts;
  explicit running_node(std::unique_ptr<parts>);
  std::unique_ptr<parts> parts_;
};

}  // namespace holdfast::node
