#include "tests/bench/load/answer.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string>

#include "tests/bench/load/poller.hpp"

namespace holdfast::bench {
namespace {

bool same_name(std::string_view a, std::string_view lower_case) {
  return std::equal(a.begin(), a.end(), lower_case.begin(), lower_case.end(),
                    [](char x, char y) { return std::tolower(static_cast<unsigned char>(x)) == y; });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

template <class T>
T number(std::string_view text) {
  T out{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size()) throw load_error("not a number in an answer: " + std::string(text));
  return out;
}

}  // namespace

std::optional<http_answer> read_answer(std::string_view received) {
  const auto head_end = received.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return std::nullopt;
  auto head = received.substr(0, head_end + 2);
  if (!head.starts_with("HTTP/1.1 ") || head.size() < 14) throw load_error("not an HTTP answer: " + std::string(head.substr(0, 60)));
  http_answer out;
  out.status = number<int>(head.substr(9, 3));
  std::size_t length = 0;
  bool has_length = out.status == 204 || out.status == 304;
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const auto line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size() + 2);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) throw load_error("not a header line: " + std::string(line));
    const auto name = line.substr(0, colon);
    const auto value = trimmed(line.substr(colon + 1));
    if (same_name(name, "content-length")) {
      length = number<std::size_t>(value);
      has_length = true;
    } else if (same_name(name, "connection") && same_name(value, "close")) {
      out.keeps_open = false;
    }
  }
  if (!has_length) throw load_error("an answer without Content-Length");
  out.bytes = head_end + 4 + length;
  if (received.size() < out.bytes) return std::nullopt;
  out.body = received.substr(head_end + 4, length);
  return out;
}

std::string_view json_member(std::string_view json, std::string_view name) {
  const auto quoted = '"' + std::string(name) + "\":";
  const auto at = json.find(quoted);
  if (at == std::string_view::npos) return {};
  auto value = json.substr(at + quoted.size());
  if (value.starts_with('"')) {
    value.remove_prefix(1);
    return value.substr(0, value.find('"'));
  }
  return value.substr(0, value.find_first_of(",}]"));
}

}  // namespace holdfast::bench
