#include <array>
#include <charconv>

#include "persistence/postgresql/stores.hpp"
#include "persistence/reads/sql_read_model.hpp"

namespace holdfast::persistence::postgresql {
namespace {

class row final : public sql_row {
public:
  explicit row(const pqxx::row& current) : row_(current) {}
  std::string text(int column) const override { return row_[column].as<std::string>(); }
  std::string bytes(int column) const override { return shim::bytes(row_[column]); }
  std::int64_t integer(int column) const override { return row_[column].as<std::int64_t>(); }

private:
  const pqxx::row& row_;
};

struct to_text {
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const {
    std::array<char, 32> buffer{};
    return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
  }
  // PostgreSQL has no NUL in a text, so nothing stored can match one: cut where libpq would.
  std::string operator()(const std::string& value) const { return value.c_str(); }
};

class session final : public sql_session {
public:
  explicit session(home_ptr home) : home_(std::move(home)), link_(home_, connection::use::questions) {}

  result<void> select(const sql_query& query, const std::function<void(const sql_row&)>& visit) override {
    std::vector<std::string> values;
    for (const auto& value : query.values) values.push_back(std::visit(to_text{}, value));
    return link_.call([&]() -> result<void> {
      const auto rows = link_.run_text(query.text, values);
      for (const auto& one : rows) visit(row(one));
      return {};
    });
  }

private:
  home_ptr home_;
  connection link_;
};

}  // namespace

std::unique_ptr<read_model> make_reads(home_ptr home) { return make_sql_read_model(std::make_unique<session>(std::move(home))); }

}  // namespace holdfast::persistence::postgresql
