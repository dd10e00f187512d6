#include "config/import/map_projection.hpp"

#include <proj.h>

#include <cmath>
#include <utility>

namespace holdfast::config {

struct nztm_converter::engine {
  PJ_CONTEXT* context = proj_context_create();
  PJ* transformation = nullptr;

  engine() = default;
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;
  ~engine() {
    proj_destroy(transformation);
    proj_context_destroy(context);
  }
};

result<nztm_converter> nztm_converter::make() {
  auto out = std::make_shared<engine>();
  proj_log_level(out->context, PJ_LOG_NONE);
  // NZGD2000 and WGS 84 differ by centimetres since 2000; the database treats them as equal.
  PJ* raw = proj_create_crs_to_crs(out->context, "EPSG:2193", "EPSG:4326", nullptr);
  if (raw == nullptr) return fail(failure_code::unavailable, "PROJ does not know EPSG:2193; is the package proj-data installed?");
  // EPSG:2193 says (north, east); for files x is east, y is north.
  out->transformation = proj_normalize_for_visualization(out->context, raw);
  proj_destroy(raw);
  if (out->transformation == nullptr) return fail(failure_code::unavailable, "PROJ cannot convert EPSG:2193");
  return nztm_converter(std::move(out));
}

std::optional<degrees> nztm_converter::to_degrees(double easting_m, double northing_m) const {
  const bool inside = easting_m >= 800'000 && easting_m <= 2'400'000 && northing_m >= 4'500'000 && northing_m <= 6'300'000;
  if (!inside) return std::nullopt;
  const auto out = proj_trans(engine_->transformation, PJ_FWD, proj_coord(easting_m, northing_m, 0, 0));
  if (!std::isfinite(out.xy.x) || !std::isfinite(out.xy.y)) return std::nullopt;
  return degrees{out.xy.y, out.xy.x};
}

}  // namespace holdfast::config
