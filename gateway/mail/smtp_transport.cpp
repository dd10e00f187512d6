#include "gateway/mail/smtp_transport.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <vector>

// send()
//   ├─ start up to connections_max transfers ──► curl_multi ──► finished: classify → done(index)
//   │        ▲                                                        │
//   │        └──────────── next mail ◄────────────────────────────────┘
//   └─ no_server or interrupt(): the rest is reported as not_tried

namespace holdfast::mail {
namespace {

struct close_easy {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct close_multi {
  void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
};
struct free_list {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

// libcurl sets itself up once, and not thread-safely on its own.
bool curl_ready() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

// One mail on its way. Stays where it is while curl holds pointers to it.
struct transfer {
  std::unique_ptr<CURL, close_easy> handle{curl_easy_init()};
  std::unique_ptr<curl_slist, free_list> recipients;
  std::shared_ptr<const std::string> bytes;
  std::size_t offset = 0;
  std::size_t index = 0;
  bool body_begun = false;
  bool busy = false;
};

std::size_t read_body(char* into, std::size_t size, std::size_t count, void* user) {
  auto& from = *static_cast<transfer*>(user);
  from.body_begun = true;
  const auto n = std::min(size * count, from.bytes->size() - from.offset);
  std::memcpy(into, from.bytes->data() + from.offset, n);
  from.offset += n;
  return n;
}

// Answers about the connection, not about the mail.
bool about_log_in(long code) noexcept { return code == 530 || code == 534 || code == 535 || code == 538 || code == 454; }

verdict classify(CURLcode how, long code, bool body_begun) noexcept {
  switch (how) {
    case CURLE_OK: return verdict::accepted;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_LOGIN_DENIED:
    case CURLE_REMOTE_ACCESS_DENIED: return verdict::no_server;
    default: break;
  }
  if (about_log_in(code) || code == 421) return verdict::no_server;
  // libcurl says CURLE_SEND_ERROR when MAIL, RCPT or DATA is answered with an error; before that nothing was said about the mail.
  const auto about_the_mail = body_begun || how == CURLE_SEND_ERROR;
  if (about_the_mail && code >= 500 && code < 600) return verdict::refused;
  if (about_the_mail) return verdict::try_again;
  return verdict::no_server;
}

class over_curl final : public transport {
public:
  explicit over_curl(smtp_settings settings)
      : settings_(std::move(settings)), multi_(curl_multi_init()), lanes_(settings_.connections_max) {
    for (auto& lane : lanes_) lane = std::make_unique<transfer>();
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(lanes_.size()));
    url_ = std::string(settings_.security == smtp_security::tls ? "smtps://" : "smtp://") +
           (settings_.host.find(':') == std::string::npos ? settings_.host : '[' + settings_.host + ']') + ':' + std::to_string(settings_.port);
    if (!settings_.helo.empty()) url_ += '/' + settings_.helo;
  }

  void send(std::span<const outgoing> mails, const on_answer& done) override {
    std::size_t next = 0;
    auto halted = false;
    for (;;) {
      halted = halted || interrupted_;
      for (auto& lane : lanes_)
        if (!halted && !lane->busy && next < mails.size()) {
          start(*lane, mails[next], next);
          ++next;
        }
      if (interrupted_) give_up(done);
      if (!any_busy()) break;
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      if (collect(done)) halted = true;
      if (any_busy()) curl_multi_poll(multi_.get(), nullptr, 0, 200, nullptr);
    }
    for (; next < mails.size(); ++next) done(next, {verdict::not_tried, 0, interrupted_ ? "stopping" : "the server cannot be used"});
  }

  void interrupt() noexcept override {
    interrupted_ = true;
    curl_multi_wakeup(multi_.get());
  }

private:
  bool any_busy() const noexcept {
    return std::any_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->busy; });
  }

  void start(transfer& lane, const outgoing& mail, std::size_t index) {
    auto* handle = lane.handle.get();
    curl_easy_reset(handle);
    lane.recipients.reset(curl_slist_append(nullptr, ('<' + mail.to + '>').c_str()));
    lane.bytes = mail.bytes;
    lane.offset = 0;
    lane.index = index;
    lane.body_begun = false;
    lane.busy = true;
    set_connection(handle);
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, ('<' + mail.from + '>').c_str());
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, lane.recipients.get());
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, read_body);
    curl_easy_setopt(handle, CURLOPT_READDATA, &lane);
    curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.bytes->size()));
    curl_easy_setopt(handle, CURLOPT_PRIVATE, &lane);
    curl_multi_add_handle(multi_.get(), handle);
  }

  void set_connection(CURL* handle) const {
    curl_easy_setopt(handle, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");  // never by an environment variable
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout_ms));
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.mail_timeout_ms));
    curl_easy_setopt(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, std::max(1L, static_cast<long>(settings_.mail_timeout_ms / 1000)));
    const auto encryption = settings_.security == smtp_security::none                ? CURLUSESSL_NONE
                            : settings_.security == smtp_security::starttls_optional ? CURLUSESSL_TRY
                                                                                     : CURLUSESSL_ALL;
    curl_easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(encryption));
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!settings_.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, settings_.ca_file.c_str());
    if (!settings_.user.empty()) {
      curl_easy_setopt(handle, CURLOPT_USERNAME, settings_.user.c_str());
      curl_easy_setopt(handle, CURLOPT_PASSWORD, settings_.password.c_str());
    }
  }

  // True when one of the answers says that the server cannot be used at all.
  bool collect(const on_answer& done) {
    auto unusable = false;
    int left = 0;
    while (auto* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const auto how = message->data.result;
      auto* handle = message->easy_handle;
      transfer* lane = nullptr;
      long code = 0;
      curl_easy_getinfo(handle, CURLINFO_PRIVATE, &lane);
      curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
      curl_multi_remove_handle(multi_.get(), handle);
      lane->busy = false;
      const auto what = classify(how, code, lane->body_begun);
      unusable = unusable || what == verdict::no_server;
      done(lane->index, {what, static_cast<int>(code), how == CURLE_OK ? std::string() : curl_easy_strerror(how)});
    }
    return unusable;
  }

  void give_up(const on_answer& done) {
    for (auto& lane : lanes_) {
      if (!lane->busy) continue;
      curl_multi_remove_handle(multi_.get(), lane->handle.get());
      lane->busy = false;
      // With the body under way the server may have the mail: that attempt counts.
      done(lane->index, {lane->body_begun ? verdict::try_again : verdict::not_tried, 0, "stopping"});
    }
  }

  smtp_settings settings_;
  std::string url_;
  std::unique_ptr<CURLM, close_multi> multi_;
  std::vector<std::unique_ptr<transfer>> lanes_;
  std::atomic<bool> interrupted_ = false;
};

bool loopback(const std::string& host) noexcept { return host == "localhost" || host == "::1" || host.starts_with("127."); }

}  // namespace

result<std::unique_ptr<transport>> smtp_transport(smtp_settings settings) {
  const auto refuse = [](std::string why) { return fail(failure_code::invalid_argument, std::move(why)); };
  if (settings.host.empty() || settings.host.find_first_of(" /@?#\r\n\t") != std::string::npos || settings.port == 0)
    return refuse("mail: the SMTP host or port cannot be used");
  if (settings.helo.find_first_of(" /\r\n\t") != std::string::npos) return refuse("mail: the HELO name cannot be used");
  const auto may_be_plain = settings.security == smtp_security::none || settings.security == smtp_security::starttls_optional;
  if (!settings.user.empty() && may_be_plain && !loopback(settings.host))
    return refuse("mail: a password needs security = \"starttls\" or \"tls\"");
  if (settings.connections_max < 1 || settings.connections_max > 32) return refuse("mail: between 1 and 32 SMTP connections");
  if (settings.connect_timeout_ms < 100 || settings.mail_timeout_ms < 1'000) return refuse("mail: SMTP timeouts are too short");
  if (!curl_ready()) return fail(failure_code::unavailable, "libcurl does not start");
  return std::unique_ptr<transport>(std::make_unique<over_curl>(std::move(settings)));
}

}  // namespace holdfast::mail
