#pragma once
// Guests of one node who watch blocks: they ask for the state once, then live by the changes they are told. What they see in the end must
// be what is so.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "actors/region.hpp"
#include "protocols/base/seams.hpp"
#include "tests/simulation/stage.hpp"

namespace holdfast::simulation {

class audience final : public actors::live_sockets, public std::enable_shared_from_this<audience> {
public:
  /// Asks the node for the state of a block.
  using asker = std::function<void(std::shared_ptr<v1::Command>, actors::reply_handler)>;
  audience(std::string tenant, asker ask) : tenant_(std::move(tenant)), ask_(std::move(ask)) {}

  void come(const std::string& block);
  void leave(const std::string& block);
  bool watches(const std::string& block) const { return seats_.contains(topic_of(block)); }
  /// What waits to be asked is asked.
  void work(unix_ms now);

  struct view {
    std::int64_t version = 0;
    std::map<std::string, v1::SpotView> spots;
    bool open = false;
  };
  /// Null: nobody watches it, or nobody has seen anything yet.
  const view* seen(const std::string& block) const;
  /// Changes that came and were shown.
  std::uint64_t shown() const { return shown_; }

  void publish(std::shared_ptr<const v1::LiveChange> change) override;
  void watch(actors::topic_watcher* watcher) override { watcher_ = watcher; }
  void refresh(const std::string& tenant, const std::string& topic) override;

private:
  struct seat {
    std::string block;
    std::uint64_t question = 0;  // the one under way; 0: none
    bool wanted = true;          // the state is to be asked for, also where an older question is under way
    unix_ms not_before = 0;
    bool current = false;
    view shows;
    std::vector<std::shared_ptr<const v1::LiveChange>> meanwhile;  // came while the state was under way
  };

  static std::string topic_of(const std::string& block) { return "block:" + block; }
  void answered(const std::string& topic, std::uint64_t question, const v1::Reply& reply);
  void apply(seat&, const v1::LiveChange&);

  std::string tenant_;
  asker ask_;
  actors::topic_watcher* watcher_ = nullptr;
  std::map<std::string, seat> seats_;  // by topic
  std::uint64_t questions_ = 0;
  std::uint64_t shown_ = 0;
  unix_ms now_ = 0;
};

}  // namespace holdfast::simulation
