// What the server says to messages that are wrong, or that another program in front of it could read differently. Raw bytes over a real
// socket; each must get the status and lose its connection, and the bytes hidden behind it must never be served.
#include "tests/gateway/server_fixture.hpp"

namespace holdfast::gateway::test {
namespace {

struct strict_case {
  const char* name;
  std::string bytes;
  int status;
};

void PrintTo(const strict_case& c, std::ostream* out) { *out << c.name; }

class StrictnessTest : public server_test, public ::testing::WithParamInterface<strict_case> {};

TEST_P(StrictnessTest, IsRefusedAndClosed) {
  raw_client client(port());
  // A request behind the bad one must not be served: that is what smuggling means.
  client.send(GetParam().bytes + get("/items/smuggled"));
  const auto first = client.receive(3s);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->status, GetParam().status);
  EXPECT_EQ(first->header("content-type"), "application/problem+json");
  EXPECT_EQ(first->header("connection"), "close");
  EXPECT_FALSE(first->header("request-id").empty());
  EXPECT_NE(first->body.find("\"requestId\":\"" + first->header("request-id") + "\""), std::string::npos) << first->body;
  const auto rest = client.receive_to_end(3s);
  ASSERT_TRUE(rest);
  EXPECT_EQ(*rest, "");
}

std::string post(std::string_view headers, std::string_view body) {
  return std::string("POST /echo HTTP/1.1\r\nHost: localhost\r\n").append(headers).append("\r\n").append(body);
}

std::vector<strict_case> cases() {
  using namespace std::string_literals;
  return {
      {"BareLineFeed", "GET /hello HTTP/1.1\nHost: localhost\n\n", 400},
      {"BareLineFeedInFields", "GET /hello HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n", 400},
      {"BareCarriageReturn", "GET /hello HTTP/1.1\r\nHost: local\rhost\r\n\r\n", 400},
      {"NulInField", "GET /hello HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n"s, 400},
      {"ControlInTarget", "GET /hel\x01lo HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"TlsHello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 400},
      {"NoMethod", " /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"NoTarget", "GET HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"TwoSpaces", "GET  /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"TabInRequestLine", "GET\t/hello\tHTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"MethodNoToken", "G(T /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"MethodTooLong", std::string(40, 'G') + " /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"EmptyRequestLine", "\r\n\r\n", 400},
      {"LowerCaseVersion", "GET /hello http/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"VersionNine", "GET /hello HTTP/1.9\r\nHost: localhost\r\n\r\n", 505},
      {"VersionTwo", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"NoHost", "GET /hello HTTP/1.1\r\n\r\n", 400},
      {"NoHostInOneZero", "GET /hello HTTP/1.0\r\n\r\n", 400},
      {"TwoHosts", "GET /hello HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n", 400},
      {"SameHostTwice", "GET /hello HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400},
      {"EmptyHost", "GET /hello HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"HostWithPath", "GET /hello HTTP/1.1\r\nHost: localhost/evil\r\n\r\n", 400},
      {"HostWithUser", "GET /hello HTTP/1.1\r\nHost: user@localhost\r\n\r\n", 400},
      {"ForeignAbsoluteForm", "GET http://evil.example/hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"OtherScheme", "GET ftp://localhost/hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"AuthorityForm", "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"FoldedField", "GET /hello HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n", 400},
      {"FoldedFirstField", "GET /hello HTTP/1.1\r\n Host: localhost\r\n\r\n", 400},
      {"SpaceBeforeColon", "GET /hello HTTP/1.1\r\nHost : localhost\r\n\r\n", 400},
      {"SpaceInName", "GET /hello HTTP/1.1\r\nHost: localhost\r\nX Y: z\r\n\r\n", 400},
      {"NoColon", "GET /hello HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n", 400},
      {"EmptyName", "GET /hello HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n", 400},
      {"XChunkedWithLength", post("Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n", "hello"), 400},
      {"XChunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400},
      {"ChunkedTwice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400},
      {"GzipChunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400},
      {"TwoCodings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"), 400},
      {"LengthAndChunked", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
      {"SpaceBeforeCodingColon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400},
      {"TabBeforeCoding", post("Transfer-Encoding:\tchunked\x0b\r\n", "0\r\n\r\n"), 400},
      {"ChunkedInOneZero", "POST /echo HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"TwoLengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
      {"SameLengthTwice", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
      {"LengthList", post("Content-Length: 5, 5\r\n", "hello"), 400},
      {"SignedLength", post("Content-Length: +5\r\n", "hello"), 400},
      {"NegativeLength", post("Content-Length: -1\r\n", ""), 400},
      {"HexLength", post("Content-Length: 0x5\r\n", "hello"), 400},
      {"EmptyLength", post("Content-Length:\r\n", "hello"), 400},
      {"LengthBeyondNumbers", post("Content-Length: 99999999999999999999999\r\n", ""), 413},
      {"LengthTooLarge", post("Content-Length: 1048577\r\n", ""), 413},
      {"BadChunkSize", post("Transfer-Encoding: chunked\r\n", "zz\r\nhello\r\n0\r\n\r\n"), 400},
      {"ChunkWithoutEnd", post("Transfer-Encoding: chunked\r\n", "3\r\nhello\r\n0\r\n\r\n"), 400},
      {"ChunkSizeOverflow", post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n"), 400},
      {"ChunkHeadTooLong", post("Transfer-Encoding: chunked\r\n", "5;" + std::string(40'000, 'x')), 400},
      {"HugeChunk", post("Transfer-Encoding: chunked\r\n", "7fffffff\r\nhello"), 413},
      {"DotSegments", "GET /items/../hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"EscapedDotSegments", "GET /items/%2e%2E/hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"EscapedSlash", "GET /items/a%2fb HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"EscapedNul", "GET /items/a%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"BrokenEscape", "GET /items/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"BrokenEscapeInQuery", "GET /items/a?q=% HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"NoUtf8", "GET /items/%ff HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"RawNonAscii", "GET /items/\xc3\xb8 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"Fragment", "GET /hello#x HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"TargetTooLong", "GET /" + std::string(5'000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414},
      {"TargetEndless", "GET /" + std::string(30'000, 'a'), 414},
      {"HeadTooLarge", "GET /hello HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n", 431},
      {"TooManyFields",
       [] {
         std::string out = "GET /hello HTTP/1.1\r\nHost: localhost\r\n";
         for (int i = 0; i < 70; ++i) out += "X: y\r\n";
         return out + "\r\n";
       }(),
       431},
      {"UnknownExpectation", post("Expect: a-pony\r\nContent-Length: 5\r\n", "hello"), 417},
      {"ContinueTooLarge", post("Expect: 100-continue\r\nContent-Length: 9999999\r\n", ""), 413},
  };
}

INSTANTIATE_TEST_SUITE_P(Table, StrictnessTest, ::testing::ValuesIn(cases()), [](const auto& one) { return one.param.name; });

class LenienceTest : public server_test {};

// The other side of strictness: what RFC 9112 allows must pass.
TEST_F(LenienceTest, UnusualButValidRequestsPass) {
  EXPECT_EQ(ask("GET http://localhost/hello HTTP/1.1\r\nHost: localhost\r\n\r\n")->status, 200);
  EXPECT_EQ(ask("GET /hello HTTP/1.1\r\nhOsT:localhost  \r\n\r\n")->status, 200);
  EXPECT_EQ(ask("GET /hello HTTP/1.0\r\nHost: localhost\r\n\r\n")->status, 200);
  EXPECT_EQ(ask("GET /hello HTTP/1.1\r\nHost: localhost\r\nX:\r\nY: a\tb \x80\r\n\r\n")->status, 200);
  EXPECT_EQ(ask(post("transfer-encoding: Chunked\r\n", "3;name=\"v\"\r\nabc\r\n0\r\nTrailer: x\r\n\r\n"))->body, "abc");
  EXPECT_EQ(ask(post("Content-Length: 005\r\n", "hello"))->body, "hello");
  EXPECT_EQ(ask("GET /items/a%20%C3%B8?q=%2F HTTP/1.1\r\nHost: localhost\r\n\r\n")->body, "a ø|/");
}

TEST_F(LenienceTest, ATrailerCannotSetAHeader) {
  const auto got = ask(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nHost: evil\r\nAuthorization: x\r\n\r\n");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 200);
}

}  // namespace
}  // namespace holdfast::gateway::test
