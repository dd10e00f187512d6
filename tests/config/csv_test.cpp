#include "config/import/csv.hpp"

#include <gtest/gtest.h>

namespace holdfast::config {
namespace {

struct parsed {
  std::vector<std::string> values;
  std::vector<std::uint32_t> lines;
  result<void> outcome;
};

parsed read(std::string_view text, const std::vector<std::string>& required = {"a", "b"}) {
  parsed out;
  out.outcome = read_csv(text, required, [&](const csv_record& record) {
    out.values.push_back(std::string(record.at("a")) + "|" + std::string(record.at("b")));
    out.lines.push_back(record.line());
  });
  return out;
}

TEST(Csv, QuotesCommasAndLineBreaksInsideAField) {
  const auto got = read("a,b\n\"x, \"\"y\"\"\",2\n\"two\nlines\",3\nlast,4");
  EXPECT_TRUE(got.outcome);
  EXPECT_EQ(got.values, (std::vector<std::string>{"x, \"y\"|2", "two\nlines|3", "last|4"}));
  EXPECT_EQ(got.lines, (std::vector<std::uint32_t>{2, 3, 5}));
}

TEST(Csv, ByteOrderMarkAndCarriageReturnsAreNotData) {
  const auto got = read(
      "\xEF\xBB\xBF"
      "a,b\r\n1,2\r\n\r\n3,4\r\n");
  EXPECT_TRUE(got.outcome);
  EXPECT_EQ(got.values, (std::vector<std::string>{"1|2", "3|4"}));
}

TEST(Csv, ShortRecordsReadAsEmptyFields) { EXPECT_EQ(read("a,b\n1\n").values, (std::vector<std::string>{"1|"})); }

TEST(Csv, AMissingColumnIsNamed) {
  const auto got = read("a,c\n1,2\n");
  ASSERT_FALSE(got.outcome);
  EXPECT_EQ(got.outcome.error().detail, "line 1: the column \"b\" is missing");
  EXPECT_TRUE(got.values.empty());
}

TEST(Csv, AnOpenQuoteAtTheEndFails) { EXPECT_FALSE(read("a,b\n1,\"2\n").outcome); }
TEST(Csv, AQuoteInAnUnquotedFieldIsData) { EXPECT_EQ(read("a,b\n1,x\"\"y\n").values, (std::vector<std::string>{"1|x\"\"y"})); }
TEST(Csv, AnEmptyFileFails) { EXPECT_FALSE(read("").outcome); }

}  // namespace
}  // namespace holdfast::config
