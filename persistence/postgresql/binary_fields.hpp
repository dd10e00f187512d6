#pragma once
// Fields of an answer in the binary format of their types (connection::run_binary).
#include <cstdint>
#include <string>

#include "persistence/postgresql/pqxx.hpp"

namespace holdfast::persistence::postgresql {

/// text or bytea.
inline std::string binary_bytes(const pqxx::field& field) { return {field.c_str(), field.size()}; }

/// bigint.
inline std::int64_t binary_bigint(const pqxx::field& field) {
  if (field.size() != sizeof(std::int64_t)) throw pqxx::data_exception("a bigint was expected");
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i) value = value << 8U | static_cast<unsigned char>(field.c_str()[i]);
  return static_cast<std::int64_t>(value);
}

}  // namespace holdfast::persistence::postgresql
