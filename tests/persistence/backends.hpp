#pragma once
// The implementations that every contract suite runs over, each as a place that can be opened again and again.
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "persistence/storage.hpp"

namespace holdfast::persistence::test {

enum class backend { memory, sqlite, postgresql };
std::ostream& operator<<(std::ostream&, backend);

/// One installation, empty at first, removed with the object.
class place {
public:
  virtual ~place() = default;
  virtual std::shared_ptr<storage> open(fault_plan& = no_faults()) = 0;
  /// As if a program of this schema version had been here.
  virtual void set_schema(int version) = 0;
};
std::unique_ptr<place> make_place(backend);

/// A migrated store whose shards belong to this test: their epoch is 1.
class contract : public testing::TestWithParam<backend> {
protected:
  void SetUp() override;

  /// As after a restart of the program.
  void reopen(fault_plan& = no_faults());
  std::vector<append_status> append(const std::vector<append_request>&);
  std::vector<stored_entry> entries(const entity_id&, std::int64_t from = 1);
  std::vector<journal_row> followed(std::int64_t after = 0, std::size_t limit = 100'000);

  std::unique_ptr<place> place_;
  std::shared_ptr<storage> storage_;
  std::unique_ptr<journal_store> journal_;
};

std::string backend_name(const testing::TestParamInfo<backend>&);

/// A row of the shards' first owner.
append_request row(const std::string& entity, std::int64_t at, std::string payload = "payload", std::int64_t owner = 1);
std::vector<append_status> all(std::size_t n, append_status);

/// Fails at the given points for the given entities, until told to stop.
class planned_faults final : public fault_plan {
public:
  std::set<std::pair<fault_point, std::string>> points;
  bool fails(fault_point point, std::string_view entity) override { return points.contains({point, std::string(entity)}); }
};

template <class T>
T must(result<T> got) {
  if (!got) throw std::runtime_error(got.error().detail);
  if constexpr (!std::is_void_v<T>) return std::move(*got);
}

}  // namespace holdfast::persistence::test

namespace holdfast::persistence {
std::ostream& operator<<(std::ostream&, append_status);
}

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): GoogleTest's own way
#define HOLDFAST_EVERY_BACKEND(Suite)                                                                                                  \
  INSTANTIATE_TEST_SUITE_P(Every, Suite,                                                                                               \
                           testing::Values(holdfast::persistence::test::backend::memory, holdfast::persistence::test::backend::sqlite, \
                                           holdfast::persistence::test::backend::postgresql),                                          \
                           holdfast::persistence::test::backend_name)
