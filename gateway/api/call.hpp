#pragma once
// One request being answered: who asks, of which tenant, under which idempotency key, and the ways to ask entities and lists.
#include <atomic>
#include <boost/system/result.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "gateway/api/api.hpp"
#include "gateway/api/homecoming.hpp"
#include "gateway/api/json_reader.hpp"
#include "gateway/api/task.hpp"
#include "gateway/api/views.hpp"
#include "gateway/auth/jwt.hpp"
#include "gateway/http/exchange.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::gateway::api {

/// A value, or why not.
template <class T>
using answer = boost::system::result<T, v1::Rejection>;
using reply_ptr = std::shared_ptr<const v1::Reply>;
using booking_ptr = std::shared_ptr<const v1::BookingView>;
/// Of a reply of that kind; shares it instead of copying.
inline booking_ptr booking_of(const reply_ptr& reply) { return {reply, &reply->booking()}; }
using tenant_ptr = std::shared_ptr<const v1::TenantDefinition>;
using event_ptr = std::shared_ptr<const v1::EventDefinition>;

/// Awaits one or several entities. The coroutine goes on at home when the last answer is there.
class asking {
public:
  /// `oldest_ms` becomes the age of the oldest reply, where a node could not vouch for what it knows (Reply.age_ms).
  asking(actors::region& region, std::shared_ptr<lane> home, std::vector<v1::Command> commands, std::int64_t& oldest_ms)
      : region_(region), home_(std::move(home)), commands_(std::move(commands)), replies_(commands_.size()), oldest_ms_(oldest_ms) {}
  asking(const asking&) = delete;
  asking& operator=(const asking&) = delete;

  bool await_ready() const noexcept { return commands_.empty(); }
  void await_suspend(std::coroutine_handle<> waiting);
  std::vector<reply_ptr> await_resume();

private:
  void send(std::coroutine_handle<> waiting);

  actors::region& region_;
  std::shared_ptr<lane> home_;
  std::vector<v1::Command> commands_;
  std::vector<reply_ptr> replies_;
  std::int64_t& oldest_ms_;
  std::atomic<std::size_t> missing_{0};
};

/// Awaits the lists.
template <class T>
class reading {
public:
  reading(reads& lists, std::shared_ptr<lane> home, unix_ms deadline, reads::query<T> query)
      : lists_(lists), home_(std::move(home)), deadline_(deadline), query_(std::move(query)) {}
  reading(const reading&) = delete;
  reading& operator=(const reading&) = delete;

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> waiting) {
    lists_.run<T>(deadline_, std::move(query_), [this, waiting](read_outcome<T> found) {
      found_.emplace(std::move(found));
      if (missing_.fetch_sub(1) == 1) resume_at(std::move(home_), waiting);
    });
    return missing_.fetch_sub(1) != 1;
  }
  answer<T> await_resume() {
    if (auto* refusal = std::get_if<v1::Rejection>(&*found_)) return std::move(*refusal);
    return std::move(std::get<T>(*found_));
  }

private:
  reads& lists_;
  std::shared_ptr<lane> home_;
  unix_ms deadline_;
  reads::query<T> query_;
  std::optional<read_outcome<T>> found_;
  std::atomic<int> missing_{2};  // the answer, and this call itself
};

enum class purpose : std::uint8_t { look, sell };

/// What a caller may do with one booking.
struct booking_access {
  v1::Actor actor = v1::ACTOR_GUEST;
  std::string access_sha256;  // of a guest's token
  std::string subject;        // of a staff token
  audience who() const noexcept { return actor == v1::ACTOR_STAFF ? audience::staff : audience::guest; }
};

class call {
public:
  call(api_context&, const request&, const path_parameters&, std::string_view operation);
  call(const call&) = delete;
  call& operator=(const call&) = delete;

  api_context& api;
  const request& asked;
  const path_parameters& at;
  const std::string& tenant_slug() const noexcept { return asked.tenant; }
  unix_ms now() const { return api.clock.now(); }

  // ---- who asks
  bool has_bearer() const noexcept;
  answer<principal> staff(std::initializer_list<std::string_view> any_of);
  /// Of all tenants; nobody else.
  answer<principal> cluster_operator();
  /// The digest of the access token. Without one UNAUTHENTICATED, saying what to send; NOT_FOUND where it is none.
  answer<std::string> guest_access(std::string what_to_send = "Send the hold's access token as Holdfast-Access.") const;
  /// A guest by the access token, or staff by the bearer token. Without either UNAUTHENTICATED.
  answer<booking_access> booking_caller();

  // ---- what is asked
  /// What `take` reads from the body: one object, strict JSON of type application/json, with no field beside those it takes and no query
  /// parameter. A body that is optional may be nothing at all (reads as {}).
  template <class Take>
  answer<std::invoke_result_t<Take&, object_reader&>> body(Take take, presence wanted = presence::required) const {
    if (auto refusal = no_query()) return std::move(*refusal);
    const auto parsed = json_body(wanted);
    if (!parsed) return parsed.error();
    field_errors errors;
    return read_all(object_reader(*parsed, {}, errors), take);
  }
  /// What `take` reads from the query parameters; others are refused.
  template <class Take>
  answer<std::invoke_result_t<Take&, query_reader&>> parameters(Take take) const {
    field_errors errors;
    return read_all(query_reader(asked.query, errors), take);
  }
  /// This operation takes no query parameters,
  std::optional<v1::Rejection> no_query() const;
  /// nor a body, but for an empty object.
  std::optional<v1::Rejection> nothing_more() const;
  /// Checks the Idempotency-Key of a POST, and that no other request came under it. Call before anything is done.
  std::optional<v1::Rejection> check_key();

  // ---- asking
  /// With deadline and trace id.
  v1::Command query(entity_id) const;
  /// The same with idempotency key and fingerprint. Two commands of one request to one entity need different steps.
  v1::Command command(entity_id, std::string_view step = {}) const;
  /// The one under which an allocation is kept at its event.
  const std::string& scoped_key() const noexcept { return scoped_key_; }
  const std::string& fingerprint() const noexcept { return fingerprint_; }

  asking ask_all(std::vector<v1::Command>) const;
  /// The reply when it is of the kind, otherwise its rejection.
  task<answer<reply_ptr>> ask(v1::Command, v1::Reply::KindCase kind) const;
  template <class T>
  reading<T> list(reads::query<T> query) const {
    return reading<T>(api.lists, asked.home, asked.deadline_ms, std::move(query));
  }
  /// The argument outlives the wait.
  block_maps::look look_at(const entity_id& block) const {
    return {api.maps, block, asked.deadline_ms, asked.request_id, asked.home, oldest_ms_};
  }
  /// NOT_FOUND where the request names none, or one that does not exist. To sell: TENANT_SUSPENDED where an operator has stopped that.
  task<answer<tenant_ptr>> tenant(purpose what_for = purpose::look) const;

  // ---- answering
  response refuse(const v1::Rejection&) const;
  response refuse(v1::ErrorCode, std::string detail = {}) const;
  response ok(const json::object&, int status = 200) const;
  /// The same for JSON that is text already.
  response ok(std::string json_text, int status = 200) const;
  /// The kept text, or 304 where the caller has it already.
  response show(const block_map&) const;
  /// 201 with Location.
  response made(const json::object&, const std::string& location) const;
  /// For the key memory: nothing was changed under the key.
  void settle(const response&);

private:
  template <class Reader, class Take>
  static answer<std::invoke_result_t<Take&, Reader&>> read_all(Reader&& in, Take& take) {
    auto out = take(in);
    in.done();
    if (in.errors().any()) return in.errors().take();
    return out;
  }
  answer<json::value> json_body(presence) const;
  answer<principal> proven(std::string_view tenant, std::initializer_list<std::string_view> any_of);
  void say_how_old(response&) const;

  mutable std::int64_t oldest_ms_ = 0;  // of what the answer is made of
  std::string operation_;
  std::string subject_ = "guest";
  std::string key_;
  std::string scoped_key_;
  std::string fingerprint_;
  bool key_is_fresh_ = false;  // the caller's, used here for the first time
};

}  // namespace holdfast::gateway::api
