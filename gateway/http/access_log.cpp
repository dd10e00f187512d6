#include "gateway/http/access_log.hpp"

#include <spdlog/logger.h>

namespace holdfast::gateway {
namespace {

std::string_view or_dash(std::string_view text) noexcept { return text.empty() ? std::string_view("-") : text; }

}  // namespace

void log_access(spdlog::logger& log, const access_record& r) {
  log.info("{} {} {} {}B {}us {} id={} tenant={} route={}", or_dash(r.method), or_dash(r.path), r.status, r.bytes, r.micros,
           or_dash(r.remote), or_dash(r.request_id), or_dash(r.tenant), or_dash(r.route));
}

void log_handler_failure(spdlog::logger& log, std::string_view route, std::string_view request_id, std::string_view what) {
  log.error("handler {} failed on id={}: {}", route, request_id, what);
}

}  // namespace holdfast::gateway
