#include "tests/e2e/guest.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "protocols/base/seams.hpp"

namespace holdfast::e2e {
namespace {

std::string read_all(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Quoted-printable, as far as a link in a mail needs it: soft line breaks go, =3D becomes '='.
std::string unquoted(const std::string& mail) {
  std::string out;
  for (std::size_t i = 0; i < mail.size(); ++i) {
    if (mail[i] != '=') {
      out += mail[i];
    } else if (mail.compare(i, 3, "=\r\n") == 0) {
      i += 2;
    } else if (mail.compare(i, 2, "=\n") == 0) {
      i += 1;
    } else if (i + 2 < mail.size() && hex(mail[i + 1]) >= 0 && hex(mail[i + 2]) >= 0) {
      out += static_cast<char>(hex(mail[i + 1]) * 16 + hex(mail[i + 2]));
      i += 2;
    } else {
      out += '=';
    }
  }
  return out;
}

std::string find_token(const std::string& mail, const std::string& booking) {
  const auto text = unquoted(mail);
  const auto at = text.find(booking + "~");
  if (at == std::string::npos) return {};
  const auto end = text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz-.~", at);
  return text.substr(at, end - at);
}

}  // namespace

reply guest::send(const std::string& method, const std::string& path, const std::string& body, std::vector<std::string> headers) {
  headers.push_back("Holdfast-Tenant: " + tenant_);
  auto answer = http_.send({method, "/api/v1" + path, body, std::move(headers)});
  reply out{answer.status, std::move(answer.body), nullptr};
  boost::json::error_code error;
  auto parsed = boost::json::parse(out.text, error);
  if (!error) out.body = std::move(parsed);
  return out;
}

reply guest::get(const std::string& path, const std::string& access) {
  return send("GET", path, {}, access.empty() ? std::vector<std::string>{} : std::vector<std::string>{"Holdfast-Access: " + access});
}

reply guest::post(const std::string& path, const boost::json::value& body, const std::string& access, const std::string& key) {
  std::vector<std::string> headers{"Idempotency-Key: " + (key.empty() ? random_text(system_entropy(), 26) : key)};
  if (!access.empty()) headers.push_back("Holdfast-Access: " + access);
  return send("POST", path, boost::json::serialize(body), std::move(headers));
}

reply guest::put(const std::string& path, const boost::json::value& body, const std::string& access) {
  return send("PUT", path, boost::json::serialize(body), {"Holdfast-Access: " + access});
}

reply guest::remove(const std::string& path, const std::string& access) { return send("DELETE", path, {}, {"Holdfast-Access: " + access}); }

boost::json::object user_details(const std::string& email) {
  return {{"firstName", "Ida"}, {"lastName", "Lund"}, {"email", email}, {"phone", "+45 20 30 40 50"}, {"language", "en"}};
}

boost::json::object one_spot(const std::string& email, const std::string& category) {
  return {{"resourceId", "autumn-weekend-2027"}, {"category", category}, {"quantity", 1}, {"userDetails", user_details(email)}};
}

const boost::json::value& at(const boost::json::value& of, std::string_view path) {
  static const boost::json::value none;
  const auto dot = path.find('.');
  const auto* object = of.if_object();
  const auto* member = object == nullptr ? nullptr : object->if_contains(path.substr(0, dot));
  if (member == nullptr) return none;
  return dot == std::string_view::npos ? *member : at(*member, path.substr(dot + 1));
}

std::string text_at(const boost::json::value& of, std::string_view path) {
  const auto* text = at(of, path).if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

std::int64_t number_at(const boost::json::value& of, std::string_view path) {
  const auto& value = at(of, path);
  return value.is_number() ? value.to_number<std::int64_t>() : -1;
}

std::string token_from_mail(const std::filesystem::path& data, const std::string& booking) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < until) {
    std::error_code none_yet;
    for (const auto& file : std::filesystem::directory_iterator(data / "mail", none_yet)) {
      if (file.path().extension() != ".eml") continue;
      auto token = find_token(read_all(file.path()), booking);
      if (!token.empty()) return token;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return {};
}

}  // namespace holdfast::e2e
