#pragma once
// What guests do: the requests of one booking (or one look at the map), one after the other, and what their answers mean.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load/answer.hpp"

namespace holdfast::bench {

enum class verdict : std::uint8_t {
  next_step,  // the guest goes on with another request
  done,       // booked, or read
  rejected,   // a clear no: sold out, conflict
  failed,     // anything that must not happen
};

struct scenario_options {
  std::string kind;  // pool, map, slot, hold, reserve, block, availability
  std::string tenant;
  std::string resource;  // event or block id; '%' stands for the number of the resource
  std::size_t resources = 1;
  std::string category = "seat";
  std::uint64_t seed = 0;  // two runs against one server must not repeat their idempotency keys
};

class scenario {
public:
  virtual ~scenario() = default;
  /// Appends the next request of this guest.
  virtual void write(std::size_t guest, std::string& out) = 0;
  virtual verdict judge(std::size_t guest, const http_answer&) = 0;

  /// Throws load_error for an unknown kind.
  static std::unique_ptr<scenario> make(const scenario_options&, std::size_t guests);
};

/// Heads and bodies of requests, put together without a library: this runs on the cores that the server needs.
class request_writer {
public:
  request_writer(std::string tenant, std::uint64_t seed) : tenant_(std::move(tenant)), random_(seed) {}

  void get(std::string& out, std::string_view path) const;
  /// With a fresh Idempotency-Key; `access` may be empty.
  void post(std::string& out, std::string_view path, std::string_view body, std::string_view access = {});
  /// ,"userDetails":{…} of a guest with an address of their own.
  void append_guest(std::string& body);
  std::size_t pick(std::size_t n) { return static_cast<std::size_t>(random_() % n); }

private:
  std::string tenant_;
  std::mt19937_64 random_;
};

}  // namespace holdfast::bench
