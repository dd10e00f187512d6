#include "persistence/history/pages.hpp"

#include <algorithm>

namespace holdfast::persistence {

result<sequence> read_in_pages(const entity_id& entity, sequence from, std::size_t page_rows, const page_reader& page_from,
                               const std::function<bool(stored_entry&&)>& visit) {
  auto next = std::max<std::int64_t>(from.value, 1);
  for (;;) {
    auto page = page_from(next);
    if (!page) return page.error();
    for (auto& row : *page) {
      if (row.at.value != next) return fail(failure_code::corrupt, entity.value + " has a gap before #" + std::to_string(row.at.value));
      if (!visit(std::move(row))) return sequence{next};
      ++next;
    }
    if (page->size() < page_rows) return sequence{next - 1};
  }
}

}  // namespace holdfast::persistence
