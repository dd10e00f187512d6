#include "gateway/mail/smtp_transport.hpp"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

// send() ──► jobs ──► lanes (threads, one connection each) ──► answers ──► send(): done(index)
//                         no_server: the remaining jobs are taken back and reported as not_tried
//
// Threads and not curl_multi: libcurl waits for the answer to a mail's last line inside the call, and one slow server answer would
// hold up all other connections of a multi handle.

namespace holdfast::mail {
namespace {

struct close_easy {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct free_list {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

// libcurl sets itself up once, and not thread-safely on its own.
bool curl_ready() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

// The mail that curl is reading.
struct body {
  std::string_view left;
  bool begun = false;
};

std::size_t read_body(char* into, std::size_t size, std::size_t count, void* user) {
  auto& from = *static_cast<body*>(user);
  from.begun = true;
  const auto n = std::min(size * count, from.left.size());
  std::memcpy(into, from.left.data(), n);
  from.left.remove_prefix(n);
  return n;
}

// The sockets of one connection. Shutting them down is the only thing that gets libcurl out of waiting for a silent server: it also
// waits for the answer to QUIT when a connection is closed.
class open_sockets {
public:
  static curl_socket_t open(void* user, curlsocktype, curl_sockaddr* to) {
    const auto fd = socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    auto& mine = *static_cast<open_sockets*>(user);
    const std::lock_guard guard(mine.mutex_);
    if (fd >= 0) mine.open_.push_back(fd);
    return fd < 0 ? CURL_SOCKET_BAD : fd;
  }
  static int close(void* user, curl_socket_t fd) {
    auto& mine = *static_cast<open_sockets*>(user);
    const std::lock_guard guard(mine.mutex_);
    std::erase(mine.open_, fd);
    return ::close(fd);
  }
  void shut() noexcept {
    const std::lock_guard guard(mutex_);
    for (const auto fd : open_) ::shutdown(fd, SHUT_RDWR);
  }

private:
  std::mutex mutex_;
  std::vector<int> open_;
};

// Called at least once a second, also while curl waits for an answer.
int stop_if(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return *static_cast<const std::atomic<bool>*>(user) ? 1 : 0; }

// Answers about the connection, not about the mail.
bool about_log_in(long code) noexcept { return code == 530 || code == 534 || code == 535 || code == 538 || code == 454; }

verdict classify(CURLcode how, long code, bool body_begun) noexcept {
  switch (how) {
    case CURLE_OK:
      return verdict::accepted;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_LOGIN_DENIED:
    case CURLE_REMOTE_ACCESS_DENIED:
      return verdict::no_server;
    default:
      break;
  }
  if (about_log_in(code) || code == 421) return verdict::no_server;
  // libcurl says CURLE_SEND_ERROR when MAIL, RCPT or DATA is answered with an error; before that nothing was said about the mail.
  const auto about_the_mail = body_begun || how == CURLE_SEND_ERROR;
  if (about_the_mail && code >= 500 && code < 600) return verdict::refused;
  if (about_the_mail) return verdict::try_again;
  return verdict::no_server;
}

// One connection, kept open between mails. For one thread, except cut().
class lane {
public:
  lane(const smtp_settings& settings, const std::string& url, const std::atomic<bool>& interrupted)
      : settings_(settings), url_(url), interrupted_(interrupted) {}
  ~lane() { cut(); }
  lane(const lane&) = delete;
  lane& operator=(const lane&) = delete;

  /// From any thread.
  void cut() noexcept { sockets_.shut(); }

  answer send(const outgoing& mail) {
    auto* handle = handle_.get();
    curl_easy_reset(handle);  // keeps the connection
    const std::unique_ptr<curl_slist, free_list> recipients(curl_slist_append(nullptr, ('<' + mail.to + '>').c_str()));
    body reading{*mail.bytes};
    std::array<char, CURL_ERROR_SIZE> said{};
    set_connection(handle);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, said.data());
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, ('<' + mail.from + '>').c_str());
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, read_body);
    curl_easy_setopt(handle, CURLOPT_READDATA, &reading);
    curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.bytes->size()));
    const auto how = curl_easy_perform(handle);
    long code = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
    if (how == CURLE_OK) return {verdict::accepted, static_cast<int>(code), {}};
    // With the body under way the server may have the mail: that attempt counts.
    if (interrupted_) return {reading.begun ? verdict::try_again : verdict::not_tried, 0, "stopping"};
    return {classify(how, code, reading.begun), static_cast<int>(code), said[0] == '\0' ? curl_easy_strerror(how) : said.data()};
  }

private:
  void set_connection(CURL* handle) const {
    curl_easy_setopt(handle, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");  // never by an environment variable
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_sockets::open);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &sockets_);
    curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, open_sockets::close);
    curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, &sockets_);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, stop_if);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &interrupted_);
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

  const smtp_settings& settings_;
  const std::string& url_;
  const std::atomic<bool>& interrupted_;
  open_sockets sockets_;  // outlives the handle, which closes them
  std::unique_ptr<CURL, close_easy> handle_{curl_easy_init()};
};

std::string url_of(const smtp_settings& settings) {
  const auto host = settings.host.find(':') == std::string::npos ? settings.host : '[' + settings.host + ']';
  auto url = (settings.security == smtp_security::tls ? "smtps://" : "smtp://") + host + ':' + std::to_string(settings.port);
  return settings.helo.empty() ? url : url + '/' + settings.helo;
}

class over_curl final : public transport {
public:
  explicit over_curl(smtp_settings settings) : settings_(std::move(settings)), url_(url_of(settings_)) {
    for (std::size_t i = 0; i < settings_.connections_max; ++i) lanes_.push_back(std::make_unique<lane>(settings_, url_, interrupted_));
    for (const auto& one : lanes_) threads_.emplace_back([this, mine = one.get()] { run(*mine); });
  }

  ~over_curl() override {
    over_curl::interrupt();
    {
      const std::lock_guard guard(mutex_);
      closing_ = true;
    }
    work_.notify_all();
    for (auto& thread : threads_) thread.join();
  }

  void send(std::span<const outgoing> mails, const on_answer& done) override {
    std::unique_lock lock(mutex_);
    for (std::size_t i = 0; i < mails.size(); ++i) jobs_.push_back({&mails[i], i});
    work_.notify_all();
    for (std::size_t open = mails.size(); open > 0; --open) {
      answered_.wait(lock, [&] { return !answers_.empty(); });
      const auto [index, got] = std::move(answers_.front());
      answers_.pop_front();
      lock.unlock();
      done(index, got);
      lock.lock();
    }
  }

  void interrupt() noexcept override {
    interrupted_ = true;
    for (const auto& one : lanes_) one->cut();
  }

private:
  struct job {
    const outgoing* mail;
    std::size_t index;
  };

  void run(lane& mine) {
    std::unique_lock lock(mutex_);
    for (;;) {
      work_.wait(lock, [&] { return closing_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      const auto next = jobs_.front();
      jobs_.pop_front();
      lock.unlock();
      auto got = interrupted_ ? answer{verdict::not_tried, 0, "stopping"} : mine.send(*next.mail);
      lock.lock();
      if (got.what == verdict::no_server) take_back();
      answers_.emplace_back(next.index, std::move(got));
      answered_.notify_one();
    }
  }

  // One attempt tells enough about a server that cannot be used.
  void take_back() {
    for (const auto& one : jobs_) answers_.emplace_back(one.index, answer{verdict::not_tried, 0, "the server cannot be used"});
    jobs_.clear();
  }

  const smtp_settings settings_;
  const std::string url_;
  std::atomic<bool> interrupted_ = false;
  std::mutex mutex_;
  std::condition_variable work_, answered_;
  std::deque<job> jobs_;
  std::deque<std::pair<std::size_t, answer>> answers_;
  bool closing_ = false;
  std::vector<std::unique_ptr<lane>> lanes_;
  std::vector<std::thread> threads_;
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
  if (settings.connections_max < 1 || settings.connections_max > smtp_connections_max)
    return refuse("mail: between 1 and " + std::to_string(smtp_connections_max) + " SMTP connections");
  if (settings.connect_timeout_ms < 100 || settings.mail_timeout_ms < 1'000) return refuse("mail: SMTP timeouts are too short");
  if (!curl_ready()) return fail(failure_code::unavailable, "libcurl does not start");
  return std::unique_ptr<transport>(std::make_unique<over_curl>(std::move(settings)));
}

}  // namespace holdfast::mail
