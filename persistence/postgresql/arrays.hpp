#pragma once
// Arrays for unnest: how a statement takes many rows in one round trip. They travel in PostgreSQL's binary format: as text, every byte of
// a payload would be two digits, and the server spent more time on reading those than on storing the row.
#include <cstdint>
#include <string>
#include <string_view>

#include "persistence/postgresql/pqxx.hpp"

namespace holdfast::persistence::postgresql {

class array_parameter {
public:
  void add_null();
  bool empty() const noexcept { return count_ == 0; }
  /// The parameter as libpqxx takes it; the object is done for.
  shim::binary take();

protected:
  /// `type`: number of the elements' type, the same in every PostgreSQL (pg_type.dat).
  explicit array_parameter(std::uint32_t type);

  void add_bytes(std::string_view);
  void add_big_endian(std::uint64_t value, std::size_t bytes);

private:
  std::string out_;
  std::uint32_t count_ = 0;
  bool any_null_ = false;
};

class bytea_array : public array_parameter {
public:
  bytea_array() : array_parameter(17) {}
  void add(std::string_view bytes) { add_bytes(bytes); }
};

class text_array : public array_parameter {
public:
  text_array() : array_parameter(25) {}
  /// NUL characters are left out: PostgreSQL has no such character in a text.
  void add(std::string_view text);
};

class smallint_array : public array_parameter {
public:
  smallint_array() : array_parameter(21) {}
  void add(std::int16_t value) { add_big_endian(static_cast<std::uint16_t>(value), sizeof value); }
};

class integer_array : public array_parameter {
public:
  integer_array() : array_parameter(23) {}
  void add(std::int32_t value) { add_big_endian(static_cast<std::uint32_t>(value), sizeof value); }
};

class bigint_array : public array_parameter {
public:
  bigint_array() : array_parameter(20) {}
  void add(std::int64_t value) { add_big_endian(static_cast<std::uint64_t>(value), sizeof value); }
};

class double_array : public array_parameter {
public:
  double_array() : array_parameter(701) {}
  void add(double value);
};

}  // namespace holdfast::persistence::postgresql
