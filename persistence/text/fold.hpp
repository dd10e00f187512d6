#pragma once
// Text as it is compared: no case, no accents, no punctuation. "Søndre Ærø – Whangārei" and "sondre aero whangarei" are the same.
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::persistence {

inline constexpr std::size_t search_words_max = 16;

/// Folded words, one space between them; bytes that are no UTF-8 become spaces.
std::string fold_text(std::string_view utf8);

/// The words of a query, folded, at most search_words_max; each contains letters and digits only.
std::vector<std::string> fold_words(std::string_view utf8);

/// Trimmed, lower case; nothing else is changed: an address keeps its accents.
std::string fold_email(std::string_view utf8);

}  // namespace holdfast::persistence
