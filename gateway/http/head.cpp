#include "gateway/http/head.hpp"

#include <algorithm>

#include "gateway/http/ascii.hpp"
#include "gateway/http/target.hpp"

namespace holdfast::gateway {
namespace {

constexpr std::size_t method_bytes_max = 20;

head_error malformed(std::string_view detail) { return {v1::MALFORMED_REQUEST, detail}; }

std::string_view take_line(std::string_view& rest) noexcept {
  const auto end = rest.find("\r\n");
  const auto line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 2, rest.size()));
  return line;
}

std::optional<head_error> read_version(std::string_view version, request_head& out) {
  const bool shaped =
      version.size() == 8 && version.starts_with("HTTP/") && ascii::digit(version[5]) && version[6] == '.' && ascii::digit(version[7]);
  if (!shaped) return malformed("The request line is not <method> <target> HTTP/1.1.");
  if (version[5] != '1' || version[7] > '1') return head_error{v1::VERSION_NOT_SUPPORTED, "This server speaks HTTP/1.1 and HTTP/1.0."};
  out.http_1_0 = version[7] == '0';
  return std::nullopt;
}

std::optional<head_error> read_request_line(std::string_view line, request_head& out, std::string_view& target) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return malformed("The request line is not <method> <target> HTTP/1.1.");
  out.method = line.substr(0, first);
  target = line.substr(first + 1, last - first - 1);
  if (!ascii::all_token(out.method) || out.method.size() > method_bytes_max) return malformed("The method is not a token.");
  return read_version(line.substr(last + 1), out);
}

std::optional<head_error> read_field(std::string_view line, request_head& out) {
  if (line.front() == ' ' || line.front() == '\t') return malformed("Header fields must not be folded over lines.");
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !ascii::all_token(line.substr(0, colon)))
    return malformed("A header field is not <name>: <value>.");
  const auto value = ascii::trim(line.substr(colon + 1));
  if (std::any_of(value.begin(), value.end(), [](char c) { return ascii::control(c) && c != '\t'; }))
    return malformed("A header field contains a control character.");
  out.headers.emplace_back(ascii::lower(line.substr(0, colon)), value);
  return std::nullopt;
}

/// Fields of one name, of which HTTP allows one: empty, the only one, or an error.
struct single {
  const std::string* value = nullptr;
  bool repeated = false;
};

single find_single(const request_head& head, std::string_view name) noexcept {
  single out;
  for (const auto& [key, value] : head.headers) {
    if (key != name) continue;
    out.repeated = out.value != nullptr;
    if (!out.repeated) out.value = &value;
    if (out.repeated) return out;
  }
  return out;
}

std::optional<head_error> read_host(request_head& out) {
  const auto host = find_single(out, "host");
  if (!host.value) return malformed("The Host header field is missing.");
  if (host.repeated) return malformed("The Host header field is there more than once.");
  if (!valid_authority(*host.value)) return malformed("The Host header field is not a host with an optional port.");
  out.authority = ascii::lower(*host.value);
  out.host = host_of_authority(*host.value);
  return std::nullopt;
}

std::optional<head_error> read_framing(request_head& out, const head_limits& limits) {
  const auto length = find_single(out, "content-length");
  const auto coding = find_single(out, "transfer-encoding");
  if (coding.value) {
    if (length.value) return malformed("Content-Length and Transfer-Encoding must not be sent together.");
    if (out.http_1_0) return malformed("Transfer-Encoding does not exist in HTTP/1.0.");
    if (coding.repeated || !ascii::equal(*coding.value, "chunked")) return malformed("The only Transfer-Encoding understood is chunked.");
    out.chunked = true;
  }
  if (!length.value) return std::nullopt;
  const auto& digits = *length.value;
  if (length.repeated || digits.empty() || !std::all_of(digits.begin(), digits.end(), ascii::digit))
    return malformed("Content-Length must be one number.");
  // Leading zeros are digits too; past 19 digits the number would not fit anyway.
  if (digits.size() > 19) return head_error{v1::TOO_LARGE, "The body is too large."};
  for (const char c : digits) out.content_length = out.content_length * 10 + static_cast<std::uint64_t>(c - '0');
  if (out.content_length > limits.body_bytes_max) return head_error{v1::TOO_LARGE, "The body is too large."};
  return std::nullopt;
}

std::optional<head_error> read_expect(request_head& out) {
  const auto expect = find_single(out, "expect");
  if (!expect.value) return std::nullopt;
  if (expect.repeated || !ascii::equal(*expect.value, "100-continue"))
    return head_error{v1::EXPECTATION_FAILED, "The only expectation understood is 100-continue."};
  out.expects_continue = !out.http_1_0;
  return std::nullopt;
}

void read_connection(request_head& out) {
  bool close = false, keep_alive = false, upgrade = false;
  for (const auto& [name, value] : out.headers) {
    if (name != "connection") continue;
    ascii::split_list(value, [&](std::string_view option) {
      close = close || ascii::equal(option, "close");
      keep_alive = keep_alive || ascii::equal(option, "keep-alive");
      upgrade = upgrade || ascii::equal(option, "upgrade");
    });
  }
  out.keep_alive = !close && (!out.http_1_0 || keep_alive);
  const auto protocol = find_single(out, "upgrade");
  out.wants_websocket = upgrade && !out.http_1_0 && protocol.value && !protocol.repeated && ascii::equal(*protocol.value, "websocket");
}

/// Absolute form ("http://host/path") is taken only where it says what Host says.
std::optional<head_error> to_origin_form(std::string_view& target, const request_head& head) {
  if (target.starts_with('/')) return std::nullopt;
  const auto scheme = target.find("://");
  const bool known = scheme != std::string_view::npos &&
                     (ascii::equal(target.substr(0, scheme), "http") || ascii::equal(target.substr(0, scheme), "https"));
  if (!known) return malformed("The target must be a path.");
  const auto rest = target.substr(scheme + 3);
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  if (!ascii::equal(rest.substr(0, end), head.authority)) return malformed("The target names another host than the Host header field.");
  target = rest.substr(end);
  if (!target.starts_with('/')) return malformed("The target must be a path.");
  return std::nullopt;
}

std::optional<head_error> read_target(std::string_view target, request_head& out, const head_limits& limits) {
  if (target.size() > limits.target_bytes_max) return head_error{v1::URI_TOO_LONG, {}};
  if (auto error = to_origin_form(target, out)) return error;
  auto decoded = decode_target(target);
  if (!decoded) return malformed("The path or query contains what does not belong there.");
  out.raw_target = target.substr(0, target.find('?'));
  out.path = std::move(decoded->path);
  out.query = std::move(decoded->query);
  return std::nullopt;
}

std::optional<head_error> read_all(std::string_view text, const head_limits& limits, request_head& out) {
  std::string_view target;
  if (auto error = read_request_line(take_line(text), out, target)) return error;
  for (auto line = take_line(text); !line.empty(); line = take_line(text)) {
    if (out.headers.size() == limits.fields_max) return head_error{v1::HEADERS_TOO_LARGE, "There are too many header fields."};
    if (auto error = read_field(line, out)) return error;
  }
  if (auto error = read_host(out)) return error;
  if (auto error = read_target(target, out, limits)) return error;
  if (auto error = read_framing(out, limits)) return error;
  if (auto error = read_expect(out)) return error;
  read_connection(out);
  return std::nullopt;
}

}  // namespace

std::variant<request_head, head_error> read_head(std::string_view text, const head_limits& limits) {
  request_head out;
  out.size = text.size();
  if (const auto error = read_all(text, limits, out)) return *error;
  return out;
}

head_progress scan_head(std::string_view text, std::size_t checked, const head_limits& limits) noexcept {
  const auto first_line = text.find('\n');
  for (std::size_t i = checked; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      if (i == 0 || text[i - 1] != '\r') return {{}, malformed("Lines must end with CR LF.")};
      if (i >= 3 && text[i - 2] == '\n') return {i + 1, {}};
      if (i == 1) return {{}, malformed("The request line is empty.")};
    } else if (i > 0 && text[i - 1] == '\r') {
      return {{}, malformed("Lines must end with CR LF.")};
    } else if (ascii::control(c) && c != '\r' && c != '\t') {
      return {{}, malformed("The request contains a control character.")};
    }
    if (i >= limits.head_bytes_max) break;
  }
  // The longest sensible request line is the target and little else; past that the length of the target is what is wrong.
  const auto line = std::min(first_line, text.size());
  if (line > limits.target_bytes_max + 64) return {{}, head_error{v1::URI_TOO_LONG, {}}};
  if (text.size() >= limits.head_bytes_max) return {{}, head_error{v1::HEADERS_TOO_LARGE, {}}};
  return {};
}

}  // namespace holdfast::gateway
