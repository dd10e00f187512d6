#pragma once
// Method and path pattern → handler. Patterns are literal segments and {name} segments: "/api/v1/bookings/{id}/cancel".
// A literal wins over a parameter, and what it decides is not reconsidered. Unknown path 404, known path with another method 405
// with Allow, OPTIONS answered from the table, HEAD served by GET (the server leaves the body out).
#include <memory>

#include "gateway/http/exchange.hpp"

namespace holdfast::gateway {

class router {
public:
  router();
  ~router();
  router(const router&) = delete;
  router& operator=(const router&) = delete;

  /// Ambiguous or malformed patterns abort: they are programming errors. `name` labels metrics and the access log.
  /// Add everything before the server starts: afterwards the table is read by several threads.
  void add(std::string_view method, std::string_view pattern, std::string_view name, handler);
  /// Serves everything below a prefix that no pattern matches (the pages). The longest prefix wins.
  void add_fallback(std::string_view method, std::string_view prefix, std::string_view name, handler);

  struct match {
    const handler* serve;  // never null: 404 and 405 have handlers too
    path_parameters parameters;
    std::string_view name;  // "none" where nothing matched
  };
  match find(const request&) const;

private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace holdfast::gateway
