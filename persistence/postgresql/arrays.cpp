#include "persistence/postgresql/arrays.hpp"

#include <bit>
#include <utility>

namespace holdfast::persistence::postgresql {
namespace {

// What array_send writes and array_recv reads, integers of four bytes, the highest first: dimensions, any nulls, type; of the one
// dimension its length and first index; then each element behind its length, -1 for null. An empty array has no dimension.
constexpr std::size_t dimensions_at = 0;
constexpr std::size_t nulls_at = 4;
constexpr std::size_t type_at = 8;
constexpr std::size_t length_at = 12;
constexpr std::size_t first_index_at = 16;
constexpr std::size_t head_bytes = 20;
constexpr std::size_t empty_bytes = 12;
constexpr std::size_t integer_bytes = 4;

void put(char* to, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = bytes; i-- > 0; value >>= 8U) to[i] = static_cast<char>(value & 0xffU);
}

void append(std::string& out, std::uint64_t value, std::size_t bytes) {
  const auto at = out.size();
  out.resize(at + bytes);
  put(out.data() + at, value, bytes);
}

}  // namespace

array_parameter::array_parameter(std::uint32_t type) : out_(head_bytes, '\0') {
  put(out_.data() + type_at, type, integer_bytes);
  put(out_.data() + first_index_at, 1, integer_bytes);
}

void array_parameter::add_null() {
  ++count_;
  any_null_ = true;
  append(out_, 0xffffffffU, integer_bytes);
}

void array_parameter::add_bytes(std::string_view bytes) {
  ++count_;
  append(out_, bytes.size(), integer_bytes);
  out_ += bytes;
}

void array_parameter::add_big_endian(std::uint64_t value, std::size_t bytes) {
  ++count_;
  append(out_, bytes, integer_bytes);
  append(out_, value, bytes);
}

shim::binary array_parameter::take() {
  put(out_.data() + dimensions_at, count_ > 0 ? 1 : 0, integer_bytes);
  put(out_.data() + nulls_at, any_null_ ? 1 : 0, integer_bytes);
  put(out_.data() + length_at, count_, integer_bytes);
  if (count_ == 0) out_.resize(empty_bytes);
  return shim::to_binary(std::exchange(out_, {}));
}

void text_array::add(std::string_view text) {
  if (text.find('\0') == std::string_view::npos) return add_bytes(text);
  std::string kept(text);
  std::erase(kept, '\0');
  add_bytes(kept);
}

void double_array::add(double value) { add_big_endian(std::bit_cast<std::uint64_t>(value), sizeof value); }

}  // namespace holdfast::persistence::postgresql
