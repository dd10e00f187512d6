#include "gateway/api/call.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "gateway/auth/bearer.hpp"
#include "gateway/auth/digests.hpp"
#include "gateway/auth/tokens.hpp"
#include "gateway/http/content_coding.hpp"
#include "gateway/http/problem.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::api {
namespace {

constexpr std::size_t key_length_max = 128;
constexpr std::size_t own_key_length = 26;

bool visible_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '!' && c <= '~'; });
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

/// "application/json", with nothing but charset=utf-8 beside it.
bool is_json(std::string_view content_type) {
  auto text = lower(content_type);
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '"'; });
  return text == "application/json" || text == "application/json;charset=utf-8";
}

/// Sixteen bytes that tell one request from another. Lengths go in too: no two different requests run together to the same text.
std::string fingerprint_of(const request& asked) {
  std::string text;
  for (const auto& part : {asked.method, asked.path, asked.tenant, asked.body})
    text.append(std::to_string(part.size())).append(":").append(part);
  const auto digest = sha256(text);
  return {reinterpret_cast<const char*>(digest.data()), 16};
}

}  // namespace

// Not at once but when the lane has gone through the requests that are ready: what a turn of it asks reaches the entities in one go, and
// wakes their thread once instead of once a request.
void asking::await_suspend(std::coroutine_handle<> waiting) {
  const auto home = home_;  // this object may be gone before post() returns
  run_at(home, [this, waiting] { send(waiting); });
}

// The coroutine goes on, and takes this object away, when the last answer is there: with the last question at the earliest.
void asking::send(std::coroutine_handle<> waiting) {
  const auto n = commands_.size();
  missing_ = n;
  for (std::size_t i = 0; i < n; ++i) {
    auto command = std::make_shared<v1::Command>(std::move(commands_[i]));
    region_.ask(std::move(command), [this, i, waiting](reply_ptr reply) {
      replies_[i] = std::move(reply);
      if (missing_.fetch_sub(1) == 1) resume_at(std::move(home_), waiting);
    });
  }
}

std::vector<reply_ptr> asking::await_resume() {
  for (const auto& reply : replies_) oldest_ms_ = std::max(oldest_ms_, reply->age_ms());
  return std::move(replies_);
}

call::call(api_context& context, const request& request, const path_parameters& parameters, std::string_view operation)
    : api(context), asked(request), at(parameters), operation_(operation) {}

// ---- who asks

bool call::has_bearer() const noexcept { return !asked.header("authorization").empty(); }

answer<principal> call::staff(std::initializer_list<std::string_view> any_of) { return proven(asked.tenant, any_of); }
answer<principal> call::cluster_operator() { return proven(every_tenant, {}); }

answer<principal> call::proven(std::string_view tenant, std::initializer_list<std::string_view> any_of) {
  auto who = authenticate(asked, api.keys, now());
  if (auto* refusal = std::get_if<v1::Rejection>(&who)) return std::move(*refusal);
  auto& person = std::get<principal>(who);
  if (auto refusal = authorize(person, tenant, any_of)) return std::move(*refusal);
  subject_ = person.subject;
  return std::move(person);
}

answer<std::string> call::guest_access(std::string what_to_send) const {
  const auto token = access_token(asked);
  if (token.empty()) return reject(v1::UNAUTHENTICATED, std::move(what_to_send));
  if (!well_formed_token(token)) return reject(v1::NOT_FOUND);
  return token_digest(token);
}

answer<booking_access> call::booking_caller() {
  booking_access out;
  if (has_bearer()) {
    auto who = staff({"staff", "admin"});
    if (!who) return std::move(who).error();
    out.actor = v1::ACTOR_STAFF;
    out.subject = who->subject;
    return out;
  }
  auto access = guest_access("Send the booking's access token as Holdfast-Access, or a bearer token.");
  if (!access) return std::move(access).error();
  out.access_sha256 = std::move(*access);
  return out;
}

// ---- what is asked

std::optional<v1::Rejection> call::no_query() const {
  field_errors errors;
  query_reader(asked.query, errors).done();
  return errors.any() ? std::optional(errors.take()) : std::nullopt;
}

std::optional<v1::Rejection> call::nothing_more() const {
  const auto read = body([](object_reader& in) { return in.valid(); }, presence::optional);
  return read ? std::nullopt : std::optional(read.error());
}

answer<json::value> call::json_body(presence wanted) const {
  if (wanted == presence::optional && asked.body.empty()) return json::value(json::object());
  if (!is_json(asked.header("content-type"))) return reject(v1::UNSUPPORTED_MEDIA_TYPE);
  auto parsed = parse_json(asked.body);
  if (auto* refusal = std::get_if<v1::Rejection>(&parsed)) return std::move(*refusal);
  return std::move(std::get<json::value>(parsed));
}

std::optional<v1::Rejection> call::check_key() {
  const auto given = std::count_if(asked.headers.begin(), asked.headers.end(), [](const auto& h) { return h.first == "idempotency-key"; });
  const auto key = asked.header("idempotency-key");
  if (given > 1) return reject_field("Idempotency-Key", "duplicate", "stands twice");
  if (given == 1 && (key.empty() || key.size() > key_length_max || !visible_ascii(key)))
    return reject_field("Idempotency-Key", "format", "1 to 128 visible ASCII characters");
  // Callers of different operations, and staff among each other, never meet under one key.
  key_ = given == 1 ? std::string(key) : random_text(api.random, own_key_length);
  scoped_key_ = operation_ + ":" + subject_ + ":" + key_;
  fingerprint_ = fingerprint_of(asked);
  if (given == 0) return std::nullopt;
  switch (api.used_keys.use(asked.tenant + ":" + scoped_key_, fingerprint_)) {
    case key_memory::verdict::first_use:
      key_is_fresh_ = true;
      break;
    case key_memory::verdict::repeated:
      break;
    case key_memory::verdict::other_request:
      return reject(v1::KEY_REUSED);
  }
  return std::nullopt;
}

void call::settle(const response& answered) {
  if (key_is_fresh_ && answered.status >= 400 && answered.status < 500) api.used_keys.release(asked.tenant + ":" + scoped_key_);
}

// ---- asking

v1::Command call::query(entity_id entity) const {
  v1::Command out;
  out.set_entity_id(std::move(entity.value));
  out.set_deadline_ms(asked.deadline_ms);
  out.set_trace_id(asked.request_id);
  return out;
}

v1::Command call::command(entity_id entity, std::string_view step) const {
  auto out = query(std::move(entity));
  if (key_.empty()) return out;
  auto& key = *out.mutable_idempotency_key();
  key = scoped_key_;
  if (!step.empty()) key.append("/").append(step);
  out.set_fingerprint(fingerprint_);
  return out;
}

asking call::ask_all(std::vector<v1::Command> commands) const { return asking(api.region, asked.home, std::move(commands), oldest_ms_); }

task<answer<reply_ptr>> call::ask(v1::Command command, v1::Reply::KindCase kind) const {
  std::vector<v1::Command> one;
  one.push_back(std::move(command));
  auto replies = co_await ask_all(std::move(one));
  auto& reply = replies.front();
  if (reply->has_rejection()) co_return reply->rejection();
  if (reply->kind_case() != kind) co_return reject(v1::INTERNAL);
  co_return std::move(reply);
}

task<answer<tenant_ptr>> call::tenant(purpose what_for) const {
  if (asked.tenant.empty()) co_return reject(v1::NOT_FOUND, "Name the tenant in the host or as Holdfast-Tenant.");
  auto known = api.tenants.find(asked.tenant, now());
  if (!known) {
    const auto changes = api.tenants.changes();
    auto get = query(tenant_entity(asked.tenant));
    get.mutable_get_tenant();
    auto reply = co_await ask(std::move(get), v1::Reply::kTenant);
    if (!reply && reply.error().code() == v1::NOT_FOUND) co_return reject(v1::NOT_FOUND, "There is no such tenant.");
    if (!reply) co_return std::move(reply).error();
    // Shares ownership with the reply: nothing is copied.
    known = {*reply, &(*reply)->tenant()};
    api.tenants.put(asked.tenant, known, now(), changes);
  }
  if (what_for == purpose::sell && known->has_suspension()) co_return reject(v1::TENANT_SUSPENDED);
  co_return tenant_ptr(known, &known->definition());
}

// ---- answering

response call::refuse(const v1::Rejection& rejection) const { return problem(rejection, asked); }
response call::refuse(v1::ErrorCode code, std::string detail) const { return problem(code, std::move(detail), asked); }

response call::ok(const json::object& value, int status) const { return ok(json::serialize(value), status); }

response call::ok(std::string json_text, int status) const {
  auto out = json_response(status, std::move(json_text));
  // Every answer may carry a token or a name, and figures grow old at once.
  out.headers.emplace_back("Cache-Control", "no-store");
  say_how_old(out);
  return out;
}

/// As caches do (RFC 9111, 5.1): whole seconds, never "fresh" where it is not known to be.
void call::say_how_old(response& answer) const {
  if (oldest_ms_ > 0) answer.headers.emplace_back("Age", std::to_string((oldest_ms_ + 999) / 1'000));
}

response call::show(const block_map& map) const {
  response out;
  // Kept by whoever asked, but shown again only after asking: nobody is served an old map by his own browser.
  const bool packed = accepts_coding(asked.header("accept-encoding"), "gzip");
  const auto etag = map.etag(packed);
  out.headers = {{"ETag", etag}, {"Cache-Control", "private, no-cache"}, {"Vary", "Accept-Encoding"}};
  say_how_old(out);
  if (etag_matches(asked.header("if-none-match"), etag)) {
    out.status = 304;
    return out;
  }
  out.content_type = "application/json";
  out.body = packed ? map.packed() : map.text();
  if (packed) out.headers.emplace_back("Content-Encoding", "gzip");
  return out;
}

response call::made(const json::object& value, const std::string& location) const {
  auto out = ok(value, 201);
  out.headers.emplace_back("Location", location);
  return out;
}

}  // namespace holdfast::gateway::api
