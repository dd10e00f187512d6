#include "persistence/history/read_ahead.hpp"

#include <utility>

namespace holdfast::persistence {

read_ahead::read_ahead(journal_store& journal, std::size_t rows_at_once) : journal_(journal), rows_at_once_(rows_at_once) {}

result<std::vector<journal_row>> read_ahead::next() {
  if (!coming_.valid()) ask();
  auto rows = coming_.get();
  if (rows && !rows->empty()) {
    reached_ = rows->back().where;
    ask();
  }
  return rows;
}

void read_ahead::ask() {
  coming_ = std::async(std::launch::async, [this, from = reached_]() -> stretch {
    std::vector<journal_row> rows;
    rows.reserve(rows_at_once_);
    const auto end = journal_.follow(from, rows_at_once_, [&rows](journal_row&& row) { rows.push_back(std::move(row)); });
    if (!end) return end.error();
    return rows;
  });
}

}  // namespace holdfast::persistence
