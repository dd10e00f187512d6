// Lists of bookings, from the read model.
#include <algorithm>

#include "gateway/api/handlers.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/api/placing.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::gateway::api::handlers {
namespace {

struct list_request {
  std::optional<std::string> booking;  // that a guest owns
  persistence::booking_filter filter;
  persistence::page at;
};

void read_common(query_reader& in, list_request& out) {
  if (const auto status = in.text("status", rules::booking_status)) out.filter.status = status_of(*status);
  out.at = read_page(in);
}

task<response> page_of_bookings(call& c, list_request asked, audience who) {
  const auto query = [asked](persistence::read_model& model) { return model.bookings(asked.filter, asked.at); };
  const auto found = co_await c.list<persistence::page_of<persistence::booking_row>>(query);
  if (!found) co_return c.refuse(found.error());
  co_return c.ok(page_json(*found, asked.at, [&](const auto& row) { return booking_json(row.booking, c.tenant_slug(), who); }));
}

// The guest proves to own one booking of the account; that the address is the account's was proved by its e-mail.
task<std::optional<v1::Rejection>> not_own_account(call& c, std::optional<std::string> booking, booking_access caller) {
  if (!booking) co_return reject_field("booking", "required", "name one of your bookings");
  const auto own = co_await find_booking(c, *booking, caller);
  if (!own) co_return own.error();
  if (!(*own)->email_confirmed() || persistence::user_id_for(c.tenant_slug(), (*own)->contact().email()) != c.at.at("id"))
    co_return reject(v1::NOT_FOUND);
  co_return std::optional<v1::Rejection>();
}

}  // namespace

task<response> list_user_bookings(call& c) {
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  auto asked = c.parameters([&](query_reader& in) {
    list_request out;
    out.filter.tenant = c.tenant_slug();
    out.filter.user_id = c.at.at("id");
    out.booking = in.text("booking", rules::booking_id);
    read_common(in, out);
    return out;
  });
  if (!asked) co_return c.refuse(asked.error());
  const auto caller = c.booking_caller();
  if (!caller) co_return c.refuse(caller.error());
  if (!rules::user_id.matches(c.at.at("id"))) co_return c.refuse(v1::NOT_FOUND);
  if (caller->actor == v1::ACTOR_GUEST) {
    const auto refusal = co_await not_own_account(c, asked->booking, *caller);
    if (refusal) co_return c.refuse(*refusal);
  }
  co_return co_await page_of_bookings(c, std::move(*asked), caller->who());
}

task<response> list_bookings(call& c) {
  const auto who = c.staff({"staff", "admin"});
  if (!who) co_return c.refuse(who.error());
  const auto tenant = co_await c.tenant();
  if (!tenant) co_return c.refuse(tenant.error());
  auto asked = c.parameters([&](query_reader& in) {
    list_request out;
    out.filter.tenant = c.tenant_slug();
    out.filter.event_id = in.text("eventId", rules::event_id);
    out.filter.email = in.text("email", rules::email);
    out.filter.confirmation_code = in.text("confirmationCode", rules::confirmation_code);
    if (auto& code = out.filter.confirmation_code) *code = upper(*code);
    read_common(in, out);
    return out;
  });
  if (!asked) co_return c.refuse(asked.error());
  co_return co_await page_of_bookings(c, std::move(*asked), audience::staff);
}

}  // namespace holdfast::gateway::api::handlers
