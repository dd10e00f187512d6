#pragma once
// Owners for GMime's counted objects. Include only from the .cpp files that speak to GMime.
#include <gmime/gmime.h>

#include <memory>
#include <string>

namespace holdfast::mail {

struct unref {
  void operator()(gpointer object) const noexcept { g_object_unref(object); }
};
template <class T>
using owned = std::unique_ptr<T, unref>;

struct free_chars {
  void operator()(char* text) const noexcept { g_free(text); }
};
using owned_chars = std::unique_ptr<char, free_chars>;

/// GMime must be set up once per process before anything else of it is called.
inline void prepare_gmime() {
  static const bool done = (g_mime_init(), true);
  (void)done;
}

inline std::string bytes_of(GMimeStream* memory) {
  const auto* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
  return array == nullptr || array->data == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(array->data), array->len);
}

}  // namespace holdfast::mail
