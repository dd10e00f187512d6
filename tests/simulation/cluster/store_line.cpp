#include "tests/simulation/cluster/store_line.hpp"

#include <utility>

namespace holdfast::simulation {
namespace {

using namespace persistence;
using std::chrono::milliseconds;

using line_ptr = std::shared_ptr<store_line>;

failure unreachable() { return fail(failure_code::unavailable, "the store cannot be reached"); }

/// A call whose effect nobody depends on: it gets through or it does not.
template <class F>
auto call(store_line& line, F f) -> decltype(f()) {
  if (!line.gets_through()) return unreachable();
  auto out = f();
  if (!line.comes_back()) return unreachable();
  return out;
}

class journal_line final : public journal_store {
public:
  journal_line(std::shared_ptr<journal_store> inner, line_ptr line) : inner_(std::move(inner)), line_(std::move(line)) {}

  std::vector<append_status> append(std::span<const append_request> batch) override {
    if (line_->gets_through()) return write(*inner_, *line_, batch);
    std::vector<append_status> out(batch.size(), append_status::unknown);
    switch (line_->draw_fate()) {
      case store_line::fate::not_sent:
        out.assign(batch.size(), append_status::failed);
        break;
      case store_line::fate::lost:
        break;
      case store_line::fate::written:
        write(*inner_, *line_, batch);
        break;
      case store_line::fate::written_late:
        // The server has the statement and goes on with it, although the node has given it up.
        line_->later(
            static_cast<std::int64_t>(1 + line_->pick(3'000)),
            [inner = inner_, line = line_, rows = std::vector<append_request>(batch.begin(), batch.end())] { write(*inner, *line, rows); });
        break;
    }
    return out;
  }
  result<sequence> read(const entity_id& entity, sequence from, const std::function<bool(stored_entry&&)>& visit) override {
    return call(*line_, [&] { return inner_->read(entity, from, visit); });
  }
  result<position> follow(position after, std::size_t limit, const std::function<void(journal_row&&)>& visit) override {
    return call(*line_, [&] { return inner_->follow(after, limit, visit); });
  }
  result<position> head() override {
    return call(*line_, [&] { return inner_->head(); });
  }

private:
  static std::vector<append_status> write(journal_store& store, store_line& line, std::span<const append_request> batch) {
    auto out = store.append(batch);
    for (std::size_t i = 0; i < batch.size(); ++i)
      if (out[i] == append_status::durable) line.witness().written(batch[i]);
    return out;
  }

  std::shared_ptr<journal_store> inner_;
  line_ptr line_;
};

class snapshots_line final : public snapshot_store {
public:
  snapshots_line(std::unique_ptr<snapshot_store> inner, line_ptr line) : inner_(std::move(inner)), line_(std::move(line)) {}
  result<void> save(const entity_id& entity, const snapshot& taken) override {
    return call(*line_, [&] { return inner_->save(entity, taken); });
  }
  result<std::optional<snapshot>> load(const entity_id& entity) override {
    return call(*line_, [&] { return inner_->load(entity); });
  }
  result<void> erase_all() override {
    return call(*line_, [&] { return inner_->erase_all(); });
  }
  result<void> each(const std::function<void(const entity_id&, snapshot&&)>& visit) override {
    return call(*line_, [&] { return inner_->each(visit); });
  }

private:
  std::unique_ptr<snapshot_store> inner_;
  line_ptr line_;
};

class timers_line final : public timer_store {
public:
  timers_line(std::unique_ptr<timer_store> inner, line_ptr line) : inner_(std::move(inner)), line_(std::move(line)) {}
  result<std::vector<due_timer>> due(unix_ms until, std::size_t limit, const shard_set& of) override {
    return call(*line_, [&] { return inner_->due(until, limit, of); });
  }
  result<std::optional<unix_ms>> earliest() override {
    return call(*line_, [&] { return inner_->earliest(); });
  }
  result<std::optional<unix_ms>> of(const entity_id& entity) override {
    return call(*line_, [&] { return inner_->of(entity); });
  }
  result<void> forget(const due_timer& timer) override {
    return call(*line_, [&] { return inner_->forget(timer); });
  }

private:
  std::unique_ptr<timer_store> inner_;
  line_ptr line_;
};

class outbox_line final : public outbox_store {
public:
  outbox_line(std::unique_ptr<outbox_store> inner, line_ptr line) : inner_(std::move(inner)), line_(std::move(line)) {}
  result<std::vector<outbox_row>> pending(unix_ms now, std::size_t limit, const shard_set& of) override {
    return call(*line_, [&] { return inner_->pending(now, limit, of); });
  }
  result<void> delivered(std::int64_t id) override {
    return call(*line_, [&] { return inner_->delivered(id); });
  }
  result<void> postpone(std::int64_t id, unix_ms next_attempt, const std::string& error) override {
    return call(*line_, [&] { return inner_->postpone(id, next_attempt, error); });
  }
  result<void> hold(std::int64_t id, unix_ms until) override {
    return call(*line_, [&] { return inner_->hold(id, until); });
  }
  result<void> abandon(std::int64_t id, const std::string& error) override {
    return call(*line_, [&] { return inner_->abandon(id, error); });
  }
  result<figures> count() override {
    return call(*line_, [&] { return inner_->count(); });
  }

private:
  std::unique_ptr<outbox_store> inner_;
  line_ptr line_;
};

class cluster_line final : public cluster_store {
public:
  cluster_line(std::unique_ptr<cluster_store> inner, line_ptr line) : inner_(std::move(inner)), line_(std::move(line)) {}

  result<cluster_map> beat(const node_beat& self, milliseconds ttl) override {
    return round_call([&] { return inner_->beat(self, ttl); }, [](const cluster_map&) {});
  }
  result<std::vector<lease>> take(const std::string& who, std::span<const lease> wanted, std::span<const std::string> dead) override {
    return round_call([&] { return inner_->take(who, wanted, dead); }, given());
  }
  result<std::vector<lease>> hand_over(const std::string& who, std::span<const lease> held, const std::string& to) override {
    return round_call([&] { return inner_->hand_over(who, held, to); }, given());
  }
  result<void> leave(const std::string& who) override {
    return call(*line_, [&] { return inner_->leave(who); });
  }

private:
  std::function<void(const std::vector<lease>&)> given() {
    return [this](const std::vector<lease>& all) {
      for (const auto& one : all) line_->witness().given(one);
    };
  }
  template <class F, class Seen>
  auto round_call(F f, Seen seen) -> decltype(f()) {
    if (!line_->round_gets_through()) return unreachable();
    auto out = f();
    if (out) seen(*out);
    if (!line_->round_comes_back()) return unreachable();
    return out;
  }

  std::unique_ptr<cluster_store> inner_;
  line_ptr line_;
};

class storage_line final : public storage {
public:
  storage_line(std::shared_ptr<storage> inner, line_ptr line) : inner_(std::move(inner)), line_(std::move(line)) {}

  std::string_view kind() const noexcept override { return inner_->kind(); }
  result<void> migrate() override { return inner_->migrate(); }
  result<std::unique_ptr<journal_store>> journal() override { return over<journal_line, journal_store>(inner_->journal()); }
  result<std::unique_ptr<snapshot_store>> snapshots() override { return over<snapshots_line, snapshot_store>(inner_->snapshots()); }
  result<std::unique_ptr<lease_store>> leases() override { return inner_->leases(); }
  result<std::unique_ptr<cluster_store>> cluster() override { return over<cluster_line, cluster_store>(inner_->cluster()); }
  result<std::unique_ptr<timer_store>> timers() override { return over<timers_line, timer_store>(inner_->timers()); }
  result<std::unique_ptr<outbox_store>> outbox() override { return over<outbox_line, outbox_store>(inner_->outbox()); }
  result<std::unique_ptr<operator_store>> operators() override { return inner_->operators(); }
  result<std::unique_ptr<class read_model>> reads() override { return inner_->reads(); }
  result<std::unique_ptr<class projection>> projector() override { return inner_->projector(); }

private:
  template <class Line, class Store>
  result<std::unique_ptr<Store>> over(result<std::unique_ptr<Store>> opened) {
    if (!opened) return opened.error();
    return std::unique_ptr<Store>(std::make_unique<Line>(std::move(*opened), line_));
  }

  std::shared_ptr<storage> inner_;
  line_ptr line_;
};

}  // namespace

void store_line::hang(hanging_task* in, int after, bool carried_out) {
  hangs_ = in;
  hangs_after_ = after;
  hangs_carried_out_ = carried_out;
}

bool store_line::shaken() {
  if (shaky_ <= 0) return false;
  --shaky_;
  return pick(3) == 0;
}

bool store_line::gets_through() { return !cut_ && !ended_ && !shaken(); }

bool store_line::comes_back() { return !cut_ && !ended_ && !shaken(); }

bool store_line::round_gets_through() {
  const bool hangs = hangs_ != nullptr && hangs_after_ == 0;
  if (hangs && !hangs_carried_out_) std::exchange(hangs_, nullptr)->hang();
  if (ended_) return pick(2) == 0;
  return gets_through();
}

bool store_line::round_comes_back() {
  if (hangs_ != nullptr && hangs_after_-- == 0) std::exchange(hangs_, nullptr)->hang();
  return comes_back();
}

store_line::fate store_line::draw_fate() {
  switch (pick(8)) {
    case 0:
    case 1:
      return fate::lost;
    case 2:
      return fate::written;
    case 3:
      return fate::written_late;
    default:
      return fate::not_sent;
  }
}

std::shared_ptr<persistence::storage> through(std::shared_ptr<persistence::storage> store, std::shared_ptr<store_line> line) {
  return std::make_shared<storage_line>(std::move(store), std::move(line));
}

}  // namespace holdfast::simulation
