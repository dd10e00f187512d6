// audit: replays a journal from nothing and checks what must hold. Works on the store itself, so the node may be down, or live.
#include "actors/audit/audit.hpp"

#include <filesystem>
#include <fstream>

#include "config/cli/output.hpp"
#include "config/cli/verbs.hpp"
#include "config/node/data_folder.hpp"

namespace holdfast::cli {
namespace {

result<std::vector<std::string>> read_keys(const std::string& file) {
  std::vector<std::string> out;
  if (file.empty()) return out;
  std::ifstream in(file);
  if (!in) return fail(failure_code::not_found, file + " cannot be read");
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) out.push_back(std::move(line));
  return out;
}

void print_people(const audit::report& report) {
  table figures({"what", "number"});
  figures.add({"journal rows", std::to_string(report.rows)});
  figures.add({"entities", std::to_string(report.entities)});
  figures.add({"bookings", std::to_string(report.bookings)});
  figures.add({"confirmed bookings", std::to_string(report.confirmed)});
  figures.add({"snapshots compared", std::to_string(report.snapshots)});
  figures.add({"idempotency keys", std::to_string(report.keys)});
  figures.add({"read model rows compared", std::to_string(report.read_model_rows)});
  print(figures.text());
  if (report.findings.empty()) return print("\nclean: no spot is sold twice and nothing is missing\n");
  table findings({"check", "entity", "sequence", "finding"});
  for (const auto& f : report.findings) findings.add({f.check, f.entity, std::to_string(f.sequence), f.detail});
  print("\n" + findings.text());
  print("\n" + std::to_string(report.findings.size()) + (report.truncated ? " findings or more\n" : " findings\n"));
}

void print_programs(const audit::report& report) {
  for (const auto& f : report.findings)
    print_line({{"check", "audit"}, {"finding", f.check}, {"entity", f.entity}, {"sequence", f.sequence}, {"detail", f.detail}});
  print_line({{"check", "audit"},
              {"rows", report.rows},
              {"entities", report.entities},
              {"bookings", report.bookings},
              {"confirmed", report.confirmed},
              {"snapshots", report.snapshots},
              {"keys", report.keys},
              {"readModelRows", report.read_model_rows},
              {"findings", report.findings.size()},
              {"holds", report.findings.empty()}});
}

int run_audit(const invocation& args) {
  auto url = args.text("journal");
  if (url.empty()) {
    url = node::embedded_journal_url(args.text("data"));
    if (!std::filesystem::exists(url.substr(url.find(':') + 1))) {
      complain("there is no journal in " + args.text("data") + ": give --data the data folder of a node, or --journal its address");
      return failed;
    }
  }
  auto keys = read_keys(args.text("acknowledged"));
  if (!keys) {
    complain(keys.error().detail);
    return usage;
  }
  auto storage = persistence::open_storage(url);
  if (!storage) {
    complain(storage.error().detail);
    return failed;
  }
  audit::options wanted{.acknowledged = std::move(*keys), .wait_ms = args.number("wait-ms"), .findings_max = 1'000, .progress = {}};
  progress_bar bar("% of the journal", 100);
  std::int64_t shown = 0;
  wanted.progress = [&](std::int64_t read, std::int64_t all) {
    for (const auto percent = all > 0 ? read * 100 / all : 100; shown < percent; ++shown) bar.advance();
  };
  const auto report = audit::run(**storage, wanted);
  if (!report) {
    complain("the journal cannot be read: " + report.error().detail);
    return unreachable;
  }
  if (args.json())
    print_programs(*report);
  else
    print_people(*report);
  return report->findings.empty() ? ok : failed;
}

}  // namespace

void register_audit(std::vector<verb>& verbs) {
  verbs.push_back(
      {{"audit"},
       "replay the journal from nothing and check it",
       "Checks that no two live claims exceed a spot's capacity, that sequence numbers have no gaps, that snapshots and the read\n"
       "model equal the replayed state, and that every key in --acknowledged is there. Reads only; may run beside a live node.\n"
       "Exit 1 and a list of findings where something does not hold.",
       {{.name = "data", .help = "data folder of the node (embedded journal)", .fallback = "data", .environment = "HOLDFAST_DATA"},
        {.name = "journal", .help = "address of the journal instead: sqlite:FILE or postgresql://…"},
        {.name = "acknowledged", .help = "file with idempotency keys that callers saw answered, one a line"},
        {.name = "wait-ms",
         .help = "how long what is durable may take to be shown, and the read model to catch up",
         .kind = option_kind::number,
         .fallback = "5000"},
        json_option()},
       run_audit});
}

}  // namespace holdfast::cli
