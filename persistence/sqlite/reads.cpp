#include "persistence/reads/sql_read_model.hpp"
#include "persistence/sqlite/stores.hpp"

namespace holdfast::persistence::sqlite {
namespace {

class row final : public sql_row {
public:
  explicit row(connection::use& use) : use_(use) {}
  std::string text(int column) const override { return column_bytes(use_->getColumn(column)); }
  std::string bytes(int column) const override { return column_bytes(use_->getColumn(column)); }
  std::int64_t integer(int column) const override { return use_->getColumn(column).getInt64(); }

private:
  connection::use& use_;
};

struct binder {
  connection::use& use;
  int index = 0;

  void operator()(std::int64_t value) { use.integer(++index, value); }
  void operator()(double value) { use->bind(++index, value); }
  void operator()(const std::string& value) { use.text(++index, value); }
};

class session final : public sql_session {
public:
  explicit session(home_ptr home) : home_(std::move(home)), link_(home_->reads, mode::read) {}

  result<void> select(const sql_query& query, const std::function<void(const sql_row&)>& visit) override {
    return link_.guard([&]() -> result<void> {
      auto use = link_.prepare(query.text);
      binder bind{use};
      for (const auto& value : query.values) std::visit(bind, value);
      const row current(use);
      while (use->executeStep()) visit(current);
      return {};
    });
  }

private:
  home_ptr home_;
  connection link_;
};

}  // namespace

std::unique_ptr<read_model> make_reads(home_ptr home) { return make_sql_read_model(std::make_unique<session>(std::move(home))); }

}  // namespace holdfast::persistence::sqlite
