#include "config/tenants/tenant_file.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "actors/domain/inheritance.hpp"
#include "config/tenants/local_time.hpp"
#include "config/tenants/money.hpp"
#include "config/tenants/parts.hpp"
#include "protocols/base/ids.hpp"

namespace holdfast::config {
namespace {

void read_flow(table_reader& in, v1::TenantDefinition& out) {
  std::string flow;
  if (!in.read("flow", flow, need::required)) return;
  if (flow == "group")
    out.set_flow(v1::FLOW_GROUP);
  else if (flow == "spot")
    out.set_flow(v1::FLOW_SPOT);
  else if (flow == "performance")
    out.set_flow(v1::FLOW_PERFORMANCE);
  else
    in.complain("flow", "is one of \"group\", \"spot\" and \"performance\", not \"" + flow + "\"");
}

void read_languages(table_reader& in, v1::TenantDefinition& out) {
  std::vector<std::string> languages;
  if (!in.read("languages", languages, need::required)) return;
  const std::set<std::string> different(languages.begin(), languages.end());
  if (languages.empty() || different.size() != languages.size())
    in.complain("languages", "name each language once, the first is the default");
  static const re2::RE2 tag("[a-z]{2,3}(-[A-Z]{2})?");
  for (const auto& language : languages) {
    if (!re2::RE2::FullMatch(language, tag)) in.complain("languages", "\"" + language + "\" is not a language tag like \"da\" or \"en\"");
    out.add_languages(language);
  }
}

/// Optional text that must match a pattern; `what` completes the sentence "must be …".
void read_matching(table_reader& in, std::string_view key, const char* pattern, const char* what, need wanted, std::string& out) {
  if (!in.read(key, out, wanted)) return;
  if (!re2::RE2::FullMatch(out, pattern)) in.complain(key, std::string("must be ") + what);
}

void read_identity(table_reader& in, file_facts& facts) {
  auto& tenant = facts.tenant;
  if (in.read("slug", *tenant.mutable_slug(), need::required) && !valid_tenant(tenant.slug()))
    in.complain("slug", "is 1 to 40 characters of a-z, 0-9 and '-'");
  in.read("name", *tenant.mutable_name(), need::required);
  read_flow(in, tenant);
  if (in.read("currency", *tenant.mutable_currency(), need::required)) {
    const auto digits = currency_digits(tenant.currency());
    if (!digits) in.complain("currency", "\"" + tenant.currency() + "\" is not an ISO 4217 code like \"DKK\"");
    facts.currency_digits = digits.value_or(2);
  }
  if (in.read("time_zone", *tenant.mutable_time_zone(), need::required) && !known_zone(tenant.time_zone())) {
    in.complain("time_zone", "\"" + tenant.time_zone() + "\" is not a zone of this system, e.g. \"Europe/Copenhagen\"");
    tenant.set_time_zone("UTC");  // so that its dates do not all complain too
  }
}

void read_tenant(table_reader in, file_facts& facts) {
  auto& tenant = facts.tenant;
  read_identity(in, facts);
  read_languages(in, tenant);
  read_texts(in, "intro", facts, need::optional, *tenant.mutable_intro());
  read_matching(in, "accent_color", "#[0-9a-f]{6}", "a colour like \"#1d6b4f\"", need::optional, *tenant.mutable_accent_color());
  read_matching(in, "mail_from", "[^@\\s]+@[^@\\s]+", "an e-mail address", need::optional, *tenant.mutable_mail_from());
  in.read("attribution", *tenant.mutable_attribution());
  std::map<std::string, std::string> templates;
  if (in.read("mail_templates", templates)) tenant.mutable_mail_templates()->insert(templates.begin(), templates.end());
  in.finish();
}

void read_show(table_reader in, file_facts& facts) {
  auto& show = *facts.tenant.add_shows();
  show.set_published(true);
  if (in.read("id", *show.mutable_id(), need::required) && !valid_event(show.id()))
    in.complain("id", "is 1 to 64 characters of a-z, 0-9 and '-'");
  const auto& all = facts.tenant.shows();
  if (std::count_if(all.begin(), all.end(), [&](const auto& other) { return other.id() == show.id(); }) > 1)
    in.complain("id", "another show has the id \"" + show.id() + "\" already");
  read_texts(in, "title", facts, need::required, *show.mutable_title());
  read_texts(in, "description", facts, need::optional, *show.mutable_description());
  bool published = true;
  if (in.read("published", published)) show.set_published(published);
  in.finish();
}

void read_rest(table_reader& top, file_facts& facts, tenant_bundle& out) {
  if (auto policy = top.table("policy")) read_policy(*policy, *facts.tenant.mutable_policy());
  *facts.tenant.mutable_policy() = domain::policy_for(facts.tenant);
  read_categories(top, facts);
  for (auto& show : top.tables("show")) read_show(show, facts);
  for (auto& event : top.tables("event")) read_event(event, facts, out);
  for (auto& season : top.tables("season")) read_season(season, facts, out);
  top.finish();
}

void check_event_ids(const tenant_bundle& bundle, problem_list& problems) {
  std::set<std::string> seen;
  for (const auto& [event, blocks] : bundle.events)
    if (!seen.insert(event.id()).second) problems.add(0, 0, "two events have the id \"" + event.id() + "\"");
  if (bundle.events.size() > events_per_file_max)
    problems.add(0, 0, "defines more than " + std::to_string(events_per_file_max) + " events; split it");
}

}  // namespace

std::size_t tenant_bundle::spots() const {
  std::size_t out = 0;
  for (const auto& [event, blocks] : events)
    for (const auto& block : blocks) out += static_cast<std::size_t>(block.spots_size());
  return out;
}

tenant_bundle parse_tenant(std::string_view text, problem_list& problems) {
  tenant_bundle out;
  const auto document = parse_document(text, problems);
  if (!document) return out;
  table_reader top(*document, "the file", problems);
  file_facts facts;
  auto tenant = top.table("tenant", need::required);
  if (!tenant) return out;
  read_tenant(*tenant, facts);
  read_rest(top, facts, out);
  out.tenant = std::move(facts.tenant);
  check_event_ids(out, problems);
  return out;
}

tenant_bundle read_tenant_file(const std::string& path, problem_list& problems) {
  const auto text = read_file(path, tenant_file_bytes_max, problems);
  return text ? parse_tenant(*text, problems) : tenant_bundle{};
}

}  // namespace holdfast::config
