#include <png.h>

#include <cstdint>
#include <list>
#include <mutex>
#include <qrcodegen.hpp>
#include <unordered_map>
#include <vector>

#include "gateway/tickets/ticket.hpp"

namespace holdfast::tickets {
namespace {

constexpr int pixels_per_module = 8;
constexpr int quiet_modules = 4;  // ISO/IEC 18004: at least four

// One bit per pixel, rows padded to bytes; 1 is white.
std::vector<std::uint8_t> pixels(const qrcodegen::QrCode& code, int side, std::size_t stride) {
  std::vector<std::uint8_t> out(stride * static_cast<std::size_t>(side), 0xFF);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      if (code.getModule(x / pixels_per_module - quiet_modules, y / pixels_per_module - quiet_modules))
        out[static_cast<std::size_t>(y) * stride + static_cast<std::size_t>(x) / 8] &=
            static_cast<std::uint8_t>(~(0x80U >> (static_cast<unsigned>(x) % 8U)));
  return out;
}

void append_bytes(png_structp png, png_bytep data, png_size_t size) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(data), size);
}
void flush_nothing(png_structp) {}

// libpng reports errors by longjmp: nothing with a destructor is made between setjmp and the end.
bool write_png(std::string& out, std::vector<std::uint8_t>& bits, int side, std::size_t stride) {
  auto* png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  auto* info = png == nullptr ? nullptr : png_create_info_struct(png);
  if (info == nullptr || setjmp(png_jmpbuf(png)) != 0) {
    png_destroy_write_struct(&png, &info);
    return false;
  }
  png_set_write_fn(png, &out, append_bytes, flush_nothing);
  png_set_IHDR(png, info, static_cast<png_uint_32>(side), static_cast<png_uint_32>(side), 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_filter(png, 0, PNG_FILTER_NONE);  // filters cost bytes on bits that repeat by rows
  png_write_info(png, info);
  for (int y = 0; y < side; ++y) png_write_row(png, bits.data() + static_cast<std::size_t>(y) * stride);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return true;
}

std::string draw(std::string_view text) {
  if (text.empty() || text.size() > qr_text_bytes_max) return {};
  const auto code = qrcodegen::QrCode::encodeText(std::string(text).c_str(), qrcodegen::QrCode::Ecc::MEDIUM);
  const auto side = (code.getSize() + 2 * quiet_modules) * pixels_per_module;
  const auto stride = (static_cast<std::size_t>(side) + 7) / 8;
  auto bits = pixels(code, side, stride);
  std::string out;
  return write_png(out, bits, side, stride) ? out : std::string();
}

// Least recently used goes first.
class recent_codes {
public:
  std::string get(std::string_view text) {
    {
      const std::lock_guard guard(mutex_);
      if (const auto it = index_.find(text); it != index_.end()) {
        order_.splice(order_.begin(), order_, it->second);
        return it->second->png;
      }
    }
    auto png = draw(text);  // outside the lock: two threads may draw the same code, neither waits for the other
    const std::lock_guard guard(mutex_);
    if (!png.empty() && !index_.contains(text)) {
      order_.push_front({std::string(text), png});
      index_.emplace(order_.front().text, order_.begin());
      if (order_.size() > codes_max) {
        index_.erase(order_.back().text);
        order_.pop_back();
      }
    }
    return png;
  }

private:
  struct code {
    std::string text, png;
  };
  static constexpr std::size_t codes_max = 256;
  std::mutex mutex_;
  std::list<code> order_;
  std::unordered_map<std::string_view, std::list<code>::iterator> index_;  // keys live in order_
};

}  // namespace

std::string qr_png(std::string_view text) {
  static recent_codes recent;
  return recent.get(text);
}

}  // namespace holdfast::tickets
