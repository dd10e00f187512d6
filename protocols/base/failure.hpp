#pragma once
// Failed, as opposed to rejected: the outcome is unknown or nothing could be done. Rejections are v1::Rejection.
#include <boost/system/result.hpp>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace holdfast {

enum class failure_code : std::uint8_t {
  unavailable,     // the store cannot be reached or did not answer in time; try again later
  schema_too_new,  // written by a newer program
  corrupt,         // stored bytes do not decode, or a sequence has a gap
  stale_epoch,     // another owner took the shard
  conflict,        // (entity, sequence) is already there
  disk_full,
  invalid_argument,
  not_found,
};

struct failure {
  failure_code code = failure_code::unavailable;
  std::string detail;
};

/// value or failure; never throws across a seam.
template <class T>
using result = boost::system::result<T, failure>;

[[noreturn]] inline void throw_exception_from_error(const failure& f, const boost::source_location&) { throw std::runtime_error(f.detail); }

inline failure fail(failure_code code, std::string detail) { return {code, std::move(detail)}; }

}  // namespace holdfast
