#pragma once
// A whole gateway without a socket: the real routes over a real node, an in-memory journal and a clock that the test moves.
#include <atomic>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <future>
#include <memory>
#include <string>

#include "actors/node.hpp"
#include "gateway/api/api.hpp"
#include "gateway/auth/jwt.hpp"
#include "persistence/storage.hpp"
#include "tests/support/temporary_folder.hpp"

namespace holdfast::test {

namespace json = boost::json;

class manual_clock final : public wall_clock {
public:
  explicit manual_clock(unix_ms at) : now_(at) {}
  unix_ms now() const override { return now_.load(); }
  void advance(unix_ms by) { now_ += by; }
  void set(unix_ms at) { now_ = at; }

private:
  std::atomic<unix_ms> now_;
};

inline constexpr unix_ms minute = 60'000, hour = 60 * minute, day = 24 * hour;

/// Between the API and the node. An answer can be lost on the way back: the command is carried out, and the caller hears UNAVAILABLE.
class lossy_region final : public actors::region {
public:
  explicit lossy_region(std::shared_ptr<actors::region> next) : next_(std::move(next)) {}
  void ask(std::shared_ptr<const v1::Command>, actors::reply_handler) override;
  /// The answer to the next command of this kind is lost.
  void lose(v1::Command::KindCase kind) { lose_ = kind; }
  /// The next command of this kind is not even carried out.
  void drop(v1::Command::KindCase kind) { drop_ = kind; }

private:
  std::shared_ptr<actors::region> next_;
  std::atomic<v1::Command::KindCase> lose_{v1::Command::KIND_NOT_SET};
  std::atomic<v1::Command::KindCase> drop_{v1::Command::KIND_NOT_SET};
};

struct answered {
  int status = 0;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string text;
  json::value body;  // where it is JSON

  std::string header(std::string_view name) const;
  /// "code" of a problem.
  std::string code() const;
  /// "spots[0].spot:unknown" of each field error, in order.
  std::vector<std::string> fields() const;
  const json::value& at(std::string_view pointer) const { return body.at_pointer(pointer); }
  std::string text_at(std::string_view pointer) const { return std::string(body.at_pointer(pointer).as_string()); }
};

struct sent {
  std::string body = {};
  std::string key = {};     // Idempotency-Key
  std::string access = {};  // Holdfast-Access
  std::string bearer = {};
  std::string tenant = "t";
  std::string content_type = "application/json";
  std::string accept_encoding = {};
  std::string if_none_match = {};
};

class world {
public:
  /// 1 June 2026, 10:00 in Copenhagen.
  static constexpr unix_ms start = 1'780'300'800'000;

  world();
  ~world();

  answered get(const std::string& target, sent = {});
  answered post(const std::string& target, sent);
  answered put(const std::string& target, sent);
  answered remove(const std::string& target, sent = {});
  answered send(const std::string& method, const std::string& target, sent);

  std::string token(std::string role, std::string tenant = "t");
  /// Lists are as new as the journal after this.
  void catch_up();
  /// What the event has heard of its blocks is as new as the blocks after this.
  void settle(const std::string& event);
  v1::Reply ask(v1::Command);

  // ---- ready-made tenants
  void tenant(const std::string& flow, const std::string& extra = "");
  void event(const std::string& id, const std::string& extra = "", const std::string& blocks = "");
  void block(const std::string& id, const std::string& spots);
  /// Tenant "t" of a flow with the event "e" and its block "e.b".
  void spot_tenant();
  void group_tenant();
  void performance_tenant(int seats);

  manual_clock clock{start};
  std::shared_ptr<persistence::storage> storage;
  std::unique_ptr<actors::node> node;
  std::unique_ptr<lossy_region> region;
  std::unique_ptr<gateway::node_keys> keys;
  std::unique_ptr<gateway::api::reads> lists;
  std::shared_ptr<gateway::api::api_context> api;
  gateway::router router;

private:
  temporary_folder folder_;
  std::unique_ptr<persistence::projection> projection_;
};

/// "[{...},…]" of so many spots of a category: labels <prefix>1…, one row.
std::string spots_json(const std::string& prefix, int n, const std::string& category = "tent");
inline const std::string ida = R"("userDetails":{"firstName":"Ida","lastName":"Lund","email":"ida@example.org"})";

}  // namespace holdfast::test
