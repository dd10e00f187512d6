#include "config/cli/http_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <list>

namespace holdfast::cli {
namespace {

using steady = std::chrono::steady_clock;

struct attempt {
  std::size_t index = 0;
  steady::time_point give_up;     // no further try after this
  steady::time_point not_before;  // wait of a repeated try
  http_answer answer;
  std::size_t bytes_max = 0;
  curl_slist* headers = nullptr;
  CURL* easy = nullptr;
};

std::size_t collect(char* data, std::size_t size, std::size_t count, void* self) {
  auto& to = *static_cast<attempt*>(self);
  if (to.answer.body.size() + size * count > to.bytes_max) return 0;  // curl ends the transfer with CURLE_WRITE_ERROR
  to.answer.body.append(data, size * count);
  return size * count;
}

bool busy(const http_answer& a) { return a.status == 0 || a.status == 429 || a.status == 503; }

}  // namespace

struct http_client::state {
  std::string base_url;
  http_limits limits;
  CURLM* multi = nullptr;

  void start(attempt& a, const http_request& request) const {
    a.answer = {};
    a.easy = curl_easy_init();
    curl_easy_setopt(a.easy, CURLOPT_URL, (base_url + request.path).c_str());
    curl_easy_setopt(a.easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(a.easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
      curl_easy_setopt(a.easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(a.easy, CURLOPT_POSTFIELDS, request.body.c_str());
      a.headers = curl_slist_append(a.headers, "Content-Type: application/json");
      a.headers = curl_slist_append(a.headers, "Expect:");  // no waiting for "100 Continue"
    }
    for (const auto& header : request.headers) a.headers = curl_slist_append(a.headers, header.c_str());
    curl_easy_setopt(a.easy, CURLOPT_HTTPHEADER, a.headers);
    curl_easy_setopt(a.easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_max.count()));
    curl_easy_setopt(a.easy, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.request_max.count()));
    curl_easy_setopt(a.easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(a.easy, CURLOPT_WRITEFUNCTION, &collect);
    curl_easy_setopt(a.easy, CURLOPT_WRITEDATA, &a);
    curl_easy_setopt(a.easy, CURLOPT_PRIVATE, &a);
    curl_multi_add_handle(multi, a.easy);
  }

  /// How long the server asks to wait, or a growing pause.
  static std::chrono::milliseconds pause_after(const attempt& a) {
    curl_off_t seconds = 0;
    curl_easy_getinfo(a.easy, CURLINFO_RETRY_AFTER, &seconds);
    return seconds > 0 ? std::chrono::seconds(std::min<curl_off_t>(seconds, 10)) : std::chrono::milliseconds(200);
  }

  void finish(attempt& a, CURLcode code) const {
    if (code == CURLE_OK) {
      long status = 0;
      curl_easy_getinfo(a.easy, CURLINFO_RESPONSE_CODE, &status);
      a.answer.status = static_cast<int>(status);
    } else {
      a.answer.error = curl_easy_strerror(code);
    }
    a.not_before = steady::now() + pause_after(a);
    curl_multi_remove_handle(multi, a.easy);
    curl_easy_cleanup(a.easy);
    curl_slist_free_all(a.headers);
    a.easy = nullptr;
    a.headers = nullptr;
  }
};

http_client::http_client(std::string base_url, http_limits limits) : state_(std::make_unique<state>()) {
  while (!base_url.empty() && base_url.back() == '/') base_url.pop_back();
  state_->base_url = std::move(base_url);
  state_->limits = limits;
  state_->multi = curl_multi_init();
  curl_multi_setopt(state_->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(limits.parallel_max));
}

http_client::~http_client() { curl_multi_cleanup(state_->multi); }

http_answer http_client::send(const http_request& request) {
  http_answer out;
  send_all({&request, 1}, [&](std::size_t, http_answer&& answer) { out = std::move(answer); });
  return out;
}

void http_client::send_all(std::span<const http_request> requests, const std::function<void(std::size_t, http_answer&&)>& done) {
  std::list<attempt> running;
  std::list<attempt> waiting;
  std::size_t next = 0;
  while (next < requests.size() || !running.empty() || !waiting.empty()) {
    const auto now = steady::now();
    for (auto it = waiting.begin(); it != waiting.end() && running.size() < state_->limits.parallel_max;) {
      const auto here = it++;
      if (here->not_before > now) continue;
      running.splice(running.end(), waiting, here);
      state_->start(*here, requests[here->index]);
    }
    // Nothing new while others are told to wait: the server is busy, more requests would not help it.
    while (next < requests.size() && waiting.empty() && running.size() < state_->limits.parallel_max) {
      auto& a = running.emplace_back();
      a.index = next++;
      a.give_up = now + state_->limits.retry_max;
      a.bytes_max = state_->limits.answer_bytes_max;
      state_->start(a, requests[a.index]);
    }
    int active = 0;
    curl_multi_perform(state_->multi, &active);
    int left = 0;
    while (const auto* message = curl_multi_info_read(state_->multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      attempt* finished = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &finished);
      const auto code = message->data.result;
      state_->finish(*finished, code);
      const auto it = std::find_if(running.begin(), running.end(), [&](const auto& a) { return &a == finished; });
      const bool refused_at_once = code == CURLE_COULDNT_CONNECT || code == CURLE_WRITE_ERROR;
      if (busy(it->answer) && !refused_at_once && it->not_before < it->give_up) {
        waiting.splice(waiting.end(), running, it);
      } else {
        done(it->index, std::move(it->answer));
        running.erase(it);
      }
    }
    if (active > 0 || !waiting.empty()) curl_multi_poll(state_->multi, nullptr, 0, waiting.empty() ? 1'000 : 50, nullptr);
  }
}

}  // namespace holdfast::cli
