#include "gateway/mail/files_transport.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace holdfast::mail {
namespace {

constexpr std::string_view extension = ".eml";

// Digits first, so that names sort by age; nothing in a name can leave the folder.
bool is_name(std::string_view name) noexcept { return name.size() == 12 && name.find_first_not_of("0123456789") == std::string_view::npos; }

std::string name_of(std::int64_t row) {
  char out[24];
  std::snprintf(out, sizeof out, "%012lld", static_cast<long long>(row));
  return out;
}

}  // namespace

mail_folder::mail_folder(std::filesystem::path folder, std::size_t keep) : folder_(std::move(folder)), keep_(keep) {}

result<void> mail_folder::put(const std::string& name, std::string_view bytes) const {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  const auto target = folder_ / (name + std::string(extension));
  const auto half = folder_ / (name + ".part");
  {
    std::ofstream file(half, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file) return fail(failure_code::unavailable, "cannot write into the mail folder");
  }
  std::filesystem::rename(half, target, error);
  if (error) return fail(failure_code::unavailable, "cannot write into the mail folder: " + error.message());
  auto all = names();
  for (; all.size() > keep_; all.pop_back()) std::filesystem::remove(folder_ / (all.back() + std::string(extension)), error);
  return {};
}

std::vector<std::string> mail_folder::names() const {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    auto stem = entry.path().stem().string();
    if (entry.path().extension() == extension && is_name(stem)) out.push_back(std::move(stem));
  }
  std::sort(out.begin(), out.end(), std::greater<>());
  return out;
}

result<std::string> mail_folder::get(std::string_view name) const {
  if (!is_name(name)) return fail(failure_code::not_found, "no such mail");
  std::ifstream file(folder_ / (std::string(name) + std::string(extension)), std::ios::binary);
  if (!file) return fail(failure_code::not_found, "no such mail");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void files_transport::send(std::span<const outgoing> mails, const on_answer& done) {
  for (std::size_t i = 0; i < mails.size(); ++i) {
    if (interrupted_) {
      done(i, {verdict::not_tried, 0, "stopping"});
      continue;
    }
    const auto put = folder_.put(name_of(mails[i].row), *mails[i].bytes);
    done(i, put ? answer{verdict::accepted, 250, {}} : answer{verdict::try_again, 0, put.error().detail});
  }
}

}  // namespace holdfast::mail
