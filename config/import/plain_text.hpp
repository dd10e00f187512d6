#pragma once
// Text from other people's files: markup out, entities decoded, white space single.
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::config {

/// Tags go (also one that the source cut off in the middle), the usual entities are decoded. The result is text, not HTML: whoever
/// shows it escapes it.
std::string strip_markup(std::string_view text);

/// "A, B, boil before use, C" → A | "B, boil before use" | C: an entry never begins in lower case, so a comma before a small letter
/// belongs to the entry. `truncated`: the source cut the text off, the last entry is not to be trusted.
std::vector<std::string> split_list(std::string_view text, bool truncated);

/// Up to the last full stop; everything when there is none.
std::string whole_sentences(const std::string& text);

}  // namespace holdfast::config
