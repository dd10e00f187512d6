#pragma once
// What is measured of the engine without HTTP. Each opens its own node on an empty or filled journal and answers figures by name.
#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <string>

namespace holdfast::bench {

struct engine_options {
  std::string journal;  // storage URL
  std::chrono::milliseconds duration{3'000};
  std::size_t window = 2'048;  // commands outstanding
  std::size_t blocks = 1'000;
  std::size_t bookings = 10'000;
  std::size_t catalogue = 0;        // further events in the catalogue
  std::int64_t snapshot_every = 0;  // entries; 0: the default
  std::uint64_t seed = 1;
};

// ---- throughput.cpp
boost::json::object measure_hot(const engine_options&);        // one pool
boost::json::object measure_assigned(const engine_options&);   // `blocks` blocks of 1,024 spots, one after the other, the block picks
boost::json::object measure_spread(const engine_options&);     // half hours of `blocks` resources
boost::json::object measure_catalogue(const engine_options&);  // spread over 1,000 resources of a catalogue of `catalogue` events

// ---- history.cpp
boost::json::object fill_journal(const engine_options&);      // `blocks` blocks with `bookings` bookings each
boost::json::object measure_recovery(const engine_options&);  // starts `blocks` filled blocks cold
boost::json::object take_snapshots(const engine_options&);    // of `blocks` filled blocks
boost::json::object measure_replay(const engine_options&);    // reads and applies the whole journal
boost::json::object run_projection(const engine_options&);    // brings the read model up to the journal's end
boost::json::object measure_start(const engine_options&);     // opens the storage, starts a node, asks one block

// ---- footprint.cpp
boost::json::object measure_memory(const engine_options&);  // `blocks` blocks of 100 free spots, started, then passivated

}  // namespace holdfast::bench
