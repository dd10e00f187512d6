#pragma once
// For development: every mail becomes a file <folder>/<outbox row>.eml, readable at /dev/mail. The folder holds a bounded number.
#include <atomic>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/mail/transport.hpp"
#include "protocols/base/failure.hpp"

namespace holdfast::mail {

class mail_folder {
public:
  static constexpr std::size_t mails_max = 1'000;
  explicit mail_folder(std::filesystem::path folder, std::size_t keep = mails_max);

  /// Appears under its name complete or not at all; the same name replaces. The oldest beyond the bound are removed.
  result<void> put(const std::string& name, std::string_view bytes) const;
  /// Names without ".eml", newest first.
  std::vector<std::string> names() const;
  /// failure_code::not_found for what is not there or is no name of ours.
  result<std::string> get(std::string_view name) const;

private:
  std::filesystem::path folder_;
  std::size_t keep_;
};

class files_transport final : public transport {
public:
  explicit files_transport(mail_folder folder) : folder_(std::move(folder)) {}
  void send(std::span<const outgoing> mails, const on_answer& done) override;
  void interrupt() noexcept override { interrupted_ = true; }

private:
  mail_folder folder_;
  std::atomic<bool> interrupted_ = false;
};

}  // namespace holdfast::mail
