// From a path to its handler, and the frame every handler runs in.
#include "gateway/api/handlers.hpp"

#include "gateway/api/serve.hpp"
#include "gateway/http/problem.hpp"
#include "protocols/base/log.hpp"

namespace holdfast::gateway::api {
namespace {

struct route {
  std::string_view method;
  std::string_view path;  // below the prefix
  std::string_view name;  // operationId
  task<response> (*serve)(call&);
};

constexpr route table[] = {
    {"GET", "/tenant", "getTenant", handlers::get_tenant},
    {"GET", "/resources/search", "searchResources", handlers::search_resources},
    {"POST", "/availability/check", "checkAvailability", handlers::check_availability},
    {"GET", "/events", "listEvents", handlers::list_events},
    {"GET", "/events/{event}", "getEvent", handlers::get_event},
    {"GET", "/events/{event}/availability", "getEventAvailability", handlers::get_event_availability},
    {"GET", "/blocks/{block}", "getBlock", handlers::get_block},
    {"POST", "/holds", "createHold", handlers::create_hold},
    {"PUT", "/holds/{id}", "changeHold", handlers::change_hold},
    {"DELETE", "/holds/{id}", "releaseHold", handlers::release_hold},
    {"POST", "/holds/{id}/extend", "extendHold", handlers::extend_hold},
    {"POST", "/bookings", "createBooking", handlers::create_booking},
    {"GET", "/bookings/{id}", "getBooking", handlers::get_booking},
    {"POST", "/bookings/{id}/cancel", "cancelBooking", handlers::cancel_booking},
    {"GET", "/bookings/{id}/ticket.png", "getTicketImage", handlers::get_ticket_image},
    {"GET", "/bookings/{id}/ticket", "getTicketPage", handlers::get_ticket_page},
    {"GET", "/ticket.css", "getTicketStyle", handlers::get_ticket_style},
    {"GET", "/users/{id}/bookings", "listUserBookings", handlers::list_user_bookings},
    {"POST", "/confirmations", "confirmEmail", handlers::confirm_email},
    {"POST", "/check-ins", "checkIn", handlers::check_in},
    {"PUT", "/admin/tenant", "applyTenant", handlers::apply_tenant},
    {"PUT", "/admin/events/{event}", "applyEvent", handlers::apply_event},
    {"POST", "/admin/events/{event}/open", "openEvent", handlers::open_event},
    {"POST", "/admin/events/{event}/close", "closeEvent", handlers::close_event},
    {"PUT", "/admin/blocks/{block}", "applyBlock", handlers::apply_block},
    {"PUT", "/admin/blocks/{block}/occupation", "setOccupation", handlers::set_occupation},
    {"GET", "/admin/bookings", "listBookings", handlers::list_bookings},
    {"GET", "/openapi.json", "getDocument", handlers::get_document},
};

// Owns everything a handler works on until the answer is given.
detached run(std::shared_ptr<api_context> api, std::shared_ptr<const request> asked, path_parameters at, responder answer_with,
             std::string_view name, operation serve) {
  call c(*api, *asked, at, name);
  std::optional<response> out;
  try {
    out.emplace(co_await serve(c));
  } catch (const std::exception& e) {
    log_of(part::api)->error("{} {} failed: {} [{}]", asked->method, asked->path, e.what(), asked->request_id);
    out.emplace(problem(v1::INTERNAL, {}, *asked));
  }
  c.settle(*out);
  answer_with(std::move(*out));
}

}  // namespace

api_context::api_context(actors::region& r, reads& l, const wall_clock& c, entropy& e, const node_keys& k, settings s)
    : region(r),
      lists(l),
      clock(c),
      random(e),
      keys(k),
      limits(s),
      tenants(s.cached_tenants_max, s.tenant_cached_ms_max),
      events(s.cached_events_max, s.event_cached_ms_max),
      used_keys(s.remembered_keys_max),
      maps(r, s.kept_map_bytes_max) {}

void add_operation(router& to, const std::shared_ptr<api_context>& api, std::string_view method, std::string_view path_below_prefix,
                   std::string_view name, operation serve) {
  to.add(method, std::string(api_prefix).append(path_below_prefix), name,
         [api, name, serve = std::move(serve)](std::shared_ptr<const request> asked, path_parameters at, responder answer_with) {
           run(api, std::move(asked), std::move(at), std::move(answer_with), name, serve);
         });
}

void add_routes(router& to, const std::shared_ptr<api_context>& api) {
  for (const auto& r : table) add_operation(to, api, r.method, r.path, r.name, r.serve);
}

}  // namespace holdfast::gateway::api
