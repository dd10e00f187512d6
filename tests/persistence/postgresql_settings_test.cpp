#include "persistence/postgresql/settings.hpp"

#include <gmock/gmock.h>

namespace holdfast::persistence::postgresql {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(PostgresqlSettings, GiveEveryConnectionDeadlinesAndItsSchema) {
  const auto parsed = parse_settings("postgresql://user:secret@db/holdfast");
  ASSERT_TRUE(parsed);
  EXPECT_THAT(parsed->conninfo, StartsWith("postgresql://user:secret@db/holdfast?connect_timeout=3&tcp_user_timeout=5000"));
  EXPECT_THAT(parsed->conninfo, HasSubstr("&options=-csearch_path%3Dholdfast%20-cstatement_timeout%3D5000"));
  EXPECT_EQ(parsed->schema, "holdfast");
}

TEST(PostgresqlSettings, TakeTheirOwnParametersOut) {
  const auto parsed = parse_settings("postgres://db/x?holdfast_schema=spring_2027&sslmode=require&holdfast_deadline_ms=750");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->schema, "spring_2027");
  EXPECT_EQ(parsed->deadline.count(), 750);
  EXPECT_THAT(parsed->conninfo, StartsWith("postgres://db/x?sslmode=require&"));
  EXPECT_THAT(parsed->conninfo, Not(HasSubstr("holdfast_")));
  EXPECT_THAT(parsed->conninfo, HasSubstr("statement_timeout%3D750"));
}

TEST(PostgresqlSettings, LeaveWhatTheUrlSays) {
  const auto parsed = parse_settings("postgresql://a:1,b:2/x?target_session_attrs=read-write&connect_timeout=9&options=-cwork_mem%3D8MB");
  ASSERT_TRUE(parsed);
  EXPECT_THAT(parsed->conninfo, StartsWith("postgresql://a:1,b:2/x?target_session_attrs=read-write&connect_timeout=9&"));
  EXPECT_THAT(parsed->conninfo, Not(HasSubstr("connect_timeout=3")));
  EXPECT_THAT(parsed->conninfo, HasSubstr("&options=-cwork_mem%3D8MB%20-csearch_path%3Dholdfast%20"));
}

TEST(PostgresqlSettings, RefuseWhatCouldNotBeMeant) {
  for (const char* url :
       {"mysql://db", "postgresql://db?holdfast_schema=", "postgresql://db?holdfast_schema=Upper", "postgresql://db?holdfast_schema=a%22b",
        "postgresql://db?holdfast_schema=1a", "postgresql://db?holdfast_deadline_ms=5", "postgresql://db?holdfast_deadline_ms=x",
        "postgresql://db?holdfast_shema=a"}) {
    const auto refused = parse_settings(url);
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().code, failure_code::invalid_argument);
  }
}

}  // namespace
}  // namespace holdfast::persistence::postgresql
