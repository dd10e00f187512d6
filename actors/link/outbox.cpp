#include "actors/link/outbox.hpp"

#include <caf/io/middleman.hpp>
#include <caf/io/network/multiplexer.hpp>
#include <caf/send.hpp>
#include <utility>

#include "holdfast/v1/link.pb.h"

namespace holdfast::actors::link {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t pack_bytes_max = std::size_t{256} << 10U;  // larger ones would only hold up what is small

std::int64_t left_us(steady_clock::time_point deadline) {
  return std::chrono::duration_cast<std::chrono::microseconds>(deadline - steady_clock::now()).count();
}

std::size_t put(v1::LinkPack& out, outgoing_ask&& ask) {
  const auto size = ask.envelope.size();
  auto& one = *out.add_asks();
  one.set_id(ask.id);
  one.set_left_us(left_us(ask.deadline));
  one.set_envelope(std::move(ask.envelope));
  return size;
}

std::size_t put(v1::LinkPack& out, outgoing_answer&& answer) {
  const auto size = answer.envelope.size();
  auto& one = *out.add_answers();
  one.set_id(answer.id);
  one.set_verdict(static_cast<std::uint32_t>(answer.how));
  one.set_envelope(std::move(answer.envelope));
  return size;
}

}  // namespace

void outbox::add(item one) {
  if (!packs_) return send_alone(std::move(one));
  {
    const std::lock_guard lock(mutex_);
    gathered_.push_back(std::move(one));
    if (gathered_.size() > 1) return;
  }
  system_.middleman().backend().post([self = shared_from_this()] { self->send_gathered(); });
}

/// On the multiplexer's thread: the broker's own work follows without another wake-up.
void outbox::send_gathered() {
  std::vector<item> items;
  {
    const std::lock_guard lock(mutex_);
    items.swap(gathered_);
  }
  if (items.size() == 1) return send_alone(std::move(items.front()));
  v1::LinkPack pack;
  std::size_t bytes = 0;
  const auto send_pack = [&] {
    caf::send_as(own_, remote_, pack_atom::value, pack.SerializeAsString());
    pack.Clear();
    bytes = 0;
  };
  for (auto& one : items) {
    bytes += std::visit([&](auto& what) { return put(pack, std::move(what)); }, one);
    if (bytes >= pack_bytes_max) send_pack();
  }
  if (bytes > 0 || pack.asks_size() + pack.answers_size() > 0) send_pack();
}

void outbox::send_alone(item one) const {
  if (auto* ask = std::get_if<outgoing_ask>(&one))
    return caf::send_as(own_, remote_, ask_atom::value, ask->id, left_us(ask->deadline), std::move(ask->envelope));
  auto& answer = std::get<outgoing_answer>(one);
  caf::send_as(own_, remote_, answer_atom::value, answer.id, static_cast<std::uint8_t>(answer.how), std::move(answer.envelope));
}

}  // namespace holdfast::actors::link
