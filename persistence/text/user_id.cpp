#include <openssl/evp.h>

#include <array>
#include <cstdlib>

#include "persistence/read_model.hpp"
#include "persistence/text/fold.hpp"

namespace holdfast::persistence {

std::string user_id_for(std::string_view tenant, std::string_view email) {
  static constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  static constexpr std::size_t length = 26;
  // The separator cannot occur in a tenant, so no two pairs hash the same text.
  const auto text = std::string(tenant).append(1, '\0').append(fold_email(email));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) std::abort();
  std::string out = "u_";
  for (std::size_t bit = 0; bit < length * 5; bit += 5) {
    const auto pair = static_cast<unsigned>(digest.at(bit / 8) << 8U | digest.at(bit / 8 + 1));
    out += alphabet[(pair >> (11U - bit % 8)) & 31U];
  }
  return out;
}

}  // namespace holdfast::persistence
