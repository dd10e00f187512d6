// Lists on the memory disk: the filters of read_model.hpp, written plainly; what the SQL of the other stores is compared with.
#include <algorithm>
#include <tuple>

#include "persistence/memory/state.hpp"
#include "persistence/projection/fold.hpp"
#include "persistence/reads/geo.hpp"
#include "persistence/reads/sql_query.hpp"
#include "persistence/text/fold.hpp"

namespace holdfast::persistence {
namespace {

booking_row as_row(const row_key& key, const booking_record& row) {
  return {key.tenant, std::string(event_of_block(block_of_booking(key.id))), row.user_id, row.view};
}

bool matches(const booking_filter& filter, const row_key& key, const booking_record& row) {
  const auto& view = row.view;
  return key.tenant == filter.tenant && (!filter.user_id || row.user_id == *filter.user_id) &&
         (!filter.event_id || event_of_block(block_of_booking(key.id)) == *filter.event_id) &&
         (!filter.email || fold_email(view.contact().email()) == fold_email(*filter.email)) &&
         (!filter.confirmation_code || view.confirmation_code() == *filter.confirmation_code) &&
         (!filter.status || view.status() == *filter.status);
}

void add(v1::CategoryFigures& sum, const v1::CategoryFigures& one) {
  sum.set_category(one.category());
  sum.set_capacity(sum.capacity() + one.capacity());
  sum.set_free(sum.free() + one.free());
  sum.set_held(sum.held() + one.held());
  sum.set_taken(sum.taken() + one.taken());
  sum.set_longest_free_run(std::max(sum.longest_free_run(), one.longest_free_run()));
}

std::vector<v1::CategoryFigures> figures_of_event(const model_image& model, const std::string& tenant,
                                                  const v1::EventDefinition& definition) {
  std::map<std::string, v1::CategoryFigures> sums;
  const std::set<std::string> blocks(definition.block_ids().begin(), definition.block_ids().end());
  for (const auto& id : blocks)
    if (const auto it = model.blocks.find({tenant, id}); it != model.blocks.end())
      for (const auto& one : figures_of(*it->second)) add(sums[one.category()], one);
  std::vector<v1::CategoryFigures> out;
  out.reserve(sums.size());
  for (auto& [category, figures] : sums) out.push_back(std::move(figures));
  return out;
}

bool contains(const std::vector<std::string>& list, const std::optional<std::string>& wanted) {
  return !wanted || std::find(list.begin(), list.end(), fold_text(*wanted)) != list.end();
}

bool near_enough(const event_filter& filter, const v1::EventDefinition& definition) {
  if (!filter.near) return true;
  return definition.has_location() && haversine_km(definition.location().latitude(), definition.location().longitude(),
                                                   filter.near->latitude(), filter.near->longitude()) <= filter.radius_km;
}

bool has_room(const event_filter& filter, const std::vector<v1::CategoryFigures>& figures) {
  std::uint64_t free = 0;
  bool known = !filter.category;
  for (const auto& one : figures) {
    if (filter.category && one.category() != *filter.category) continue;
    known = true;
    free += one.free();
  }
  return known && (!filter.free_at_least || free >= *filter.free_at_least);
}

bool matches(const event_filter& filter, const event_entry& event, const std::vector<std::string>& words) {
  const auto& definition = event.record.definition;
  return (!filter.published_only || definition.published()) && (!filter.show_id || definition.show_id() == *filter.show_id) &&
         (!filter.ends_after || event.facts.end_ms > *filter.ends_after) &&
         (!filter.begins_before || definition.frame().begin_ms() < *filter.begins_before) &&
         std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return event.facts.search.find(word) != std::string::npos; }) &&
         contains(event.facts.facilities, filter.facility) && contains(event.facts.activities, filter.activity) &&
         (!filter.region || event.facts.region == fold_text(*filter.region)) && near_enough(filter, definition);
}

template <class Row>
void cut(std::vector<Row>& rows, page wanted) {
  const std::size_t limit = std::clamp<std::uint32_t>(wanted.limit, 1, page_limit_max);
  const auto begin = std::min(rows.size(), (std::max<std::size_t>(wanted.number, 1) - 1) * limit);
  const auto end = std::min(rows.size(), begin + limit);
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(end), rows.end());
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(begin));
}

class memory_reads final : public read_model {
public:
  explicit memory_reads(disk_ptr disk) : disk_(std::move(disk)) {}

  result<page_of<booking_row>> bookings(const booking_filter& filter, page wanted) override {
    const std::lock_guard lock(disk_->state().guard);
    page_of<booking_row> out;
    for (const auto& [key, row] : model().bookings)
      if (matches(filter, key, *row)) out.rows.push_back(as_row(key, *row));
    std::sort(out.rows.begin(), out.rows.end(), [](const booking_row& a, const booking_row& b) {
      const auto order = [](const booking_row& row) {
        return std::pair<unix_ms, const std::string&>(row.booking.created_at_ms(), row.booking.booking_id());
      };
      return order(a) > order(b);
    });
    out.total = out.rows.size();
    cut(out.rows, wanted);
    return out;
  }

  result<page_of<event_row>> events(const event_filter& filter, page wanted) override {
    const std::lock_guard lock(disk_->state().guard);
    const auto words = fold_words(filter.text);
    std::vector<std::pair<const event_entry*, std::vector<v1::CategoryFigures>>> found;
    for (const auto& [key, event] : model().events) {
      if (key.tenant != filter.tenant || !matches(filter, *event, words)) continue;
      auto figures = figures_of_event(model(), key.tenant, event->record.definition);
      if (has_room(filter, figures)) found.emplace_back(event.get(), std::move(figures));
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return std::tie(a.first->facts.begin_ms, a.first->facts.sort_title) < std::tie(b.first->facts.begin_ms, b.first->facts.sort_title);
    });
    page_of<event_row> out;
    out.total = found.size();
    cut(found, wanted);
    for (auto& [event, figures] : found)
      out.rows.push_back({filter.tenant, event->record.definition, event->record.open, std::move(figures)});
    return out;
  }

  result<std::vector<std::string>> tenants() override {
    const std::lock_guard lock(disk_->state().guard);
    return std::vector<std::string>(model().tenants.begin(), model().tenants.end());
  }

  result<void> each_booking(const std::function<void(const booking_row&)>& visit) override {
    const std::lock_guard lock(disk_->state().guard);
    for (const auto& [key, row] : model().bookings) visit(as_row(key, *row));
    return {};
  }

  result<position> reached() override {
    const std::lock_guard lock(disk_->state().guard);
    return model().reached;
  }

private:
  const model_image& model() const { return disk_->state().view().model; }

  disk_ptr disk_;
};

}  // namespace

std::unique_ptr<read_model> make_memory_reads(disk_ptr disk) { return std::make_unique<memory_reads>(std::move(disk)); }

}  // namespace holdfast::persistence
