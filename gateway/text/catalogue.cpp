#include "gateway/text/catalogue.hpp"

#include <unicode/msgfmt.h>

#include <array>
#include <boost/json/parse.hpp>
#include <cstdlib>
#include <functional>
#include <map>

#include "gateway/text/embedded.hpp"

namespace holdfast::text {

std::span<const embedded_file> message_files();

namespace {

constexpr std::array<std::string_view, 2> spoken{"en", "da"};

using words = std::map<std::string, std::string, std::less<>>;

const std::map<std::string, words, std::less<>>& catalogues() {
  static const auto loaded = [] {
    std::map<std::string, words, std::less<>> all;
    for (const auto& file : message_files()) {
      auto& into = all[std::string(file.name.substr(0, file.name.find('.')))];
      const auto parsed = boost::json::parse(file.content);
      for (const auto& [key, value] : parsed.as_object()) into.emplace(key, value.as_string());
    }
    return all;
  }();
  return loaded;
}

std::string_view known(std::string_view language) noexcept {
  const auto base = language.substr(0, language.find('-'));
  for (const auto one : spoken)
    if (base == one) return one;
  return {};
}

}  // namespace

std::span<const std::string_view> languages() noexcept { return spoken; }

std::string_view choose_language(std::string_view wanted, std::span<const std::string> offered) noexcept {
  const auto wish = known(wanted);
  if (!wish.empty()) {
    if (offered.empty()) return wish;
    for (const auto& one : offered)
      if (known(one) == wish) return wish;
  }
  for (const auto& one : offered)
    if (const auto found = known(one); !found.empty()) return found;
  return spoken.front();
}

std::vector<std::string> keys(std::string_view language) {
  std::vector<std::string> out;
  if (const auto it = catalogues().find(language); it != catalogues().end())
    for (const auto& [key, value] : it->second) out.push_back(key);
  return out;
}

std::string say(std::string_view language, std::string_view key, std::span<const argument> arguments) {
  const auto chosen = known(language).empty() ? spoken.front() : known(language);
  const auto& table = catalogues().find(chosen)->second;
  const auto it = table.find(key);
  if (it == table.end()) std::abort();

  auto status = U_ZERO_ERROR;
  const icu::Locale locale(chosen == "en" ? "en_GB" : std::string(chosen).c_str());
  icu::MessageFormat format(icu::UnicodeString::fromUTF8(it->second), locale, status);
  std::vector<icu::UnicodeString> names;
  std::vector<icu::Formattable> values;
  for (const auto& [name, value] : arguments) {
    names.push_back(icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size()))));
    if (const auto* number = std::get_if<std::int64_t>(&value))
      values.emplace_back(*number);
    else
      values.emplace_back(icu::UnicodeString::fromUTF8(std::get<std::string>(value)));
  }
  icu::UnicodeString text;
  format.format(names.data(), values.data(), static_cast<std::int32_t>(names.size()), text, status);
  if (U_FAILURE(status)) std::abort();
  std::string out;
  text.toUTF8String(out);
  return out;
}

std::string say(std::string_view language, std::string_view key, std::initializer_list<argument> arguments) {
  return say(language, key, std::span<const argument>(arguments.begin(), arguments.size()));
}

}  // namespace holdfast::text
