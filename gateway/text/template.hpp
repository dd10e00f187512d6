#pragma once
// Mustache templates with bounds. Tenants may write their own, so a template is untrusted: it can name only what it is given, cannot
// run partials (a guest's name would become a template), cannot switch escaping off, and cannot multiply itself by nesting lists.
#include <concepts>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/base/failure.hpp"

namespace holdfast::text {

/// What a template may name. A flag opens a section, a list repeats it.
struct values {
  using list = std::vector<values>;
  std::map<std::string, std::variant<std::string, bool, list>, std::less<>> items;

  values& set(std::string name, std::string text) { return put(std::move(name), std::move(text)); }
  values& set(std::string name, const char* text) { return put(std::move(name), std::string(text)); }
  template <std::same_as<bool> Flag>  // exactly: a pointer would turn into one
  values& set(std::string name, Flag flag) {
    return put(std::move(name), bool{flag});
  }
  values& set(std::string name, list rows) { return put(std::move(name), std::move(rows)); }

private:
  template <class T>
  values& put(std::string name, T&& value) {
    items.insert_or_assign(std::move(name), std::forward<T>(value));
    return *this;
  }
};

enum class escaping {
  html,  // & < > " ' become entities
  none,  // plain text
};

inline constexpr std::size_t template_bytes_max = std::size_t{64} * 1024;
inline constexpr std::size_t template_sections_max = 200;
inline constexpr std::size_t template_lookups_max = 10'000;
inline constexpr std::size_t rendered_bytes_max = std::size_t{512} * 1024;

/// failure_code::invalid_argument when the template is no template, or grows past a bound.
result<std::string> render(std::string_view source, const values&, escaping);

/// What is wrong with a template that will be rendered with values shaped like `sample`, in words for its author; empty when nothing is.
/// `sample` must name everything that may be named. Unescaped tags are refused in HTML.
std::vector<std::string> check(std::string_view source, const values& sample, escaping);

/// For our own layouts only: `{{{name}}}` stays allowed.
result<std::string> render_layout(std::string_view source, const values&);

}  // namespace holdfast::text
