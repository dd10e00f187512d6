// The document that describes this API, carried inside the program.
#include "gateway/api/document.hpp"

#include "gateway/api/handlers.hpp"

namespace holdfast::gateway::api::handlers {

task<response> get_document(call& c) {
  if (const auto refusal = c.no_query()) co_return c.refuse(*refusal);
  static const auto text = std::make_shared<const std::string>(openapi_document());
  response out;
  out.content_type = "application/json";
  out.body = text;
  out.headers.emplace_back("Cache-Control", "public, max-age=300");
  co_return out;
}

}  // namespace holdfast::gateway::api::handlers
