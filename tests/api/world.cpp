#include "tests/api/world.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <thread>

#include "protocols/base/errors.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::test {

void lossy_region::ask(std::shared_ptr<const v1::Command> command, actors::reply_handler handler) {
  const auto gone = [] { return std::make_shared<const v1::Reply>(as_reply(reject(v1::UNAVAILABLE))); };
  auto kind = command->kind_case();
  if (drop_.compare_exchange_strong(kind, v1::Command::KIND_NOT_SET)) return handler(gone());
  kind = command->kind_case();
  if (lose_.compare_exchange_strong(kind, v1::Command::KIND_NOT_SET))
    return next_->ask(std::move(command), [handler, gone](const std::shared_ptr<const v1::Reply>&) { handler(gone()); });
  next_->ask(std::move(command), std::move(handler));
}

std::string answered::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

std::string answered::code() const {
  const auto* code = body.is_object() ? body.get_object().if_contains("code") : nullptr;
  return code == nullptr ? std::string() : std::string(code->as_string());
}

std::vector<std::string> answered::fields() const {
  std::vector<std::string> out;
  const auto* fields = body.is_object() ? body.get_object().if_contains("fields") : nullptr;
  if (fields == nullptr) return out;
  for (const auto& f : fields->as_array())
    out.push_back(std::string(f.at("field").as_string()) + ":" + std::string(f.at("code").as_string()));
  return out;
}

world::world() {
  storage = *persistence::open_storage("memory:");
  EXPECT_TRUE(storage->migrate());
  projection_ = *storage->projector();
  actors::node_options options;
  options.storage = storage;
  options.clock = &clock;
  node = std::move(*actors::node::start(options));
  region = std::make_unique<lossy_region>(node->region());
  keys = std::make_unique<gateway::node_keys>(std::move(*gateway::node_keys::load_or_create(folder_.path() / "keys", system_entropy())));
  lists = std::make_unique<gateway::api::reads>(storage, gateway::api::reads::settings{}, clock);
  api = std::make_shared<gateway::api::api_context>(*region, *lists, clock, system_entropy(), *keys);
  add_routes(router, api);
}

world::~world() { node->stop(std::chrono::seconds(2)); }

answered world::send(const std::string& method, const std::string& target, sent what) {
  auto asked = std::make_shared<gateway::request>();
  asked->method = method;
  const auto question = target.find('?');
  asked->path = "/api/v1" + target.substr(0, question);
  if (question != std::string::npos) {
    auto rest = target.substr(question + 1);
    for (std::size_t from = 0; from <= rest.size();) {
      const auto end = std::min(rest.find('&', from), rest.size());
      const auto pair = rest.substr(from, end - from);
      const auto is = pair.find('=');
      asked->query.emplace_back(pair.substr(0, is), is == std::string::npos ? "" : pair.substr(is + 1));
      from = end + 1;
    }
  }
  if (!what.body.empty()) asked->headers.emplace_back("content-type", what.content_type);
  if (!what.accept_encoding.empty()) asked->headers.emplace_back("accept-encoding", what.accept_encoding);
  if (!what.if_none_match.empty()) asked->headers.emplace_back("if-none-match", what.if_none_match);
  if (!what.key.empty()) asked->headers.emplace_back("idempotency-key", what.key);
  if (!what.access.empty()) asked->headers.emplace_back("holdfast-access", what.access);
  if (!what.bearer.empty()) asked->headers.emplace_back("authorization", "Bearer " + what.bearer);
  asked->body = std::move(what.body);
  asked->tenant = what.tenant;
  asked->request_id = "test";
  asked->received_ms = clock.now();
  asked->deadline_ms = clock.now() + 20'000;

  auto done = std::make_shared<std::promise<gateway::response>>();
  auto future = done->get_future();
  const auto match = router.find(*asked);
  (*match.serve)(asked, match.parameters, [done](gateway::response r) { done->set_value(std::move(r)); });
  EXPECT_EQ(future.wait_for(std::chrono::seconds(30)), std::future_status::ready) << method << " " << target;
  const auto got = future.get();
  answered out;
  out.status = got.status;
  out.content_type = got.content_type;
  out.headers = got.headers;
  if (got.body) out.text = *got.body;
  if (out.content_type.find("json") != std::string::npos && out.header("Content-Encoding").empty()) out.body = json::parse(out.text);
  return out;
}

answered world::get(const std::string& target, sent what) { return send("GET", target, std::move(what)); }
answered world::post(const std::string& target, sent what) { return send("POST", target, std::move(what)); }
answered world::put(const std::string& target, sent what) { return send("PUT", target, std::move(what)); }
answered world::remove(const std::string& target, sent what) { return send("DELETE", target, std::move(what)); }

std::string world::token(std::string role, std::string tenant) {
  gateway::principal who;
  who.subject = role + "@example.org";
  who.tenant = std::move(tenant);
  who.roles = {std::move(role)};
  return sign_jwt(*keys, who, clock.now(), 30 * day);
}

void world::catch_up() {
  for (;;) {
    const auto applied = projection_->advance(1000);
    ASSERT_TRUE(applied);
    if (*applied == 0) return;
  }
}

v1::Reply world::ask(v1::Command command) {
  command.set_deadline_ms(clock.now() + 20'000);
  auto done = std::make_shared<std::promise<std::shared_ptr<const v1::Reply>>>();
  auto future = done->get_future();
  region->ask(std::make_shared<const v1::Command>(std::move(command)), [done](auto reply) { done->set_value(std::move(reply)); });
  return *future.get();
}

void world::settle(const std::string& event) {
  const auto up_to_date = [&] {
    v1::Command get;
    get.set_entity_id(event_entity("t", event).value);
    get.mutable_get_event();
    const auto reply = ask(get);
    for (const auto& known : reply.event().blocks()) {
      v1::Command block;
      block.set_entity_id(block_entity("t", known.block_id()).value);
      block.mutable_get_block();
      const auto now = ask(block);
      if (now.has_block() && (!known.known() || known.version() != now.block().version())) return false;
    }
    return true;
  };
  for (int i = 0; i < 1000 && !up_to_date(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ASSERT_TRUE(up_to_date());
}

void world::tenant(const std::string& flow, const std::string& extra) {
  const auto got =
      put("/admin/tenant", {.body = R"({"name":"The Meadow","flow":")" + flow +
                                    R"(","currency":"DKK","timeZone":"Europe/Copenhagen","languages":["da","en"])" + extra + "}",
                            .bearer = token("admin")});
  ASSERT_EQ(got.status, 200) << got.text;
}

void world::event(const std::string& id, const std::string& extra, const std::string& blocks) {
  const auto body =
      R"({"title":{"en":"Summer","da":"Sommer"},"frame":{"startDate":"2026-07-03T12:00","endDate":"2026-07-10T12:00"},"published":true,
    "prices":[{"category":"tent","priceMinor":25000},{"category":"seat","priceMinor":12350}],"blockIds":)" +
      (blocks.empty() ? "[\"" + id + ".b\"]" : blocks) + extra + "}";
  const auto got = put("/admin/events/" + id, {.body = body, .bearer = token("admin")});
  ASSERT_EQ(got.status, 200) << got.text;
}

void world::block(const std::string& id, const std::string& spots) {
  const auto got =
      put("/admin/blocks/" + id, {.body = R"({"title":"Block )" + id + R"(","spots":)" + spots + "}", .bearer = token("admin")});
  ASSERT_EQ(got.status, 200) << got.text;
}

void world::spot_tenant() {
  tenant("spot");
  event("e");
  block("e.b", spots_json("s", 6));
}

void world::group_tenant() {
  tenant("group");
  event("e", "", R"(["e.a","e.b"])");
  block("e.a", spots_json("a", 4));
  block("e.b", spots_json("b", 8));
  settle("e");
}

void world::performance_tenant(int seats) {
  tenant("performance", R"(,"shows":[{"id":"hamlet","title":{"en":"Hamlet"},"published":true},{"id":"draft","title":{"en":"Draft"}}])");
  event("e", R"(,"showId":"hamlet")");
  block("e.b", R"([{"label":"seat","category":"seat","capacity":)" + std::to_string(seats) + "}]");
}

std::string spots_json(const std::string& prefix, int n, const std::string& category) {
  std::string out = "[";
  for (int i = 1; i <= n; ++i)
    out += (i == 1 ? "" : ",") + (R"({"label":")" + prefix + std::to_string(i)) + R"(","category":")" + category + R"(","row":"1","x":)" +
           std::to_string(i) + R"(,"y":1})";
  return out + "]";
}

}  // namespace holdfast::test
