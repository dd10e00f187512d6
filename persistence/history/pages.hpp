#pragma once
// One entity's history, a page at a time: nothing of the database is held while the visitor works.
#include <functional>
#include <vector>

#include "persistence/journal.hpp"

namespace holdfast::persistence {

/// Entries from sequence `from` on, ascending, at most one page of them.
using page_reader = std::function<result<std::vector<stored_entry>>(std::int64_t from)>;

/// `journal_store::read` over pages of `page_rows` entries; a shorter page is the last one.
result<sequence> read_in_pages(const entity_id&, sequence from, std::size_t page_rows, const page_reader&,
                               const std::function<bool(stored_entry&&)>& visit);

}  // namespace holdfast::persistence
