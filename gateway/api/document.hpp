#pragma once
// protocols/openapi.yaml as JSON; written into the program when it is built (embed_document.py).
#include <string_view>

namespace holdfast::gateway::api {

std::string_view openapi_document() noexcept;

}  // namespace holdfast::gateway::api
