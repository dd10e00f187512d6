#include "gateway/http/content_coding.hpp"

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/crc.hpp>
#include <cstdint>
#include <cstdlib>

#include "gateway/http/ascii.hpp"

namespace holdfast::gateway {
namespace {

constexpr int fastest = 1;
constexpr int window_bits = 15;
constexpr int memory_level = 8;
constexpr std::string_view head("\x1f\x8b\x08\0\0\0\0\0\x04\xff", 10);  // deflate, no name, no time, fastest, from anywhere
constexpr std::size_t tail_bytes = 8;

void append_little_endian(std::string& to, std::uint32_t n) {
  for (int shift = 0; shift < 32; shift += 8) to.push_back(static_cast<char>((n >> shift) & 0xffU));
}

}  // namespace

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) noexcept {
  bool yes = false;
  ascii::split_list(accept_encoding, [&](std::string_view item) {
    const auto semicolon = item.find(';');
    if (!ascii::equal(ascii::trim(item.substr(0, semicolon)), coding)) return;
    const auto weight = semicolon == std::string_view::npos ? std::string_view{} : ascii::trim(item.substr(semicolon + 1));
    yes = !weight.starts_with("q=") || weight.find_first_of("123456789") != std::string_view::npos;
  });
  return yes;
}

std::string gzip(std::string_view text) {
  namespace zlib = boost::beast::zlib;
  zlib::deflate_stream deflate;
  deflate.reset(fastest, window_bits, memory_level, zlib::Strategy::normal);
  std::string out(head);
  out.resize(head.size() + deflate.upper_bound(text.size()) + tail_bytes);
  zlib::z_params step;
  step.next_in = text.data();
  step.avail_in = text.size();
  step.next_out = out.data() + head.size();
  step.avail_out = out.size() - head.size();
  boost::system::error_code ec;
  deflate.write(step, zlib::Flush::finish, ec);
  if (ec != zlib::error::end_of_stream) std::abort();  // the bound was computed for this very text
  out.resize(head.size() + step.total_out);
  boost::crc_32_type sum;
  sum.process_bytes(text.data(), text.size());
  append_little_endian(out, sum.checksum());
  append_little_endian(out, static_cast<std::uint32_t>(text.size()));
  return out;
}

}  // namespace holdfast::gateway
