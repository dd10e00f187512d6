#include "actors/domain/spot_block/load_curve.hpp"

#include <algorithm>

namespace holdfast::domain::block {

load_curve::load_curve() : nodes_(1) {}

void load_curve::change(unix_ms begin, unix_ms end, grip how, std::int32_t quantity) {
  const auto rise = how == grip::held ? amount{quantity, 0} : amount{0, quantity};
  add(begin, rise);
  add(end, {-rise.held, -rise.taken});
}

/// A moment at which nothing changes any more is no moment of the curve.
void load_curve::add(unix_ms at, amount more) {
  auto known = root_;
  while (known != nil && nodes_[known].at != at) known = at < nodes_[known].at ? nodes_[known].left : nodes_[known].right;
  const bool cancels = known != nil && nodes_[known].change + more == amount{};
  root_ = cancels ? erase(root_, at) : insert(root_, at, more);
}

std::uint32_t load_curve::peak() const noexcept { return static_cast<std::uint32_t>(nodes_[root_].most); }
std::uint32_t load_curve::peak_taken() const noexcept { return static_cast<std::uint32_t>(nodes_[root_].most_taken); }

std::uint32_t load_curve::peak(unix_ms begin, unix_ms end) const noexcept {
  std::int32_t level = 0;  // up to the top of what lies between
  auto t = root_;
  while (t != nil) {
    const auto& n = nodes_[t];
    const auto here = level + nodes_[n.left].sum.total() + n.change.total();
    if (n.at <= begin) {
      level = here;
      t = n.right;
    } else if (n.at >= end) {
      t = n.left;
    } else {  // the paths to both ends part here
      return static_cast<std::uint32_t>(std::max({beyond(n.left, level, begin), here, below(n.right, here, end)}));
    }
  }
  return static_cast<std::uint32_t>(level);
}

/// The highest point before `end`, where the curve comes in at `level`.
std::int32_t load_curve::below(index t, std::int32_t level, unix_ms end) const noexcept {
  auto most = level;
  while (t != nil) {
    const auto& n = nodes_[t];
    if (n.at >= end) {
      t = n.left;
      continue;
    }
    most = std::max(most, level + nodes_[n.left].most);
    level += nodes_[n.left].sum.total() + n.change.total();
    most = std::max(most, level);
    t = n.right;
  }
  return most;
}

/// The highest point from `begin` on, where the curve comes in at `level`.
std::int32_t load_curve::beyond(index t, std::int32_t level, unix_ms begin) const noexcept {
  std::int32_t most = 0;
  while (t != nil) {
    const auto& n = nodes_[t];
    const auto here = level + nodes_[n.left].sum.total() + n.change.total();
    if (n.at <= begin) {
      level = here;
      t = n.right;
    } else {
      most = std::max(most, here + nodes_[n.right].most);
      t = n.left;
    }
  }
  return std::max(most, level);  // as it is at `begin` itself
}

std::vector<load_curve::step> load_curve::steps() const {
  std::vector<step> out;
  amount level;
  collect(root_, level, out);
  return out;
}

void load_curve::collect(index t, amount& level, std::vector<step>& out) const {
  if (t == nil) return;
  collect(nodes_[t].left, level, out);
  level = level + nodes_[t].change;
  out.push_back({nodes_[t].at, {static_cast<std::uint32_t>(level.held), static_cast<std::uint32_t>(level.taken)}});
  collect(nodes_[t].right, level, out);
}

// ---- the tree

load_curve::index load_curve::make(unix_ms at, amount change) {
  auto fresh = free_;
  if (fresh == nil) {
    fresh = static_cast<index>(nodes_.size());
    nodes_.emplace_back();
  } else {
    free_ = nodes_[fresh].right;
  }
  nodes_[fresh] = {.at = at, .change = change, .sum = {}, .most = 0, .most_taken = 0, .left = nil, .right = nil, .level = 1};
  update(fresh);
  return fresh;
}

void load_curve::release(index t) {
  nodes_[t].right = free_;
  free_ = t;
}

void load_curve::update(index t) noexcept {
  auto& n = nodes_[t];
  const auto& l = nodes_[n.left];
  const auto& r = nodes_[n.right];
  const auto here = l.sum + n.change;
  n.sum = here + r.sum;
  n.most = std::max(l.most, here.total() + r.most);
  n.most_taken = std::max(l.most_taken, here.taken + r.most_taken);
}

load_curve::index load_curve::insert(index t, unix_ms at, amount change) {
  if (t == nil) return make(at, change);
  // Not a reference: making a node may move them all.
  if (at < nodes_[t].at) {
    const auto left = insert(nodes_[t].left, at, change);
    nodes_[t].left = left;
  } else if (at > nodes_[t].at) {
    const auto right = insert(nodes_[t].right, at, change);
    nodes_[t].right = right;
  } else {
    nodes_[t].change = nodes_[t].change + change;
  }
  update(t);
  return split(skew(t));
}

load_curve::index load_curve::erase(index t, unix_ms at) {
  auto& n = nodes_[t];
  if (at < n.at) {
    n.left = erase(n.left, at);
  } else if (at > n.at) {
    n.right = erase(n.right, at);
  } else if (n.left == nil && n.right == nil) {
    release(t);
    return nil;
  } else {  // its neighbour takes its place
    auto other = n.left == nil ? n.right : n.left;
    while ((n.left == nil ? nodes_[other].left : nodes_[other].right) != nil)
      other = n.left == nil ? nodes_[other].left : nodes_[other].right;
    n.at = nodes_[other].at;
    n.change = nodes_[other].change;
    if (n.left == nil) {
      n.right = erase(n.right, n.at);
    } else {
      n.left = erase(n.left, n.at);
    }
  }
  update(t);
  return rebalance(t);
}

/// No left child of the same level.
load_curve::index load_curve::skew(index t) {
  const auto left = nodes_[t].left;
  if (t == nil || left == nil || nodes_[left].level != nodes_[t].level) return t;
  nodes_[t].left = nodes_[left].right;
  nodes_[left].right = t;
  update(t);
  update(left);
  return left;
}

/// No two right children in a row of the same level.
load_curve::index load_curve::split(index t) {
  const auto right = nodes_[t].right;
  if (t == nil || right == nil || nodes_[nodes_[right].right].level != nodes_[t].level) return t;
  nodes_[t].right = nodes_[right].left;
  nodes_[right].left = t;
  ++nodes_[right].level;
  update(t);
  update(right);
  return right;
}

load_curve::index load_curve::rebalance(index t) {
  const auto rank = std::min(nodes_[nodes_[t].left].level, nodes_[nodes_[t].right].level) + 1;
  if (rank < nodes_[t].level) {
    nodes_[t].level = rank;
    if (const auto right = nodes_[t].right; right != nil) nodes_[right].level = std::min(rank, nodes_[right].level);
  }
  t = skew(t);
  if (const auto right = nodes_[t].right = skew(nodes_[t].right); right != nil) {
    nodes_[right].right = skew(nodes_[right].right);
    update(right);
  }
  update(t);
  t = split(t);
  nodes_[t].right = split(nodes_[t].right);
  update(t);
  return t;
}

}  // namespace holdfast::domain::block
