#include "persistence/projection/projector.hpp"

#include <google/protobuf/arena.h>

#include <utility>
#include <vector>

#include "persistence/projection/fold.hpp"
#include "persistence/projection/kept_blocks.hpp"

namespace holdfast::persistence {
namespace {

struct decoded_row {
  entity_id entity;
  sequence at;
  const v1::Entry* entry;  // on the arena
};

struct stretch {
  std::vector<decoded_row> rows;
  position end;
};

/// A stretch is thousands of entries of a dozen fields each: they are freed at once with their arena, not one by one.
result<stretch> read_stretch(journal_store& journal, position after, std::size_t limit, google::protobuf::Arena& arena) {
  stretch out{{}, after};
  std::optional<failure> broken;
  const auto end = journal.follow(after, limit, [&](journal_row&& row) {
    auto* entry = google::protobuf::Arena::CreateMessage<v1::Entry>(&arena);
    const bool good = entry->ParseFromString(row.payload) && parse_entity(row.entity.value);
    if (!good && !broken)
      broken = fail(failure_code::corrupt, "journal row " + row.entity.value + " #" + std::to_string(row.at.value) + " does not decode");
    out.rows.push_back({std::move(row.entity), row.at, entry});
  });
  if (!end) return end.error();
  if (broken) return *broken;
  out.end = *end;
  return out;
}

class following final : public projection {
public:
  following(std::unique_ptr<journal_store> journal, std::unique_ptr<model_store> model)
      : journal_(std::move(journal)), model_(std::move(model)) {}

  result<std::size_t> advance(std::size_t limit) override {
    const auto reached = model_->begin();
    if (!reached) return reached.error();
    // Somebody else had a turn: another node, or a rebuild.
    if (*reached != blocks_are_of_) blocks_.forget();
    auto done = advance_from(*reached, limit);
    if (!done) blocks_.forget();
    if (!done || *done == 0) model_->abandon();
    if (done && *done == 0) return start_over_when_ahead(*reached, limit);
    return done;
  }

  result<position> reached() override { return model_->reached(); }
  result<void> rebuild() override { return model_->clear(); }

private:
  result<std::size_t> advance_from(position reached, std::size_t limit) {
    google::protobuf::Arena arena;
    const auto next = read_stretch(*journal_, reached, limit, arena);
    if (!next) return next.error();
    if (next->rows.empty()) return 0;
    working_set set;
    for (const auto& row : next->rows) note_keys(set, *parse_entity(row.entity.value), *row.entry);
    blocks_.lend(set);
    if (auto loaded = model_->load(set); !loaded) return loaded.error();
    for (const auto& row : next->rows) fold_entry(set, *parse_entity(row.entity.value), *row.entry, row.at);
    if (auto saved = model_->commit(set, next->end); !saved) return saved.error();
    blocks_.keep(set);
    blocks_are_of_ = next->end;
    return next->rows.size();
  }

  // A model that knows more than its journal belongs to another journal (restored from a backup, or put in its place).
  result<std::size_t> start_over_when_ahead(position reached, std::size_t limit) {
    const auto head = journal_->head();
    if (!head) return head.error();
    if (reached <= *head) return 0;
    if (auto cleared = model_->clear(); !cleared) return cleared.error();
    return advance(limit);
  }

  std::unique_ptr<journal_store> journal_;
  std::unique_ptr<model_store> model_;
  kept_blocks blocks_;
  position blocks_are_of_;
};

}  // namespace

std::unique_ptr<projection> make_projection(std::unique_ptr<journal_store> journal, std::unique_ptr<model_store> model) {
  return std::make_unique<following>(std::move(journal), std::move(model));
}

}  // namespace holdfast::persistence
