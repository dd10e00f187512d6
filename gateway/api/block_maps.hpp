#pragma once
// The newest map of each block as text, kept for all who open it. A reader is never shown less than what was true when it asked: every look
// asks the block, which answers "still that version" in a few bytes or with its new state. Looks that come while a question is under way
// share the next one, so a crowd costs one question and one rendering at a time.
//
//   look ─▶ waiting ──no question under way──▶ asked ──unchanged──▶ kept text ───────────────────────▶ each of the asked goes on at home
//                                                └──newer──▶ written once, at home of one of them ──▶ kept ──┘
#include <coroutine>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "actors/region.hpp"
#include "gateway/http/lane.hpp"
#include "protocols/base/ids.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::gateway::api {

class block_map {
public:
  using bytes = std::shared_ptr<const std::string>;
  explicit block_map(const v1::BlockView&);

  std::int64_t version() const noexcept { return version_; }
  const bytes& text() const noexcept { return text_; }
  /// With its quotes; differs where the bytes do.
  std::string etag(bool packed) const { return "\"" + tag_ + (packed ? "-gz\"" : "\""); }
  /// The text in gzip, made for the first who asks. Thread-safe.
  const bytes& packed() const;

private:
  const std::int64_t version_;
  const bytes text_;
  std::string tag_;
  mutable std::once_flag packing_;
  mutable bytes packed_;
};
using map_ptr = std::shared_ptr<const block_map>;
using seen_map = std::variant<map_ptr, v1::Rejection>;

class block_maps {
public:
  /// Texts of at most so many bytes are kept in all.
  block_maps(actors::region& region, std::size_t bytes_max) : region_(region), bytes_max_(bytes_max) {}

  /// To be awaited: the map as it is now, or why not.
  class look {
  public:
    /// `oldest_ms` becomes the answer's age where that is more (Reply.age_ms).
    look(block_maps& maps, const entity_id& block, unix_ms deadline, const std::string& trace, std::shared_ptr<lane> home,
         std::int64_t& oldest_ms)
        : maps_(maps), block_(block), deadline_(deadline), trace_(trace), home_(std::move(home)), oldest_ms_(oldest_ms) {}
    look(const look&) = delete;
    look& operator=(const look&) = delete;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
      waiting_ = waiting;
      maps_.enter(*this);
    }
    seen_map await_resume() { return std::move(*found_); }

  private:
    friend class block_maps;
    block_maps& maps_;
    const entity_id& block_;
    unix_ms deadline_;
    const std::string& trace_;
    std::shared_ptr<lane> home_;
    std::int64_t& oldest_ms_;
    std::coroutine_handle<> waiting_;
    std::optional<seen_map> found_;
  };

private:
  struct entry {
    map_ptr latest;              // the newest written, unless there was no room to keep it
    map_ptr known;               // the one that the question under way names
    std::vector<look*> asked;    // whom that question will answer
    std::vector<look*> waiting;  // for the next one
  };

  void enter(look&);
  std::shared_ptr<v1::Command> next_question(const std::string& block, entry&) const;
  void ask(const std::string& block, std::shared_ptr<v1::Command>);
  void answered(const std::string& block, const std::shared_ptr<const v1::Reply>&);
  void settle(const std::string& block, seen_map, std::int64_t age_ms = 0);
  void keep(entry&, const map_ptr&);

  actors::region& region_;
  const std::size_t bytes_max_;
  std::mutex mutex_;
  std::unordered_map<std::string, entry> entries_;  // by entity
  std::size_t bytes_ = 0;
};

}  // namespace holdfast::gateway::api
