#include "config/settings/settings.hpp"

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <map>
#include <memory>

#include "config/settings/keys.hpp"

namespace holdfast::config {
namespace {

constexpr std::size_t settings_bytes_max = 1U << 20U;

template <class T>
std::int64_t as_number(const T& value) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<std::int64_t>(value);
  else
    return value.count();
}

template <class T>
void assign(T& out, std::int64_t value) {
  if constexpr (std::is_integral_v<T>)
    out = static_cast<T>(value);
  else
    out = T(value);
}

/// Reads the keys of one section after the other; a section that the file does not have keeps its defaults.
class loader {
public:
  loader(const toml::table& document, problem_list& problems) : top_(document, "the file", problems) {}

  void section(const char* name, const char*) {
    finish_section();
    section_ = top_.table(name);
  }
  void text(const char* key, std::string& out, const char*) {
    if (section_) section_->read(key, out);
  }
  void flag(const char* key, bool& out, const char*) {
    if (section_) section_->read(key, out);
  }
  void texts(const char* key, std::vector<std::string>& out, const char*) {
    if (section_) section_->read(key, out);
  }
  template <class T>
  void number(const char* key, T& out, range allowed, const char*) {
    auto value = as_number(out);
    if (section_ && section_->read(key, value, allowed)) assign(out, value);
  }
  void choice(const char* key, std::string& out, std::initializer_list<const char*> choices, const char*) {
    if (!section_ || !section_->read(key, out)) return;
    if (std::find(choices.begin(), choices.end(), out) != choices.end()) return;
    std::string all;
    for (const auto* c : choices) all += (all.empty() ? "" : ", ") + std::string(c);
    section_->complain(key, "is one of " + all + ", not \"" + out + "\"");
  }
  void finish() {
    finish_section();
    top_.finish();
  }

private:
  void finish_section() {
    if (section_) section_->finish();
    section_.reset();
  }

  table_reader top_;
  std::optional<table_reader> section_;
};

std::string in_quotes(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

class example_writer {
public:
  void section(const char* name, const char* help) { out += std::string("\n# ") + help + "\n[" + name + "]\n"; }
  void text(const char* key, std::string& value, const char* help) { line(key, in_quotes(value), help); }
  void flag(const char* key, bool& value, const char* help) { line(key, value ? "true" : "false", help); }
  void choice(const char* key, std::string& value, std::initializer_list<const char*> choices, const char* help) {
    std::string all;
    for (const auto* c : choices) all += (all.empty() ? "" : " | ") + std::string(c);
    line(key, in_quotes(value), (all + ". " + help).c_str());
  }
  void texts(const char* key, std::vector<std::string>& values, const char* help) {
    std::string list;
    for (const auto& v : values) list += (list.empty() ? "" : ", ") + in_quotes(v);
    line(key, "[" + list + "]", help);
  }
  template <class T>
  void number(const char* key, T& value, range allowed, const char* help) {
    const auto bounds = std::to_string(allowed.least) + " to " + std::to_string(allowed.most) + ".";
    line(key, std::to_string(as_number(value)), (*help == '\0' ? bounds : std::string(help) + " " + bounds).c_str());
  }

  std::string out =
      "# Settings of a Holdfast node: every key with its default. A node needs none of them; name the file with --config.\n"
      "# Printed by `holdfastd --print-config`.\n";

private:
  void line(const char* key, const std::string& value, const char* help) {
    if (*help != '\0') out += std::string("# ") + help + "\n";
    out += std::string(key) + " = " + value + "\n";
  }
};

void check_cluster(const cluster_section& cluster, const std::string& journal_url, problem_list& problems) {
  if (!cluster.enabled) return;
  const auto& c = cluster.options;
  if (!journal_url.empty() && !journal_url.starts_with("postgres"))
    problems.add(0, 0, "[cluster] needs [node] journal_url = \"postgresql://…\"");
  if (c.files.certificate.empty() || c.files.private_key.empty() || c.files.authority.empty())
    problems.add(0, 0, "[cluster] needs certificate_file, private_key_file and authority_file (`holdfast certs` makes them)");
  if (c.margin_ms + c.beat_ms * 2 > c.lease_ms)
    problems.add(0, 0, "[cluster] lease_ms must be at least margin_ms and two beat_ms, or one late beat costs all shards");
  if (c.link.heartbeat_ms * 2 > c.link.silence_ms_max) problems.add(0, 0, "[cluster] silence_ms_max must be at least two heartbeat_ms");
}

void check_together(const settings& s, problem_list& problems) {
  check_cluster(s.cluster, s.node.journal_url, problems);
  const bool half_tls = s.http.tls.certificate_file.empty() != s.http.tls.private_key_file.empty();
  if (half_tls) problems.add(0, 0, "[http] tls_certificate_file and tls_private_key_file go together");
  if (s.mail.transport == "smtp" && s.mail.smtp.host.empty()) problems.add(0, 0, "[mail] transport = \"smtp\" needs smtp_host");
  if (s.mail.limits.retry_delay_ms_max < s.mail.limits.retry_delay_ms_min)
    problems.add(0, 0, "[mail] retry_delay_ms_max is below retry_delay_ms_min");
}

mail::smtp_security security_of(const std::string& name) {
  static const std::map<std::string, mail::smtp_security> all{{"none", mail::smtp_security::none},
                                                              {"starttls_optional", mail::smtp_security::starttls_optional},
                                                              {"starttls", mail::smtp_security::starttls},
                                                              {"tls", mail::smtp_security::tls}};
  const auto found = all.find(name);
  return found == all.end() ? mail::smtp_security::starttls : found->second;
}

}  // namespace

settings parse_settings(std::string_view text, problem_list& problems) {
  settings out;
  const auto document = parse_document(text, problems);
  if (!document) return out;
  loader from(*document, problems);
  describe(out, from);
  from.finish();
  check_together(out, problems);
  out.mail.smtp.security = security_of(out.mail.security);
  return out;
}

settings read_settings_file(const std::string& path, problem_list& problems) {
  const auto text = read_file(path, settings_bytes_max, problems);
  return text ? parse_settings(*text, problems) : settings{};
}

std::string example_text() {
  settings defaults;
  example_writer to;
  describe(defaults, to);
  return to.out;
}

}  // namespace holdfast::config
