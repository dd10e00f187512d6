#pragma once
// The few calls in which libpqxx 6.4 (Debian 12), 7 and 8 differ. Everything else of Holdfast that knows libpqxx includes this.
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::persistence::postgresql::shim {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

template <class... Args>
pqxx::result prepared(pqxx::transaction_base& tx, const char* name, const Args&... args) {
#if PQXX_VERSION_MAJOR >= 8
  return tx.exec(pqxx::prepped{name}, pqxx::params{args...});
#else
  return tx.exec_prepared(name, args...);
#endif
}

inline pqxx::result with_values(pqxx::transaction_base& tx, const std::string& text, const std::vector<std::string>& values) {
#if PQXX_VERSION_MAJOR >= 8
  pqxx::params params;
  params.append_multi(values);
  return tx.exec(text, params);
#else
  return tx.exec_params(text, pqxx::prepare::make_dynamic_params(values));
#endif
}

#pragma GCC diagnostic pop

/// The server's notices go nowhere: what matters is in the answer.
class silence {
public:
#if PQXX_VERSION_MAJOR >= 8
  explicit silence(pqxx::connection& link) {
    link.set_notice_handler([](pqxx::zview) noexcept {});
  }
#else
  explicit silence(pqxx::connection& link) : handler_(link) {}

private:
  pqxx::quiet_errorhandler handler_;
#endif
};

/// A parameter in the binary format of its type.
#if PQXX_VERSION_MAJOR >= 8
using binary = pqxx::bytes;
#elif PQXX_VERSION_MAJOR == 7
using binary = std::basic_string<std::byte>;
#else
using binary = pqxx::binarystring;
#endif

inline binary to_binary(std::string_view value) {
#if PQXX_VERSION_MAJOR >= 7
  const auto* data = reinterpret_cast<const std::byte*>(value.data());
  return {data, data + value.size()};
#else
  return {value.data(), value.size()};
#endif
}

inline std::string bytes(const pqxx::field& value) {
#if PQXX_VERSION_MAJOR >= 8
  const auto raw = value.as<pqxx::bytes>();
  return {reinterpret_cast<const char*>(raw.data()), raw.size()};
#elif PQXX_VERSION_MAJOR == 7
  const auto raw = value.as<std::basic_string<std::byte> >();
  return {reinterpret_cast<const char*>(raw.data()), raw.size()};
#else
  const pqxx::binarystring raw(value);
  return {raw.get(), raw.size()};
#endif
}

/// Is it a statement the server refused, so that it is known that nothing was written? Else the state of the connection is not known.
inline bool refused_by_server(const pqxx::sql_error& e) {
  // Class 57P: the server is going away; it may have been in the middle of a commit.
  return !e.sqlstate().empty() && e.sqlstate().compare(0, 3, "57P") != 0 && e.sqlstate().compare(0, 2, "08") != 0;
}

}  // namespace holdfast::persistence::postgresql::shim
