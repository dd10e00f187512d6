#include "gateway/api/block_text.hpp"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <string_view>

#include "gateway/api/views.hpp"

namespace holdfast::gateway::api {
namespace {

constexpr std::size_t spot_bytes_about = 192;

bool plain(char c) noexcept { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }

void append_text(std::string& out, std::string_view text) {
  if (std::all_of(text.begin(), text.end(), plain)) {
    out.append("\"").append(text).append("\"");
  } else {
    out.append(json::serialize(json::value(text)));
  }
}

template <class Number>
void append_number(std::string& out, Number n) {
  std::array<char, 24> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), n).ptr);
}

std::string_view bool_text(bool value) noexcept { return value ? "true" : "false"; }

std::string_view state_of(const v1::SpotView& spot) noexcept {
  if (spot.closed()) return "closed";
  if (spot.free() > 0) return "free";
  return spot.held() > 0 ? "held" : "taken";
}

/// The fields of SpotChange, without braces.
void append_state(std::string& out, const v1::SpotView& spot) {
  out.append(R"("label":)");
  append_text(out, spot.label());
  out.append(R"(,"capacity":)");
  append_number(out, spot.capacity());
  out.append(R"(,"free":)");
  append_number(out, spot.free());
  out.append(R"(,"held":)");
  append_number(out, spot.held());
  out.append(R"(,"closed":)").append(bool_text(spot.closed()));
  out.append(R"(,"state":")").append(state_of(spot)).append("\"");
}

/// What a spot is besides, from its definition.
void append_definition(std::string& out, const v1::SpotDefinition& spot) {
  out.append(R"(,"category":)");
  append_text(out, spot.category());
  out.append(R"(,"row":)");
  append_text(out, spot.row());
  out.append(R"(,"x":)");
  append_number(out, spot.x());
  out.append(R"(,"y":)");
  append_number(out, spot.y());
}

}  // namespace

std::string block_text(const v1::BlockView& view) {
  auto out = json::serialize(block_frame_json(view));
  const auto spots = std::min(view.spots_size(), view.definition().spots_size());
  out.reserve(out.size() + spot_bytes_about * static_cast<std::size_t>(spots) + 16);
  out.back() = ',';  // instead of the closing brace
  out.append(R"("spots":[)");
  for (int i = 0; i < spots; ++i) {
    out.append(i == 0 ? "{" : ",{");
    append_state(out, view.spots(i));
    append_definition(out, view.definition().spots(i));
    out.append("}");
  }
  out.append("]}");
  return out;
}

std::string block_changes_text(const v1::BlockChange& change) {
  std::string out(R"({"spots":[)");
  for (int i = 0; i < change.spots_size(); ++i) {
    out.append(i == 0 ? "{" : ",{");
    append_state(out, change.spots(i));
    out.append("}");
  }
  out.append(R"(],"figures":)").append(json::serialize(figures_json(change.figures())));
  out.append(R"(,"open":)").append(bool_text(change.open())).append("}");
  return out;
}

}  // namespace holdfast::gateway::api
