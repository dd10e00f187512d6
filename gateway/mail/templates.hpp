#pragma once
// The words of the mails: shipped templates (templates/<name>.<language>.<subject|txt|html>), each of which a tenant may replace in
// TenantDefinition.mail_templates under "<name>.<language>.<subject|text|html>", and "layout.<language>.html", the frame of every HTML
// mail.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/text/template.hpp"
#include "holdfast/v1/tenant.pb.h"
#include "protocols/base/failure.hpp"

namespace holdfast::mail {

/// "booking_cancelled", "confirm_email" (a reservation that waits for it), "ticket" (a confirmed booking of any flow).
std::span<const std::string_view> template_names() noexcept;

/// Everything a template may name, filled with examples.
text::values sample_values();

/// What is wrong with a tenant's template, in words for its author; empty when nothing is. `key` as in mail_templates.
std::vector<std::string> check_override(std::string_view key, std::string_view source);

struct rendered {
  std::string subject, text, html;
  /// Overrides that could not be used; the shipped template stood in, because a guest's ticket must not fail on a tenant's typing error.
  std::vector<std::string> problems;
};

/// failure_code::not_found for an unknown template name.
result<rendered> render_mail(const v1::TenantDefinition&, std::string_view name, std::string_view language, const text::values&);

}  // namespace holdfast::mail
