#include "gateway/api/rules.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "protocols/base/ids.hpp"

namespace holdfast::gateway::api {
namespace {

// RE2 answers in linear time whatever the text. Patterns are compiled on first use and anchored at both ends.
#define HOLDFAST_PATTERN(name, pattern)                               \
  bool name(std::string_view text) {                                  \
    static const re2::RE2 compiled(pattern);                          \
    return re2::RE2::FullMatch({text.data(), text.size()}, compiled); \
  }

HOLDFAST_PATTERN(is_resource, "[a-z0-9-]{1,64}(\\.[a-z0-9-]{1,64})?")
HOLDFAST_PATTERN(is_user, "u_[a-z0-9]{26}")
HOLDFAST_PATTERN(is_currency, "[A-Z]{3}")
HOLDFAST_PATTERN(is_language, "[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
HOLDFAST_PATTERN(is_address,
                 "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
                 "([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]")
HOLDFAST_PATTERN(is_phone, "\\+?[0-9 ().-]{3,32}")
HOLDFAST_PATTERN(is_colour, "#[0-9a-f]{6}")
HOLDFAST_PATTERN(is_zone_name, "[A-Za-z0-9_+/-]*")
HOLDFAST_PATTERN(is_template_key, "[a-z_]{1,40}\\.[A-Za-z0-9-]{2,12}\\.(subject|text|html)")
HOLDFAST_PATTERN(is_date_input, "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,3})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?")
HOLDFAST_PATTERN(is_coordinates, "-?[0-9]{1,2}(\\.[0-9]{1,10})?,-?[0-9]{1,3}(\\.[0-9]{1,10})?")
HOLDFAST_PATTERN(is_confirmation_code, "[A-Za-z0-9]{8}")
HOLDFAST_PATTERN(is_entity_name, "[a-z0-9./-]*")
HOLDFAST_PATTERN(is_node_name, "[A-Za-z0-9._-]{1,64}")
HOLDFAST_PATTERN(is_lower_name, "[a-z_]*")

#undef HOLDFAST_PATTERN

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool one_line(std::string_view text) { return std::none_of(text.begin(), text.end(), is_control); }
bool one_visible_line(std::string_view text) {
  return one_line(text) && std::any_of(text.begin(), text.end(), [](char c) { return c != ' '; });
}
bool visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '!' && c <= '~'; });
}
bool printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_email(std::string_view text) { return text.find('@') <= 64 && is_address(text); }

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
}
bool is_flow(std::string_view text) {
  static constexpr std::array<std::string_view, 3> words{"group", "spot", "performance"};
  return one_of(words, text);
}
bool is_status(std::string_view text) {
  static constexpr std::array<std::string_view, 11> words{"held",      "pending_email", "pending_approval", "pending_payment",
                                                          "confirmed", "checked_in",    "completed",        "no_show",
                                                          "cancelled", "expired",       "waitlisted"};
  return one_of(words, text);
}
bool is_log_level(std::string_view text) {
  static constexpr std::array<std::string_view, 5> words{"trace", "debug", "info", "warn", "error"};
  return one_of(words, text);
}
bool is_entity(std::string_view text) { return parse_entity(text).has_value(); }
bool is_tenant(std::string_view text) { return valid_tenant(text); }
bool is_event(std::string_view text) { return valid_event(text); }
bool is_block(std::string_view text) { return valid_block(text); }
bool is_booking(std::string_view text) { return valid_booking(text); }

}  // namespace

std::size_t characters(std::string_view utf8) noexcept {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

namespace rules {

const text_rule tenant_slug{1, 40, is_tenant, "a tenant's slug: a-z, 0-9 and -"};
const text_rule event_id{1, 64, is_event, "an event's id: a-z, 0-9 and -"};
const text_rule block_id{3, 129, is_block, "a block's id: <event>.<block>"};
const text_rule booking_id{12, 150, is_booking, "a booking's id"};
const text_rule resource_id{1, 129, is_resource, "the id of an event or a block"};
const text_rule user_id{28, 28, is_user, "an account's id"};
const text_rule currency{3, 3, is_currency, "three capital letters (ISO 4217)"};
const text_rule language{2, 12, is_language, "a language code such as \"da\" or \"en\""};
const text_rule email{1, 254, is_email, "an e-mail address"};
const text_rule phone{3, 33, is_phone, "a phone number"};
const text_rule colour{7, 7, is_colour, "a colour such as \"#7a1f3d\""};
const text_rule time_zone{1, 64, is_zone_name, "an IANA time zone"};
const text_rule flow{1, 20, is_flow, "\"group\", \"spot\" or \"performance\""};
const text_rule name{1, 100, one_visible_line, "one line of text"};
const text_rule line{0, 200, one_line, "one line of text"};
const text_rule keyword{1, 100, one_line, "one line of text"};
const text_rule category{1, 64, one_line, "one line of text"};
const text_rule spot_label{1, 64, one_line, "one line of text"};
const text_rule row{0, 64, one_line, "one line of text"};
const text_rule attribution{0, 1000, one_line, "one line of text"};
const text_rule title{1, 200, one_visible_line, "one line of text"};
const text_rule prose{0, 10'000, nullptr, {}};
const text_rule mail_template_key{5, 66, is_template_key, "<template>.<language>.<subject|text|html>"};
const text_rule mail_template{0, 16'000, nullptr, {}};
const text_rule search_text{0, 200, nullptr, {}};
const text_rule date_input{10, 40, is_date_input, "a date or a date-time (ISO 8601)"};
const text_rule coordinates{3, 40, is_coordinates, "latitude,longitude"};
const text_rule booking_status{1, 20, is_status, "a status of a booking"};
const text_rule confirmation_code{8, 8, is_confirmation_code, "8 letters or digits"};
const text_rule link_token{1, 250, visible_ascii, "the token from the link"};
const text_rule entity_id{8, 200, is_entity, "an entity's id: <kind>/<tenant>[/<id>]"};
const text_rule entity_name{1, 200, is_entity_name, "the id of an entity, an event, a block or a booking"};
const text_rule node_name{1, 64, is_node_name, "the name of a node"};
const text_rule log_component{1, 40, is_lower_name, "the name of a component"};
const text_rule log_level{1, 10, is_log_level, "\"trace\", \"debug\", \"info\", \"warn\" or \"error\""};
const text_rule action_name{1, 40, is_lower_name, "the name of an action"};
const text_rule ticket{1, 400, printable_ascii, "the text of the QR code"};

}  // namespace rules
}  // namespace holdfast::gateway::api
