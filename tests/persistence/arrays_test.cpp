// Parameters in PostgreSQL's binary format mean to the server what was put into them.
#include "persistence/postgresql/arrays.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <numeric>

#include "tests/support/postgres.hpp"

namespace holdfast::persistence::postgresql {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Arrays : public testing::Test {
protected:
  /// The elements as the server prints them; "null" where there is none.
  std::vector<std::string> elements(const char* type, array_parameter& array) {
    pqxx::nontransaction work(link_);
    const auto name = std::string("one_") + type;
    link_.prepare(name, std::string("select x::text from unnest($1::") + type + "[]) with ordinality as u(x, n) order by n");
    std::vector<std::string> out;
    for (const auto& row : shim::prepared(work, name.c_str(), array.take()))
      out.push_back(row[0].is_null() ? "null" : row[0].as<std::string>());
    return out;
  }
  pqxx::connection link_{holdfast::test::shared_postgres().url()};
};

TEST_F(Arrays, WholeNumbersKeepTheirSignAndRange) {
  bigint_array big;
  for (const auto value :
       {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0}, std::numeric_limits<std::int64_t>::max()})
    big.add(value);
  big.add_null();
  EXPECT_THAT(elements("bigint", big), ElementsAre("-9223372036854775808", "-1", "0", "9223372036854775807", "null"));
  integer_array middle;
  middle.add(-2147483647 - 1);
  middle.add(65'536);
  EXPECT_THAT(elements("integer", middle), ElementsAre("-2147483648", "65536"));
  smallint_array small;
  small.add(-2);
  small.add(258);
  EXPECT_THAT(elements("smallint", small), ElementsAre("-2", "258"));
}

TEST_F(Arrays, FractionsAreExact) {
  double_array values;
  values.add(-41.2865);
  values.add_null();
  values.add(1e300);
  EXPECT_THAT(elements("float8", values), ElementsAre("-41.2865", "null", "1e+300"));
}

TEST_F(Arrays, TextsAreTakenAsTheyAreButForNul) {
  text_array values;
  values.add("");
  values.add(R"({"a",NULL\})");
  values.add("Pōneke");
  values.add(std::string_view("a\0b", 3));
  EXPECT_THAT(elements("text", values), ElementsAre("", R"({"a",NULL\})", "Pōneke", "ab"));
}

TEST_F(Arrays, BytesAreAnyBytes) {
  std::string every(256, '\0');
  std::iota(every.begin(), every.end(), '\0');
  bytea_array values;
  values.add(every);
  values.add("");
  const auto shown = elements("bytea", values);
  ASSERT_EQ(shown.size(), 2U);
  EXPECT_EQ(shown[0].substr(0, 10), "\\x00010203");
  EXPECT_EQ(shown[0].substr(shown[0].size() - 4), "feff");
  EXPECT_EQ(shown[0].size(), 2 + 512U);
  EXPECT_EQ(shown[1], "\\x");
}

TEST_F(Arrays, NothingIsAnArrayToo) {
  text_array values;
  EXPECT_TRUE(values.empty());
  EXPECT_THAT(elements("text", values), IsEmpty());
}

}  // namespace
}  // namespace holdfast::persistence::postgresql
