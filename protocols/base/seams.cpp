#include "protocols/base/seams.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

namespace holdfast {
namespace {

class real_clock final : public wall_clock {
public:
  unix_ms now() const override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
};

void draw(std::span<std::byte> out) {
  // A generator that cannot deliver leaves no safe way to go on: tokens would be guessable.
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size())) != 1) std::abort();
}

/// A thread's store of random bytes: one draw for many ids and nonces, because a draw costs a microsecond however short it is. What was
/// handed out is wiped, and nothing is left when the thread ends.
class drawn_ahead {
public:
  ~drawn_ahead() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

  void take(std::span<std::byte> out) {
    if (out.size() > bytes_.size() - used_) {
      draw(bytes_);
      used_ = 0;
    }
    const auto from = std::span(bytes_).subspan(used_, out.size());
    std::copy(from.begin(), from.end(), out.begin());
    OPENSSL_cleanse(from.data(), from.size());
    used_ += out.size();
  }

private:
  std::array<std::byte, 1024> bytes_;
  std::size_t used_ = bytes_.size();
};

class real_entropy final : public entropy {
public:
  void fill(std::span<std::byte> out) override {
    constexpr std::size_t small = 64;
    if (out.size() > small) return draw(out);
    thread_local drawn_ahead mine;
    mine.take(out);
  }
};

class never final : public fault_plan {
public:
  bool fails(fault_point, std::string_view) override { return false; }
};

}  // namespace

const wall_clock& system_clock() {
  static const real_clock instance;
  return instance;
}

entropy& system_entropy() {
  static real_entropy instance;
  return instance;
}

fault_plan& no_faults() {
  static never instance;
  return instance;
}

std::string random_text(entropy& source, std::size_t n) {
  static constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  std::vector<std::byte> raw(n);
  source.fill(raw);
  std::string out(n, '0');
  for (std::size_t i = 0; i < n; ++i) out[i] = alphabet[static_cast<std::size_t>(raw[i]) & 31U];
  return out;
}

std::array<std::byte, 16> random_nonce(entropy& source) {
  std::array<std::byte, 16> out{};
  source.fill(out);
  return out;
}

}  // namespace holdfast
