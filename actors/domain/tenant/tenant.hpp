#pragma once
// The tenant: settings, branding, catalogue of shows. One command changes them, and only as a whole. Beside them operators may suspend it:
// then the gateway takes no new bookings for it.
#include <optional>
#include <string>
#include <string_view>

#include "actors/domain/core.hpp"

namespace holdfast::domain {

class tenant final : public core {
public:
  explicit tenant(std::string_view slug) : slug_(slug) {}

  outcome decide(const v1::Command&, unix_ms now) const override;
  void evolve(const v1::Entry&, sequence at) override;
  consequences follow(const v1::Command&, const v1::Entry&, unix_ms now) const override;
  bool observe(const v1::Command&, std::vector<v1::LiveChange>&) override { return false; }
  std::optional<v1::Command> report() const override { return std::nullopt; }
  std::vector<v1::Command> on_started() const override { return {}; }
  std::optional<unix_ms> next_deadline() const override { return std::nullopt; }
  v1::Command tick() const override;
  void save(v1::EntitySnapshot& out) const override;
  bool restore(const v1::EntitySnapshot& in) override;
  std::size_t records() const noexcept override { return 1; }

private:
  bool applied() const noexcept { return !digest_.empty(); }
  outcome decide_apply(const v1::TenantDefinition&) const;
  outcome decide_suspend(const v1::SuspendTenant&) const;
  outcome decide_resume(const v1::ResumeTenant&) const;

  std::string slug_;
  sequence version_{};
  v1::TenantDefinition definition_;
  std::string digest_;
  std::optional<v1::Suspension> suspension_;
};

}  // namespace holdfast::domain
