#pragma once
// Beast's request parser behind a small face: it reads the head a second time (it must agree with the strict reader) and then the body,
// with its length or its chunks.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace holdfast::gateway {

class body_reader {
public:
  body_reader(std::size_t head_bytes_max, std::uint64_t body_bytes_max);
  ~body_reader();

  enum class progress { more, done, malformed, too_large };
  struct outcome {
    progress state;
    std::size_t consumed;
  };
  /// The first bytes must be a whole head. Feed what was not consumed again, with more behind it.
  outcome feed(std::string_view bytes);

  std::size_t body_size() const noexcept;
  std::string take_body();

private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace holdfast::gateway
