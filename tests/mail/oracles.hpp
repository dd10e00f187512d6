#pragma once
// Judges that we did not write: Python's e-mail and calendar packages, zbarimg, an SMTP server.
#include <boost/json/value.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/mail/child.hpp"

namespace holdfast::test {

/// The lines that zbarimg reads from a PNG.
std::string read_qr(const std::string& png);

/// What Python's email package understands: headers, shape, parts, defects (see sink.py).
boost::json::value python_mail(const std::string& bytes);

/// The first VEVENT as Python's icalendar reads it: uid, summary, location, description, url, start, end, method, status.
boost::json::value python_calendar(const std::string& text);

/// First value of a header in what python_mail says.
std::string header(const boost::json::value& mail, std::string_view name);
/// First part of a type; fails the caller's at() when there is none.
const boost::json::object& part(const boost::json::value& mail, std::string_view type);
std::string part_bytes(const boost::json::object& part);

/// A running sink.py.
class smtp_sink {
public:
  explicit smtp_sink(const std::vector<std::string>& options = {});
  std::uint16_t port() const noexcept { return port_; }
  /// The next mail it got; null when none comes in time.
  boost::json::value next(std::chrono::milliseconds wait = std::chrono::seconds(20));
  bool silent_for(std::chrono::milliseconds wait);

private:
  child process_;
  std::uint16_t port_ = 0;
};

/// A fresh self-signed certificate for a host in a folder: <host>.pem, <host>.key.
void make_certificate(const std::filesystem::path& folder, const std::string& host);

}  // namespace holdfast::test
