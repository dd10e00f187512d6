#pragma once
// A socket service that says back what it hears, and counts.
#include <atomic>

#include "gateway/http/problem.hpp"
#include "gateway/http/socket_service.hpp"

namespace holdfast::gateway::test {

class echo_service final : public socket_service {
public:
  std::variant<std::shared_ptr<socket_session>, response> open(const request& asked, const std::shared_ptr<lane>&) override {
    if (asked.query_value("refuse")) return problem(v1::NOT_FOUND, {}, asked);
    return std::make_shared<session>(*this);
  }

  std::atomic<int> opened{0}, closed{0}, heard{0};

private:
  class session final : public socket_session {
  public:
    explicit session(echo_service& owner) : owner_(owner) {}
    void on_open(socket_link& link) override {
      link_ = &link;
      ++owner_.opened;
    }
    // One message at a time: the next is read when the echo of this one is out.
    bool on_text(std::string_view message) override {
      ++owner_.heard;
      if (message == "abort") {
        link_->abort();
        return false;
      }
      if (message == "go away") {
        link_->close(socket_close::try_again_later);
        return false;
      }
      link_->send(std::make_shared<const std::string>(message));
      return false;
    }
    void on_sent() override { link_->resume_reading(); }
    void on_tick(time_point) override {}
    void on_closed() override { ++owner_.closed; }

  private:
    echo_service& owner_;
    socket_link* link_ = nullptr;
  };
};

}  // namespace holdfast::gateway::test
