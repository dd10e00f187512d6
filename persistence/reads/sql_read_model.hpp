#pragma once
// The read model over any SQL store that has the tables of sql/*/…_reads.sql.
#include <functional>
#include <memory>
#include <string>

#include "persistence/reads/sql_query.hpp"

namespace holdfast::persistence {

/// One row of an answer; columns count from 0.
class sql_row {
public:
  virtual ~sql_row() = default;
  virtual std::string text(int column) const = 0;
  virtual std::string bytes(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
};

class sql_session {
public:
  virtual ~sql_session() = default;
  virtual result<void> select(const sql_query&, const std::function<void(const sql_row&)>& visit) = 0;
};

std::unique_ptr<read_model> make_sql_read_model(std::unique_ptr<sql_session>);

}  // namespace holdfast::persistence
