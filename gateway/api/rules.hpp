#pragma once
// What a text in a request must look like: the patterns of protocols/openapi.yaml, one rule each. The contract test holds the two together.
#include <cstddef>
#include <string_view>

namespace holdfast::gateway::api {

struct text_rule {
  std::size_t min = 0;  // characters, not bytes
  std::size_t max = 0;
  bool (*matches)(std::string_view) = nullptr;  // called with a text of at most `max` characters; null: anything
  std::string_view wanted;                      // what is said when it does not match
};

/// Characters of a valid UTF-8 text.
std::size_t characters(std::string_view utf8) noexcept;

namespace rules {

extern const text_rule tenant_slug, event_id, block_id, booking_id, resource_id, user_id;
extern const text_rule currency, language, email, phone, colour, time_zone, flow;
extern const text_rule name;         // a person: one line, not blank, 1 to 100
extern const text_rule title;        // one line, not blank, 1 to 200
extern const text_rule line;         // one line, up to 200
extern const text_rule keyword;      // one line, 1 to 100
extern const text_rule category;     // one line, 1 to 64
extern const text_rule spot_label;   // one line, 1 to 64
extern const text_rule row;          // one line, up to 64
extern const text_rule attribution;  // one line, up to 1,000
extern const text_rule prose;        // any text, up to 10,000
extern const text_rule mail_template_key, mail_template;
extern const text_rule search_text;  // up to 200
extern const text_rule date_input, coordinates, booking_status;
extern const text_rule confirmation_code, link_token, ticket;
extern const text_rule entity_id, entity_name, node_name, log_component, log_level, action_name;

}  // namespace rules
}  // namespace holdfast::gateway::api
