#pragma once
// Guests and staff that do random things, repeat what was not answered with the same key, and remember what they were told.
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/stage.hpp"

namespace holdfast::simulation {

struct acknowledgement {
  std::string entity;
  std::string key;
  std::string booking_id;
  v1::Command::KindCase kind{};
  std::shared_ptr<const v1::Reply> reply;
};

/// What everybody together was told; the checkers compare it with the journal.
struct memories {
  std::vector<acknowledgement> acknowledged;
  std::vector<std::pair<std::string, std::string>> refused;  // (entity, key) of what was asked once and rejected
  std::vector<std::string> surprises;                        // answers that no rule explains
  std::uint64_t asked = 0, rejected = 0, unavailable = 0, given_up = 0;
};

class crowd {
public:
  crowd(stage& s, std::size_t people);

  /// Defines tenant, events and blocks; repeats until all of it is acknowledged.
  void furnish();
  /// Somebody does something.
  void act();
  /// Somebody looks at a block, and does nothing about it.
  void look();
  /// Repeats everything unanswered until it is answered.
  void finish();

  const memories& remembered() const { return *memories_; }
  const std::vector<std::string>& blocks() const { return blocks_; }

private:
  struct stay {
    std::string block, id;
    std::string access, confirm_email, check_in;  // digests
    bool confirmed = false, email_used = false, gone = false;
  };
  struct errand {
    std::shared_ptr<const v1::Command> command;
    std::shared_ptr<bool> answered;  // false while a reply may still come
    int tries = 0;
  };
  struct person {
    std::deque<stay> stays;
    std::unique_ptr<errand> busy;  // one thing at a time
    std::shared_ptr<const v1::Reply> answer;
  };

  void send(person& p);
  void take_answer(person& p);
  void learn(person& p, const v1::Command& command, const v1::Reply& reply);
  v1::Command think(person& p);
  v1::Command start_stay(person& p);
  v1::Command go_on(person& p, stay& s);
  v1::Command blank(const std::string& block);
  v1::Command staff();
  void choose_spots(google::protobuf::RepeatedPtrField<v1::SpotQuantity>* out, const std::string& block);
  void choose_interval(v1::PlaceHold& hold);
  std::string bytes(std::size_t n);
  std::size_t pick(std::size_t n) { return static_cast<std::size_t>(stage_.random()() % n); }

  stage& stage_;
  std::shared_ptr<memories> memories_ = std::make_shared<memories>();
  std::vector<std::unique_ptr<person>> people_;
  std::vector<std::string> blocks_{"camp.field", "hall.rows", "show.floor"};
  std::uint64_t keys_ = 0;
};

}  // namespace holdfast::simulation
