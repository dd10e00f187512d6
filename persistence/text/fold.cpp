#include "persistence/text/fold.hpp"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <memory>

namespace holdfast::persistence {
namespace {

// Latin-ASCII knows what plain decomposition does not: ø, æ, ß, đ, ł. Marks that are left over (other scripts) are dropped after it.
std::unique_ptr<icu::Transliterator> make_plain_letters() {
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::Transliterator> out(icu::Transliterator::createInstance(
      icu::UnicodeString::fromUTF8("NFKC; Latin-ASCII; NFD; [:Nonspacing Mark:] Remove; NFC"), UTRANS_FORWARD, status));
  return U_SUCCESS(status) ? std::move(out) : nullptr;
}

thread_local const std::unique_ptr<icu::Transliterator> plain_letters = make_plain_letters();

icu::UnicodeString from_utf8(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

}  // namespace

std::string fold_text(std::string_view utf8) {
  auto text = from_utf8(utf8);
  if (plain_letters) plain_letters->transliterate(text);
  text.foldCase();
  icu::UnicodeString words;
  bool gap = false;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (u_isalnum(c) == 0) {
      gap = !words.isEmpty();
      continue;
    }
    if (gap) words.append(u' ');
    gap = false;
    words.append(c);
  }
  std::string out;
  words.toUTF8String(out);
  return out;
}

std::vector<std::string> fold_words(std::string_view utf8) {
  const auto folded = fold_text(utf8);
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < folded.size() && words.size() < search_words_max;) {
    const auto end = std::min(folded.find(' ', begin), folded.size());
    words.push_back(folded.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::string fold_email(std::string_view utf8) {
  auto text = from_utf8(utf8);
  text.trim();
  text.toLower(icu::Locale::getRoot());
  std::string out;
  text.toUTF8String(out);
  return out;
}

}  // namespace holdfast::persistence
