#include "gateway/http/router.hpp"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>

#include "gateway/http/problem.hpp"

namespace holdfast::gateway {
namespace {

struct route {
  std::string method;
  std::string name;
  handler serve;
  std::vector<std::string> parameters;
};

/// One place in the tree of segments: what stands here and what may follow.
struct node {
  std::vector<route> routes;  // one per method
  std::map<std::string, node, std::less<>> literals;
  std::unique_ptr<node> parameter;
};

struct fallback {
  std::string method, prefix, name;
  handler serve;
};

[[noreturn]] void programming_error() { std::abort(); }

std::string_view take_segment(std::string_view& rest) noexcept {
  rest.remove_prefix(1);  // the '/'
  const auto end = std::min(rest.find('/'), rest.size());
  const auto segment = rest.substr(0, end);
  rest.remove_prefix(end);
  return segment;
}

bool serves(const route& r, std::string_view method) noexcept { return r.method == method || (method == "HEAD" && r.method == "GET"); }

std::string allowed_by(const node& at) {
  std::string out = "OPTIONS";
  for (const auto& r : at.routes) out.append(r.method == "GET" ? ", GET, HEAD" : ", " + r.method);
  return out;
}

handler not_found() {
  return [](const std::shared_ptr<const request>& asked, const path_parameters&, const responder& answer) {
    answer(problem(v1::NOT_FOUND, {}, *asked));
  };
}

handler not_allowed(std::string allow) {
  return [allow = std::move(allow)](const std::shared_ptr<const request>& asked, const path_parameters&, const responder& answer) {
    auto out = asked->method == "OPTIONS" ? no_content() : problem(v1::METHOD_NOT_ALLOWED, {}, *asked);
    out.headers.emplace_back("Allow", allow);
    answer(std::move(out));
  };
}

}  // namespace

struct router::state {
  node root;
  std::vector<fallback> fallbacks;  // longest prefix first
  handler nothing = not_found();
  std::map<std::string, handler, std::less<>> other_method;  // by Allow text: made at start, so that find() only reads

  void remember_allow(const node& at) {
    auto allow = allowed_by(at);
    auto serve = not_allowed(allow);
    other_method.try_emplace(std::move(allow), std::move(serve));
  }

  const node* descend(std::string_view path, std::vector<std::string_view>& captured) const {
    const auto* at = &root;
    while (!path.empty()) {
      const auto segment = take_segment(path);
      if (const auto next = at->literals.find(segment); next != at->literals.end()) {
        at = &next->second;
      } else if (at->parameter && !segment.empty()) {
        captured.push_back(segment);
        at = at->parameter.get();
      } else {
        return nullptr;
      }
    }
    return at->routes.empty() ? nullptr : at;
  }
};

router::router() : state_(std::make_unique<state>()) {}
router::~router() = default;

void router::add(std::string_view method, std::string_view pattern, std::string_view name, handler serve) {
  if (!pattern.starts_with('/') || !serve || method.empty() || name.empty()) programming_error();
  route added{std::string(method), std::string(name), std::move(serve), {}};
  auto* at = &state_->root;
  for (auto rest = pattern; !rest.empty();) {
    const auto segment = take_segment(rest);
    if (segment.starts_with('{')) {
      if (segment.size() < 3 || !segment.ends_with('}')) programming_error();
      added.parameters.emplace_back(segment.substr(1, segment.size() - 2));
      if (!at->parameter) at->parameter = std::make_unique<node>();
      at = at->parameter.get();
    } else {
      at = &at->literals[std::string(segment)];
    }
  }
  for (const auto& there : at->routes)
    if (there.method == method) programming_error();
  at->routes.push_back(std::move(added));
  state_->remember_allow(*at);
}

void router::add_fallback(std::string_view method, std::string_view prefix, std::string_view name, handler serve) {
  if (!prefix.starts_with('/') || !serve || method.empty() || name.empty()) programming_error();
  auto& all = state_->fallbacks;
  all.push_back({std::string(method), std::string(prefix), std::string(name), std::move(serve)});
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.prefix.size() > b.prefix.size(); });
}

router::match router::find(const request& asked) const {
  std::vector<std::string_view> captured;
  if (const auto* at = state_->descend(asked.path, captured)) {
    for (const auto& r : at->routes) {
      if (!serves(r, asked.method)) continue;
      path_parameters parameters;
      for (std::size_t i = 0; i < captured.size(); ++i) parameters.values.emplace_back(r.parameters[i], captured[i]);
      return {&r.serve, std::move(parameters), r.name};
    }
    return {&state_->other_method.find(allowed_by(*at))->second, {}, "none"};
  }
  for (const auto& f : state_->fallbacks)
    if (std::string_view(asked.path).starts_with(f.prefix) && (f.method == asked.method || (asked.method == "HEAD" && f.method == "GET")))
      return {&f.serve, {}, f.name};
  return {&state_->nothing, {}, "none"};
}

}  // namespace holdfast::gateway
