#include "gateway/http/connection.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>

#include "gateway/http/access_log.hpp"
#include "gateway/http/ascii.hpp"
#include "gateway/http/problem.hpp"
#include "gateway/http/response_head.hpp"
#include "gateway/http/websocket_check.hpp"

namespace holdfast::gateway {
namespace {

constexpr std::size_t buffer_bytes_first = 4 * 1024;
constexpr std::string_view refused_route = "refused";

/// Exactly one answer per exchange; a lost one answers by itself.
class answer_slot {
public:
  answer_slot(std::shared_ptr<connection> to, std::shared_ptr<lane> on, std::uint64_t exchange, std::shared_ptr<const request> asked)
      : to_(std::move(to)), on_(std::move(on)), exchange_(exchange), asked_(std::move(asked)) {}
  answer_slot(const answer_slot&) = delete;
  answer_slot& operator=(const answer_slot&) = delete;
  ~answer_slot() {
    if (!done_) complete(problem(v1::UNAVAILABLE, {}, *asked_));
  }

  void complete(response answer) {
    if (done_.exchange(true)) return;
    on_->post(
        [to = std::move(to_), exchange = exchange_, answer = std::move(answer)]() mutable { to->on_answer(exchange, std::move(answer)); });
  }

private:
  std::shared_ptr<connection> to_;
  const std::shared_ptr<lane> on_;
  const std::uint64_t exchange_;
  const std::shared_ptr<const request> asked_;
  std::atomic<bool> done_{false};
};

std::chrono::milliseconds ms(std::int64_t n) { return std::chrono::milliseconds(n); }

}  // namespace

connection::connection(std::shared_ptr<server_core> core, std::shared_ptr<connection_lane> on, byte_link& link, peer from, admission place)
    : core_(std::move(core)), lane_(std::move(on)), link_(link), peer_(std::move(from)), admission_(std::move(place)) {}

connection::~connection() = default;

void connection::enter(phase next, std::int64_t ms_max) {
  phase_ = next;
  deadline_ = lane_->now() + ms(ms_max);
}

void connection::start() {
  enter(phase::reading_head, core_->settings.head_ms_max);
  read_more();
}

void connection::start_refusal() {
  enter(phase::reading_head, core_->settings.head_ms_max);
  close_after_ = true;
  began_ = lane_->now();
  request_id_ = core_->next_request_id();
  answer(problem(v1::OVERLOADED, "There are too many connections.", request_id_), refused_route);
}

// ---- bytes in

void connection::read_more() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (buffer_.size() != buffer_bytes_first) buffer_ = std::string(buffer_bytes_first, '\0');  // an idle connection stays small
  } else if (begin_ > 0) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_), buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size())
    buffer_.resize(std::max(buffer_bytes_first, std::min(buffer_.size() * 2, core_->settings.limits.head_bytes_max)));
  reading_ = true;
  link_.read(std::span(buffer_).subspan(end_));
}

void connection::on_read(std::size_t n) {
  reading_ = false;
  end_ += n;
  core_->metrics.bytes_received.Increment(static_cast<double>(n));
  if (phase_ == phase::reading_head) return continue_head();
  if (phase_ == phase::reading_body) return continue_body();
}

void connection::on_end() {
  reading_ = false;
  // A peer that has said everything may still listen for the answer under way.
  if (phase_ == phase::reading_head || phase_ == phase::reading_body) close();
}

void connection::on_failed() { close(); }

void connection::continue_head() {
  if (served_ > 0 && scanned_ == 0) enter(phase::reading_head, core_->settings.head_ms_max);
  const auto seen = scan_head(buffered(), scanned_, core_->settings.limits);
  if (seen.error) return refuse(seen.error->code, seen.error->detail);
  if (seen.end) return accept_head(*seen.end);
  scanned_ = buffered().size();
  read_more();
}

void connection::accept_head(std::size_t size) {
  auto read = read_head(buffered().substr(0, size), core_->settings.limits);
  if (const auto* error = std::get_if<head_error>(&read)) return refuse(error->code, error->detail);
  begin_exchange(std::get<request_head>(std::move(read)));
}

void connection::begin_exchange(request_head head) {
  ++exchange_;
  began_ = lane_->now();
  close_after_ = !head.keep_alive || ++served_ >= core_->settings.requests_per_connection_max || core_->stopping;
  keep_alive_1_0_ = head.http_1_0;
  head_only_ = head.method == "HEAD";
  raw_path_ = head.raw_target;
  request_ = std::make_shared<request>();
  request_->method = head.method;
  request_->remote = core_->client_of(peer_.address, head);
  request_->tenant = core_->tenant_of(head);
  request_->request_id = request_id_ = core_->next_request_id();
  request_->secure = peer_.secure;
  request_->received_ms = core_->around.clock.now();
  request_->home = lane_;
  request_->deadline_ms = request_->received_ms + core_->settings.handler_ms_max - lane_->stood_still().count();
  request_->path = std::move(head.path);
  request_->query = std::move(head.query);
  request_->headers = std::move(head.headers);
  request_->host = std::move(head.host);
  wants_websocket_ = head.wants_websocket;
  if (const auto wait = core_->rate_limited(*request_)) {
    core_->metrics.rate_limited.Increment();
    close_after_ = close_after_ || head.has_body();
    skip_head_of_refused(head);
    auto out = problem(v1::TOO_MANY_REQUESTS, {}, *request_);
    for (auto& [name, value] : out.headers)
      if (name == "Retry-After") value = std::to_string((*wait + 999) / 1000);
    return answer(std::move(out), refused_route);
  }
  reader_ = std::make_unique<body_reader>(core_->settings.limits.head_bytes_max, core_->settings.limits.body_bytes_max);
  if (!take_body_bytes(static_cast<std::int64_t>(head.content_length))) return refuse(v1::OVERLOADED, "Too much is being received.");
  expects_continue_ = head.expects_continue;
  enter(phase::reading_body, core_->settings.body_ms_max);
  continue_body();
}

void connection::continue_body() {
  const auto [state, consumed] = reader_->feed(buffered());
  begin_ += consumed;
  scanned_ = 0;
  if (state == body_reader::progress::malformed) return refuse(v1::MALFORMED_REQUEST, "The message does not follow HTTP/1.1.");
  if (state == body_reader::progress::too_large) return refuse(v1::TOO_LARGE, "The body is too large.");
  const auto size = static_cast<std::int64_t>(reader_->body_size());
  if (size > body_bytes_taken_ && !take_body_bytes(size - body_bytes_taken_)) return refuse(v1::OVERLOADED, "Too much is being received.");
  if (state == body_reader::progress::done) return dispatch();
  if (buffered().size() >= core_->settings.limits.head_bytes_max) return refuse(v1::MALFORMED_REQUEST, "A chunk's head is too long.");
  if (std::exchange(expects_continue_, false) && size == 0 && buffered().empty()) {
    phase_ = phase::sending_continue;
    return link_.write("HTTP/1.1 100 Continue\r\n\r\n", {});
  }
  read_more();
}

bool connection::take_body_bytes(std::int64_t n) {
  if (!core_->take_body_bytes(n)) return false;
  body_bytes_taken_ += n;
  return true;
}

void connection::give_back_body() { core_->give_body_bytes(std::exchange(body_bytes_taken_, 0)); }

/// A request that is answered without being read any further: only without a body may the next one on the connection follow.
void connection::skip_head_of_refused(const request_head& head) {
  if (head.has_body()) return;
  begin_ += head.size;
  scanned_ = 0;
}

// ---- from request to answer

/// Who asked may have gone to another node long ago, with the same key, and been told something else: then this must not happen any more.
bool connection::is_stale() {
  if (request_->deadline_ms <= request_->received_ms) return true;
  const bool changes_nothing = request_->method == "GET" || request_->method == "HEAD" || request_->method == "OPTIONS";
  return !changes_nothing && link_.peer_left();
}

void connection::dispatch() {
  request_->body = reader_->take_body();
  reader_.reset();
  if (is_stale()) {
    core_->metrics.stale.Increment();
    close_after_ = true;
    return answer(problem(v1::UNAVAILABLE, "Nobody seemed to wait for this any more: nothing was done.", *request_), refused_route);
  }
  if (const auto socket = core_->sockets.find(request_->path); socket != core_->sockets.end()) return open_socket(socket->second);
  const auto found = core_->routes.find(*request_);
  route_ = found.name;
  enter(phase::handling, core_->settings.handler_ms_max);
  const auto slot = std::make_shared<answer_slot>(link_.keep(), lane_, exchange_, request_);
  try {
    (*found.serve)(request_, found.parameters, [slot](response out) { slot->complete(std::move(out)); });
  } catch (const std::exception& error) {
    log_handler_failure(*core_->around.log, found.name, request_->request_id, error.what());
    slot->complete(problem(v1::INTERNAL, {}, *request_));
  }
}

void connection::open_socket(const server_core::socket_route& socket) {
  enter(phase::handling, core_->settings.handler_ms_max);
  if (!buffered().empty()) return refuse(v1::MALFORMED_REQUEST, "Nothing may follow a WebSocket handshake before its answer.");
  if (auto no = refuse_websocket(*request_, wants_websocket_, core_->settings.websocket_origins))
    return answer(*std::move(no), socket.name);
  auto opened = socket.service->open(*request_, lane_);
  if (auto* no = std::get_if<response>(&opened)) return answer(std::move(*no), socket.name);
  route_ = socket.name;
  record(101);
  phase_ = phase::upgraded;
  give_back_body();
  link_.upgrade(*request_, std::get<std::shared_ptr<socket_session>>(std::move(opened)), std::move(admission_));
}

void connection::on_answer(std::uint64_t exchange, response out) {
  if (phase_ == phase::handling && exchange == exchange_) answer(std::move(out), route_);
}

void connection::refuse(v1::ErrorCode code, std::string_view detail) {
  close_after_ = true;
  (code == v1::REQUEST_TIMEOUT ? core_->metrics.timeouts : core_->metrics.malformed).Increment();
  if (!request_) {
    began_ = lane_->now();
    request_id_ = core_->next_request_id();
  }
  answer(problem(code, std::string(detail), request_id_), refused_route);
}

void connection::answer(response out, std::string_view route) {
  const auto& s = core_->settings;
  route_ = route;
  response_ = std::move(out);
  close_after_ = close_after_ || response_.close || core_->stopping;
  head_ = response_head(response_, {lane_->http_date(), request_id_, close_after_, keep_alive_1_0_, peer_.secure});
  const bool bare = head_only_ || !response_.body || response_.status == 204 || response_.status == 304;
  const auto body = bare ? std::string_view() : std::string_view(*response_.body);
  sent_ = head_.size() + body.size();
  enter(phase::writing, s.write_ms_max + static_cast<std::int64_t>(sent_) * 1000 / s.write_bytes_per_s_min);
  link_.write(head_, body);
}

void connection::on_written() {
  if (phase_ == phase::sending_continue) {
    phase_ = phase::reading_body;
    return read_more();
  }
  if (phase_ != phase::writing) return;
  core_->metrics.bytes_sent.Increment(static_cast<double>(sent_));
  record(response_.status);
  after_answer();
}

void connection::record(int status) {
  const auto took = lane_->now() - began_;
  lane_->routes().count(route_, status, std::chrono::duration<double>(took).count());
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  const bool slow = core_->traffic.count(status, micros);
  if (!slow && !core_->settings.access_log) return;
  access_record line;
  line.route = route_;
  line.remote = peer_.address;
  line.status = status;
  line.bytes = sent_;
  line.micros = micros;
  line.request_id = request_id_;
  if (request_) {
    line.method = request_->method;
    line.path = raw_path_;
    line.remote = request_->remote;
    line.tenant = request_->tenant;
  }
  if (slow) core_->traffic.remember(line, core_->around.clock.now());
  if (core_->settings.access_log) log_access(*core_->around.log, line);
}

void connection::after_answer() {
  give_back_body();
  reader_.reset();
  request_.reset();
  response_ = {};
  sent_ = 0;
  head_only_ = false;
  keep_alive_1_0_ = false;
  if (close_after_) {
    enter(phase::finishing, core_->settings.linger_ms_max);
    return link_.finish();
  }
  enter(phase::reading_head, core_->settings.idle_ms_max);
  buffered().empty() ? read_more() : continue_head();
}

// ---- time and the end

void connection::on_tick(time_point now) {
  if (now < deadline_) return;
  switch (phase_) {
    case phase::reading_head:
      return buffered().empty() ? close() : refuse(v1::REQUEST_TIMEOUT, "The head did not arrive in time.");
    case phase::reading_body:
      return refuse(v1::REQUEST_TIMEOUT, "The body did not arrive in time.");
    case phase::handling:
      ++exchange_;  // the answer that comes too late no longer belongs here
      return answer(problem(v1::UNAVAILABLE, {}, *request_), route_);
    case phase::sending_continue:
    case phase::writing:
      core_->metrics.timeouts.Increment();
      return close();
    case phase::finishing:
      return close();
    case phase::closed:
    case phase::upgraded:
      return;
  }
}

void connection::on_stop() {
  close_after_ = true;
  if (phase_ == phase::reading_head && buffered().empty()) close();
}

void connection::close() {
  if (phase_ != phase::closed && phase_ != phase::upgraded) link_.close();
}

void connection::on_closed() {
  if (phase_ == phase::upgraded) return;
  phase_ = phase::closed;
  give_back_body();
  reader_.reset();
  request_.reset();
  response_ = {};
  admission_.release();
}

}  // namespace holdfast::gateway
