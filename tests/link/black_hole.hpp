#pragma once
// An address on loopback that answers no SYN: a listener whose queue is full drops them, as a host behind a broken cable does.
#include <string>
#include <vector>

namespace holdfast::actors::link::test {

class black_hole {
public:
  black_hole();
  ~black_hole();
  black_hole(const black_hole&) = delete;
  black_hole& operator=(const black_hole&) = delete;
  std::string where() const;

private:
  int listener_;
  std::uint16_t port_ = 0;
  std::vector<int> fillers_;
};

}  // namespace holdfast::actors::link::test
