#include "config/import/plain_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace holdfast::config {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> entities{{
    {"&amp;", "&"},
    {"&lt;", "<"},
    {"&gt;", ">"},
    {"&quot;", "\""},
    {"&#39;", "'"},
    {"&apos;", "'"},
    {"&nbsp;", " "},
    {"&ndash;", "\xE2\x80\x93"},
}};

std::string without_tags(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('<');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    const auto close = text.find('>');
    text.remove_prefix(close == std::string_view::npos ? text.size() : close + 1);
  }
  return out;
}

std::string decoded(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto entity =
        std::find_if(entities.begin(), entities.end(), [&](const auto& e) { return text.substr(0, e.first.size()) == e.first; });
    if (entity == entities.end()) {
      out += text.front();
      text.remove_prefix(1);
    } else {
      out += entity->second;
      text.remove_prefix(entity->first.size());
    }
  }
  return out;
}

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string single_spaced(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!blank(c))
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace

std::string strip_markup(std::string_view text) { return single_spaced(decoded(without_tags(text))); }

std::vector<std::string> split_list(std::string_view text, bool truncated) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto entry = single_spaced(text.substr(0, comma));
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    if (entry.empty()) continue;
    if (!out.empty() && entry.front() >= 'a' && entry.front() <= 'z')
      out.back() += ", " + entry;
    else if (std::find(out.begin(), out.end(), entry) == out.end())
      out.push_back(entry);
  }
  if (truncated && !out.empty()) out.pop_back();
  return out;
}

std::string whole_sentences(const std::string& text) {
  const auto stop = text.rfind('.');
  return stop == std::string::npos ? text : text.substr(0, stop + 1);
}

}  // namespace holdfast::config
