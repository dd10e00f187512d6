#include "persistence/reads/geo.hpp"

#include <gtest/gtest.h>

#include <random>

namespace holdfast::persistence {
namespace {

bool inside(const geo_box& box, double latitude, double longitude) {
  if (latitude < box.south || latitude > box.north) return false;
  return box.west <= box.east ? longitude >= box.west && longitude <= box.east : longitude >= box.west || longitude <= box.east;
}

TEST(Geo, KnowsDistances) {
  EXPECT_NEAR(haversine_km(55.6761, 12.5683, 57.0488, 9.9217), 223.3, 0.1);  // Copenhagen – Aalborg
  EXPECT_NEAR(haversine_km(0, 179.5, 0, -179.5), 111.2, 0.1);
  EXPECT_NEAR(haversine_km(90, 0, -90, 0), 20015.1, 0.1);
  EXPECT_EQ(haversine_km(10, 20, 10, 20), 0);
}

// The box is only a first sieve: it must never lose a place that is near.
TEST(Geo, TheBoxContainsEveryPlaceWithinTheRadius) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> latitude(-90, 90), longitude(-180, 180), radius(0.1, 9000);
  int near = 0;
  for (int i = 0; i < 400; ++i) {
    const double lat = latitude(random), lon = longitude(random), km = radius(random);
    const auto box = box_around(lat, lon, km);
    for (int j = 0; j < 200; ++j) {
      const double there_lat = latitude(random), there_lon = longitude(random);
      if (haversine_km(lat, lon, there_lat, there_lon) > km) continue;
      ++near;
      EXPECT_TRUE(inside(box, there_lat, there_lon)) << lat << ' ' << lon << ' ' << km << ": " << there_lat << ' ' << there_lon;
    }
  }
  EXPECT_GT(near, 5000);
}

TEST(Geo, TheBoxIsTightWhereItCanBe) {
  const auto box = box_around(56, 10, 50);
  EXPECT_NEAR(box.north - box.south, 0.899, 0.001);
  EXPECT_NEAR(box.east - box.west, 1.608, 0.001);
}

}  // namespace
}  // namespace holdfast::persistence
