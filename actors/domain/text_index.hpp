#pragma once
// Many things, each found by a text of its own. Open addressing with the hashes kept beside the pointers: asking for what is not there, as
// every new booking and every new idempotency key does, touches one or two cache lines instead of a chain of cold nodes, and growing moves
// no thing and looks at no text.
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

namespace holdfast::domain {

/// `Thing::key()` answers its text, which must not change while the thing is in here. Things do not move.
template <class Thing>
class text_index {
public:
  /// Null when there is none.
  Thing* find(std::string_view key) const {
    const auto it = places_.find(key);
    return it == places_.end() ? nullptr : it->thing.get();
  }

  /// Whoever has the key: the new thing, or the one that was there.
  std::pair<Thing*, bool> add(std::unique_ptr<Thing> thing) {
    const auto hash = hash_of{}(thing->key());
    const auto [it, fresh] = places_.insert(place{hash, std::move(thing)});
    return {it->thing.get(), fresh};
  }

  void erase(const Thing& thing) { places_.erase(places_.find(thing.key())); }

  void clear() { places_.clear(); }
  std::size_t size() const noexcept { return places_.size(); }

  /// In no particular order.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& p : places_) visit(std::as_const(*p.thing));
  }

private:
  struct place {
    std::size_t hash;
    std::unique_ptr<Thing> thing;
  };
  struct hash_of {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(std::string_view key) const noexcept { return std::hash<std::string_view>{}(key); }
    std::size_t operator()(const place& p) const noexcept { return p.hash; }
  };
  struct same_key {
    using is_transparent = void;
    static std::string_view of(std::string_view key) noexcept { return key; }
    static std::string_view of(const place& p) noexcept { return p.thing->key(); }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const noexcept {
      return of(a) == of(b);
    }
  };

  boost::unordered_flat_set<place, hash_of, same_key> places_;
};

}  // namespace holdfast::domain
