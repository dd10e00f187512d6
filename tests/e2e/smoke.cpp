// holdfast_smoke --url URL --data DIR [--json]: one booking in each demo tenant of a running node while a WebSocket client watches.
// Exit 0 only where every step held.
#include <boost/json/array.hpp>
#include <chrono>
#include <cstdio>
#include <cstring>

#include "config/cli/output.hpp"
#include "config/tenants/money.hpp"
#include "tests/e2e/flows.hpp"

namespace {

using holdfast::e2e::booked;

std::string join(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const auto& w : words) out += (out.empty() ? "" : between) + w;
  return out;
}

void print_json(const booked& b, std::int64_t ms) {
  boost::json::array failures;
  for (const auto& f : b.failures) failures.emplace_back(f);
  holdfast::cli::print_line({{"check", "smoke"},
                             {"tenant", b.tenant},
                             {"flow", b.flow},
                             {"booking", b.booking},
                             {"seen", join(b.seen, ", ")},
                             {"ms", ms},
                             {"failures", failures},
                             {"holds", b.good()}});
}

}  // namespace

int main(int argc, char** argv) {
  holdfast::e2e::place where;
  bool json = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--json") == 0)
      json = true;
    else if (std::strcmp(argv[i], "--url") == 0 && i + 1 < argc)
      where.url = argv[++i];
    else if (std::strcmp(argv[i], "--data") == 0 && i + 1 < argc)
      where.data = argv[++i];
  }
  if (where.url.empty() || where.data.empty()) {
    std::fputs("usage: holdfast_smoke --url URL --data DIR [--json]\n", stderr);
    return 2;
  }
  holdfast::cli::table table({"tenant", "flow", "booking", "spots", "price", "the watcher saw", "ms", "holds"});
  bool good = true;
  for (const auto& flow : {+[](const holdfast::e2e::place& p) { return holdfast::e2e::book_group(p); },
                           +[](const holdfast::e2e::place& p) { return holdfast::e2e::book_performance(p); },
                           +[](const holdfast::e2e::place& p) { return holdfast::e2e::book_spot(p, true); }}) {
    const auto began = std::chrono::steady_clock::now();
    const auto b = flow(where);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count();
    good = good && b.good();
    if (json) print_json(b, ms);
    const auto digits = holdfast::config::currency_digits(b.currency).value_or(2);
    table.add({b.tenant, b.flow, b.booking, join(b.spots, " "), holdfast::config::format_amount(b.price, digits) + " " + b.currency,
               join(b.seen, ", "), std::to_string(ms), b.good() ? "yes" : "NO"});
    for (const auto& f : b.failures) std::fprintf(stderr, "%s: %s\n", b.tenant.c_str(), f.c_str());
  }
  if (!json) holdfast::cli::print("\n" + table.text());
  return good ? 0 : 1;
}
