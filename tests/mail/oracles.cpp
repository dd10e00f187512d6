#include "tests/mail/oracles.hpp"

#include <openssl/evp.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <stdexcept>

#include "tests/support/temporary_folder.hpp"

namespace holdfast::test {
namespace {

constexpr char calendar_script[] = R"(
import json, sys
from icalendar import Calendar
calendar = Calendar.from_ical(sys.stdin.buffer.read())
event = calendar.walk("VEVENT")[0]
text = lambda name: str(event.get(name)) if event.get(name) is not None else None
print(json.dumps({"method": str(calendar["METHOD"]), "uid": text("UID"), "summary": text("SUMMARY"), "location": text("LOCATION"),
  "description": text("DESCRIPTION"), "url": text("URL"), "status": text("STATUS"),
  "start": event["DTSTART"].dt.isoformat(), "end": event["DTEND"].dt.isoformat(), "stamp": event["DTSTAMP"].dt.isoformat()}))
)";

constexpr char mail_script[] = R"(
import json, sys
sys.path.insert(0, sys.argv[1])
import sink
print(json.dumps(sink.describe(sys.stdin.buffer.read())))
)";

boost::json::value run_python(const std::vector<std::string>& arguments, const std::string& input) {
  std::vector<std::string> all{MAIL_TEST_PYTHON, "-B"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  child python(all, input);
  const auto out = python.rest();
  if (python.join() != 0) throw std::runtime_error("python failed: " + out);
  return boost::json::parse(out);
}

std::vector<std::string> sink_command(const std::vector<std::string>& options) {
  std::vector<std::string> all{MAIL_TEST_PYTHON, "-B", "tests/mail/sink.py"};
  all.insert(all.end(), options.begin(), options.end());
  return all;
}

}  // namespace

std::string read_qr(const std::string& png) {
  const temporary_folder folder;
  const auto file = folder.path() / "code.png";
  std::ofstream(file, std::ios::binary) << png;
  child reader({MAIL_TEST_ZBARIMG, "--nodbus", "-q", "--raw", file.string()});
  auto out = reader.rest();
  if (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

boost::json::value python_mail(const std::string& bytes) { return run_python({"-c", mail_script, "tests/mail"}, bytes); }
boost::json::value python_calendar(const std::string& text) { return run_python({"-c", calendar_script}, text); }

std::string header(const boost::json::value& mail, std::string_view name) {
  for (const auto& pair : mail.at("headers").as_array())
    if (pair.at(0).as_string() == name) return std::string(pair.at(1).as_string());
  return {};
}

const boost::json::object& part(const boost::json::value& mail, std::string_view type) {
  for (const auto& one : mail.at("parts").as_array())
    if (one.at("type").as_string() == type) return one.as_object();
  throw std::out_of_range("the mail has no part " + std::string(type));
}

std::string part_bytes(const boost::json::object& part) {
  const auto& text = part.at("base64").as_string();
  std::string out(text.size(), '\0');
  const auto n = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()),
                                 static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(std::max(0, n)));
  for (std::size_t i = text.size(); i > 0 && text[i - 1] == '='; --i) out.pop_back();
  return out;
}

smtp_sink::smtp_sink(const std::vector<std::string>& options) : process_(sink_command(options)) {
  const auto first = process_.line();
  if (!first) throw std::runtime_error("the SMTP sink does not start");
  port_ = static_cast<std::uint16_t>(boost::json::parse(*first).at("port").as_int64());
}

boost::json::value smtp_sink::next(std::chrono::milliseconds wait) {
  const auto line = process_.line(wait);
  return line ? boost::json::parse(*line) : boost::json::value();
}

bool smtp_sink::silent_for(std::chrono::milliseconds wait) { return next(wait).is_null(); }

void make_certificate(const std::filesystem::path& folder, const std::string& host) {
  child openssl({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                 "/CN=" + host, "-addext", "subjectAltName=DNS:" + host, "-keyout", (folder / (host + ".key")).string(), "-out",
                 (folder / (host + ".pem")).string()});
  openssl.rest();
  if (openssl.join() != 0) throw std::runtime_error("openssl makes no certificate");
}

}  // namespace holdfast::test
