#pragma once
// Near a place: the exact distance, and a box around it that an index or a cheap comparison can use first.
#include <numbers>

namespace holdfast::persistence {

inline constexpr double earth_radius_km = 6371.0088;

/// Great-circle distance on a sphere.
double haversine_km(double lat1, double lon1, double lat2, double lon2);

/// Contains every place within the radius. Around a pole or for a huge radius: all longitudes. When west > east it crosses 180°.
struct geo_box {
  double south, north, west, east;
};
geo_box box_around(double latitude, double longitude, double radius_km);

}  // namespace holdfast::persistence
