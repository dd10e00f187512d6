#include "persistence/reads/geo.hpp"

#include <algorithm>
#include <cmath>

namespace holdfast::persistence {
namespace {
constexpr double degree = std::numbers::pi / 180;
}

double haversine_km(double lat1, double lon1, double lat2, double lon2) {
  const double dlat = std::sin((lat2 - lat1) * degree / 2);
  const double dlon = std::sin((lon2 - lon1) * degree / 2);
  const double h = dlat * dlat + std::cos(lat1 * degree) * std::cos(lat2 * degree) * dlon * dlon;
  return 2 * earth_radius_km * std::asin(std::sqrt(std::min(1.0, h)));
}

geo_box box_around(double latitude, double longitude, double radius_km) {
  const double reach = radius_km / earth_radius_km;  // as an angle
  geo_box box{latitude - reach / degree, latitude + reach / degree, -180, 180};
  const double narrowest = std::cos(latitude * degree);
  // The meridians that touch the circle; there are none once it contains a pole.
  if (box.south <= -90 || box.north >= 90 || std::sin(reach) >= narrowest) return box;
  const double dlon = std::asin(std::sin(reach) / narrowest) / degree;
  box.west = longitude - dlon;
  box.east = longitude + dlon;
  if (box.west < -180) box.west += 360;
  if (box.east > 180) box.east -= 360;
  return box;
}

}  // namespace holdfast::persistence
