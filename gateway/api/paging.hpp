#pragma once
// Lists in pages: which one is asked for, and how one is shown.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iterator>
#include <vector>

#include "gateway/api/json_reader.hpp"
#include "persistence/read_model.hpp"

namespace holdfast::gateway::api {

/// `page` and `limit`.
inline persistence::page read_page(query_reader& in) {
  persistence::page out;
  out.number = static_cast<std::uint32_t>(in.integer("page", 1, 100'000).value_or(1));
  out.limit = static_cast<std::uint32_t>(in.integer("limit", 1, 100).value_or(20));
  return out;
}

template <class Row, class Encode>
json::object page_json(const persistence::page_of<Row>& found, persistence::page at, Encode encode) {
  json::array data;
  for (const auto& row : found.rows) data.push_back(encode(row));
  return {{"data", std::move(data)}, {"pagination", {{"page", at.number}, {"limit", at.limit}, {"total", found.total}}}};
}

/// Of a list that is at hand as a whole.
template <class Row>
persistence::page_of<Row> cut(std::vector<Row> all, persistence::page at) {
  persistence::page_of<Row> out{{}, all.size()};
  const auto first = std::min<std::size_t>(all.size(), std::size_t{at.number - 1} * at.limit);
  const auto last = std::min<std::size_t>(all.size(), first + at.limit);
  out.rows.assign(std::make_move_iterator(all.begin() + static_cast<std::ptrdiff_t>(first)),
                  std::make_move_iterator(all.begin() + static_cast<std::ptrdiff_t>(last)));
  return out;
}

}  // namespace holdfast::gateway::api
