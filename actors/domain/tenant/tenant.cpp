#include "actors/domain/tenant/tenant.hpp"

#include <algorithm>
#include <set>

#include "actors/domain/digest.hpp"
#include "actors/domain/validation.hpp"
#include "protocols/base/errors.hpp"

namespace holdfast::domain {
namespace {

constexpr int shows_max = 1'000;
constexpr int languages_max = 20;
constexpr int mail_templates_max = 200;
constexpr std::size_t mail_template_max = 64'000;

void check_languages(field_errors& errors, const v1::TenantDefinition& definition) {
  if (definition.languages().empty()) errors.add("languages", "required", "at least one");
  if (definition.languages_size() > languages_max) return errors.add("languages", "range", "at most " + std::to_string(languages_max));
  std::set<std::string_view> seen;
  for (int i = 0; i < definition.languages_size(); ++i) {
    const auto at = "languages[" + std::to_string(i) + "]";
    if (!language(definition.languages(i))) errors.add(at, "format", "not a language");
    if (!seen.insert(definition.languages(i)).second) errors.add(at, "duplicate", "named twice");
  }
}

void check_shows(field_errors& errors, const v1::TenantDefinition& definition) {
  if (definition.shows_size() > shows_max) return errors.add("shows", "range", "at most " + std::to_string(shows_max));
  std::set<std::string_view> seen;
  for (int i = 0; i < definition.shows_size(); ++i) {
    const auto& show = definition.shows(i);
    const auto at = "shows[" + std::to_string(i) + "].";
    if (!valid_event(show.id())) errors.add(at + "id", show.id().empty() ? "required" : "format", "lower-case letters, digits and dashes");
    if (!seen.insert(show.id()).second) errors.add(at + "id", "duplicate", "named twice");
    check_texts(errors, at + "title", show.title(), true);
    check_texts(errors, at + "description", show.description(), false, long_text_max);
  }
}

void check_mail_templates(field_errors& errors, const v1::TenantDefinition& definition) {
  if (static_cast<int>(definition.mail_templates().size()) > mail_templates_max)
    errors.add("mailTemplates", "range", "at most " + std::to_string(mail_templates_max));
  for (const auto& [name, text] : definition.mail_templates()) {
    check_required(errors, "mailTemplates", name);
    if (text.size() > mail_template_max)
      errors.add("mailTemplates." + name, "range", "at most " + std::to_string(mail_template_max) + " bytes");
  }
}

field_errors check(const v1::TenantDefinition& definition, std::string_view slug) {
  field_errors errors;
  if (definition.slug() != slug) errors.add("slug", "format", "not the slug of this tenant");
  check_required(errors, "name", definition.name());
  if (!known_flow(definition.flow())) errors.add("flow", "required", "group, spot or performance");
  if (!currency(definition.currency())) errors.add("currency", "format", "three capital letters");
  check_required(errors, "timeZone", definition.time_zone(), 64);
  check_languages(errors, definition);
  check_policy(errors, "policy", definition.policy());
  check_shows(errors, definition);
  check_texts(errors, "intro", definition.intro(), false, long_text_max);
  if (!definition.accent_color().empty() && !color(definition.accent_color())) errors.add("accentColor", "format", "#rrggbb");
  if (!definition.mail_from().empty() && !email(definition.mail_from())) errors.add("mailFrom", "format", "not an e-mail address");
  check_optional(errors, "attribution", definition.attribution(), 1'000);
  check_mail_templates(errors, definition);
  return errors;
}

}  // namespace

outcome tenant::decide(const v1::Command& command, unix_ms) const {
  if (command.has_apply_tenant()) return decide_apply(command.apply_tenant().definition());
  const bool known = command.has_get_tenant() || command.has_suspend_tenant() || command.has_resume_tenant();
  if (!known) return reject(v1::INTERNAL, "not a command for a tenant");
  if (!applied()) return reject(v1::NOT_FOUND);
  if (command.has_suspend_tenant()) return decide_suspend(command.suspend_tenant());
  if (command.has_resume_tenant()) return decide_resume(command.resume_tenant());
  return v1::Entry{};
}

outcome tenant::decide_apply(const v1::TenantDefinition& definition) const {
  if (auto errors = check(definition, slug_); errors.any()) return errors.take();
  const auto digest = sha256(canonical_bytes(definition));
  v1::Entry out;
  if (digest == digest_) return out;
  auto& event = *out.add_tenant()->mutable_applied();
  *event.mutable_definition() = definition;
  event.set_digest(digest);
  return out;
}

/// The first suspension counts: who suspends again does not change since when and why.
outcome tenant::decide_suspend(const v1::SuspendTenant& asked) const {
  field_errors errors;
  check_required(errors, "reason", asked.reason());
  if (errors.any()) return errors.take();
  v1::Entry out;
  if (suspension_) return out;
  auto& event = *out.add_tenant()->mutable_suspended();
  event.set_reason(asked.reason());
  event.set_by(asked.by());
  return out;
}

outcome tenant::decide_resume(const v1::ResumeTenant& asked) const {
  v1::Entry out;
  if (suspension_) out.add_tenant()->mutable_resumed()->set_by(asked.by());
  return out;
}

void tenant::evolve(const v1::Entry& entry, sequence at) {
  version_ = at;
  for (const auto& e : entry.tenant()) {
    if (e.has_applied()) {
      definition_ = e.applied().definition();
      digest_ = e.applied().digest();
    } else if (e.has_suspended()) {
      auto& now = suspension_.emplace();
      now.set_reason(e.suspended().reason());
      now.set_by(e.suspended().by());
      now.set_since_ms(entry.at_ms());
    } else if (e.has_resumed()) {
      suspension_.reset();
    }
  }
}

consequences tenant::follow(const v1::Command&, const v1::Entry& entry, unix_ms) const {
  consequences out;
  auto& view = *out.reply.mutable_tenant();
  *view.mutable_definition() = definition_;
  view.set_version(version_.value);
  view.set_changed(entry.tenant_size() > 0);
  if (suspension_) *view.mutable_suspension() = *suspension_;
  if (entry.tenant_size() > 0) {
    auto& change = out.changes.emplace_back();
    change.set_topic("tenant:" + slug_);
    change.set_tenant_slug(slug_);
    change.set_version(version_.value);
    change.mutable_tenant()->set_redefined(true);
  }
  return out;
}

/// Never due; a tenant has no deadlines.
v1::Command tenant::tick() const {
  v1::Command out;
  out.set_entity_id(tenant_entity(slug_).value);
  out.mutable_expire_due();
  return out;
}

void tenant::save(v1::EntitySnapshot& out) const {
  out.set_sequence(version_.value);
  auto& state = *out.mutable_tenant();
  if (!applied()) return;
  *state.mutable_definition() = definition_;
  state.set_digest(digest_);
  if (suspension_) *state.mutable_suspension() = *suspension_;
}

bool tenant::restore(const v1::EntitySnapshot& in) {
  if (in.core_case() != v1::EntitySnapshot::kTenant) return false;
  if (in.tenant().has_definition() && in.tenant().definition().slug() != slug_) return false;
  version_ = {in.sequence()};
  definition_ = in.tenant().definition();
  digest_ = in.tenant().digest();
  suspension_.reset();
  if (in.tenant().has_suspension()) suspension_ = in.tenant().suspension();
  return true;
}

}  // namespace holdfast::domain
