#include "gateway/text/template.hpp"

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <set>
#include <sstream>

namespace holdfast::text {
namespace {

namespace mustache = kainjow::mustache;

mustache::data tree(const values& from) {
  mustache::data out;
  for (const auto& [name, value] : from.items) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      // An empty text counts as "not there", so that {{#phone}}…{{/phone}} does what its author means.
      out.set(name, text->empty() ? mustache::data(false) : mustache::data(*text));
    } else if (const auto* flag = std::get_if<bool>(&value)) {
      out.set(name, *flag);
    } else {
      mustache::data rows(mustache::data::type::list);
      for (const auto& row : std::get<values::list>(value)) rows << tree(row);
      out.set(name, rows);
    }
  }
  return out;
}

// Looks names up a bounded number of times, and never as partials.
class bounded_context final : public mustache::basic_context<std::string> {
public:
  explicit bounded_context(const mustache::data& root) : inner_(&root) {}
  void push(const mustache::data* data) override { inner_.push(data); }
  void pop() override { inner_.pop(); }
  const mustache::data* get(const std::string& name) const override {
    return ++lookups_ > template_lookups_max ? nullptr : inner_.get(name);
  }
  const mustache::data* get_partial(const std::string&) const override { return nullptr; }
  bool exhausted() const noexcept { return lookups_ > template_lookups_max; }

private:
  mustache::context<std::string> inner_;
  mutable std::size_t lookups_ = 0;
};

// Takes at most rendered_bytes_max.
class bounded_text {
public:
  bounded_text& operator<<(const std::string& piece) {
    if (text_.size() + piece.size() <= rendered_bytes_max)
      text_ += piece;
    else
      full_ = true;
    return *this;
  }
  bool full() const noexcept { return full_; }
  std::string take() { return std::move(text_); }

private:
  std::string text_;
  bool full_ = false;
};

struct tag {
  char kind;  // # ^ / & { ! > = or a space for a plain name
  std::string name;
};

// Every tag in order. Exact, because a template that switches the delimiters is refused.
std::vector<tag> tags(std::string_view source) {
  std::vector<tag> out;
  for (auto at = source.find("{{"); at != std::string_view::npos; at = source.find("{{", at)) {
    const auto begin = source.find_first_not_of(" \t\r\n", at + 2);
    const auto end = source.find("}}", at + 2);
    if (begin == std::string_view::npos || end == std::string_view::npos || begin >= end) break;
    const auto special = std::string_view("#^/&{!>=").find(source[begin]) != std::string_view::npos;
    auto name = source.substr(begin + (special ? 1 : 0), end - begin - (special ? 1 : 0));
    while (!name.empty() && std::string_view(" \t\r\n").find(name.front()) != std::string_view::npos) name.remove_prefix(1);
    while (!name.empty() && std::string_view(" \t\r\n").find(name.back()) != std::string_view::npos) name.remove_suffix(1);
    out.push_back({special ? source[begin] : ' ', std::string(name)});
    at = end + 2;
  }
  return out;
}

// What the library must never get to see: it recurses per section and would follow partials.
std::vector<std::string> unsafe(std::string_view source) {
  std::vector<std::string> out;
  if (source.size() > template_bytes_max) return {"longer than " + std::to_string(template_bytes_max) + " bytes"};
  std::size_t sections = 0;
  for (const auto& one : tags(source)) {
    if (one.kind == '=') return {"other delimiters than {{ }} are not supported"};
    if (one.kind == '>') out.push_back("{{>" + one.name + "}}: partials are not supported");
    if (one.kind == '#' || one.kind == '^') ++sections;
  }
  if (sections > template_sections_max) out.push_back("more than " + std::to_string(template_sections_max) + " sections");
  return out;
}

// A line that holds only a section tag is no line (mustache specification, "standalone tags"). The library gets this wrong for sections
// that are left out, so such lines go before it sees them; the mark keeps it from swallowing the line that follows.
constexpr char mark = '\x01';

std::string without_standalone_lines(std::string_view source) {
  std::string out;
  for (std::size_t at = 0; at < source.size();) {
    const auto end = std::min(source.find('\n', at), source.size() - 1) + 1;
    auto line = source.substr(at, end - at);
    at = end;
    auto inner = line;
    while (!inner.empty() && std::string_view(" \t\r\n").find(inner.front()) != std::string_view::npos) inner.remove_prefix(1);
    while (!inner.empty() && std::string_view(" \t\r\n").find(inner.back()) != std::string_view::npos) inner.remove_suffix(1);
    const auto alone = inner.size() > 5 && inner.starts_with("{{") && std::string_view("#^/!").find(inner[2]) != std::string_view::npos &&
                       inner.find("}}") == inner.size() - 2;
    if (alone)
      (out += inner) += mark;
    else
      out += line;
  }
  return out;
}

void collect(const values& sample, std::set<std::string, std::less<>>& names) {
  for (const auto& [name, value] : sample.items) {
    names.insert(name);
    if (const auto* rows = std::get_if<values::list>(&value))
      for (const auto& row : *rows) collect(row, names);
  }
}

result<std::string> run(std::string_view source, const values& with, escaping how) {
  if (auto problems = unsafe(source); !problems.empty()) return fail(failure_code::invalid_argument, problems.front());
  mustache::mustache parsed{without_standalone_lines(source)};
  if (!parsed.is_valid()) return fail(failure_code::invalid_argument, parsed.error_message());
  if (how == escaping::none) parsed.set_custom_escape([](const std::string& s) { return s; });
  const auto root = tree(with);
  bounded_context context(root);
  bounded_text out;
  parsed.render(context, out);
  if (context.exhausted() || out.full()) return fail(failure_code::invalid_argument, "the template repeats itself too often");
  auto text = out.take();
  std::erase(text, mark);
  return text;
}

}  // namespace

result<std::string> render(std::string_view source, const values& with, escaping how) {
  if (how == escaping::html)
    for (const auto& one : tags(source))
      if (one.kind == '{' || one.kind == '&') return fail(failure_code::invalid_argument, "unescaped tag " + one.name);
  return run(source, with, how);
}

result<std::string> render_layout(std::string_view source, const values& with) { return run(source, with, escaping::html); }

std::vector<std::string> check(std::string_view source, const values& sample, escaping how) {
  auto problems = unsafe(source);
  if (!problems.empty()) return problems;
  if (mustache::mustache parsed{std::string(source)}; !parsed.is_valid()) return {parsed.error_message()};
  std::set<std::string, std::less<>> names;
  collect(sample, names);
  for (const auto& one : tags(source)) {
    if (one.kind == '!') continue;
    if (how == escaping::html && (one.kind == '{' || one.kind == '&'))
      problems.push_back("{{{" + one.name + "}}}: values are always escaped in HTML");
    else if (one.name != "." && !names.contains(one.name))
      problems.push_back("{{" + one.name + "}}: there is no such value");
  }
  if (problems.empty())
    if (auto trial = run(source, sample, how); !trial) problems.push_back(trial.error().detail);
  return problems;
}

}  // namespace holdfast::text
