#pragma once
// New Zealand Transverse Mercator 2000 → WGS 84, by PROJ and the EPSG database.
#include <memory>
#include <optional>

#include "protocols/base/failure.hpp"

namespace holdfast::config {

struct degrees {
  double latitude, longitude;
};

/// One thread at a time.
class nztm_converter {
public:
  static result<nztm_converter> make();

  /// Metres east and north; empty outside the grid's area of use.
  std::optional<degrees> to_degrees(double easting_m, double northing_m) const;

private:
  struct engine;
  explicit nztm_converter(std::shared_ptr<engine> e) : engine_(std::move(e)) {}
  std::shared_ptr<engine> engine_;
};

}  // namespace holdfast::config
