// backup, restore: the embedded journal as one file, and back. A PostgreSQL journal is backed up with PostgreSQL's own tools.
#include <filesystem>
#include <optional>

#include "config/cli/output.hpp"
#include "config/cli/verbs.hpp"
#include "config/files/private_file.hpp"
#include "config/node/data_folder.hpp"
#include "config/tenants/local_time.hpp"
#include "gateway/auth/keys.hpp"
#include "persistence/sqlite/backup.hpp"
#include "persistence/storage.hpp"
#include "protocols/base/seams.hpp"

namespace holdfast::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t list_rows_at_once = 4'000;

/// One bar after another: a new one for each step that is told of.
class step_bars {
public:
  void show(std::string_view step, std::int64_t done, std::int64_t all) {
    if (step != step_) {
      step_ = step;
      shown_ = 0;
      bar_.emplace("% of the " + step_, 100);
    }
    for (const auto percent = all > 0 ? done * 100 / all : 100; shown_ < percent; ++shown_) bar_->advance();
  }
  persistence::backup_progress progress() {
    return [this](std::string_view step, std::int64_t done, std::int64_t all) { show(step, done, all); };
  }

private:
  std::string step_;
  std::int64_t shown_ = 0;
  std::optional<progress_bar> bar_;
};

int refuse(const failure& why) {
  complain(why.detail);
  return failed;
}

/// Bytes of a key file that a node would take.
result<std::string> read_keys(const fs::path& file) {
  if (!fs::exists(file))
    return fail(failure_code::not_found, "there are no keys at " + file.string() +
                                             ": --keys names the node's key file, --without-keys makes a backup of the journal alone");
  if (auto usable = gateway::node_keys::load_or_create(file, system_entropy()); !usable) return usable.error();
  return config::read_whole(file);
}

/// The file of "sqlite:<file>[?…]"; empty for another kind of journal.
fs::path journal_file(const invocation& args) {
  const auto url = args.text("journal").empty() ? node::embedded_journal_url(args.text("data")) : args.text("journal");
  constexpr std::string_view scheme = "sqlite:";
  if (!url.starts_with(scheme)) return {};
  return url.substr(scheme.size(), url.find('?') - scheme.size());
}

/// In a folder a name of its own, in the order of time.
fs::path target_file(const fs::path& given, unix_ms now) {
  if (!fs::is_directory(given)) return given;
  auto moment = config::to_iso(now);
  std::erase_if(moment, [](char c) { return c == '-' || c == ':'; });
  return given / ("holdfast-" + moment + ".backup");
}

void print_facts(const fs::path& file, const persistence::backup_facts& facts, bool json) {
  std::error_code error;
  const auto bytes = fs::file_size(file, error);
  const auto taken = config::to_iso(facts.taken_at);
  if (json) {
    print_line({{"backup", file.string()},
                {"takenAt", taken},
                {"program", facts.program},
                {"schema", facts.schema},
                {"rows", facts.rows},
                {"bytes", error ? 0 : bytes},
                {"digest", facts.digest},
                {"keys", facts.has_keys}});
    return;
  }
  table rows({"backup", "taken", "journal rows", "bytes", "schema", "keys"});
  rows.add({file.string(), taken, std::to_string(facts.rows), std::to_string(bytes), std::to_string(facts.schema),
            facts.has_keys ? "yes" : "no"});
  print(rows.text());
}

int back_up(const invocation& args) {
  persistence::backup_order order;
  order.journal = journal_file(args);
  if (order.journal.empty()) {
    complain("only the embedded journal is backed up here; PostgreSQL has tools of its own: config/deploy/README.md");
    return usage;
  }
  if (!args.flag("without-keys")) {
    auto keys = read_keys(args.text("keys").empty() ? node::keys_file(args.text("data")) : fs::path(args.text("keys")));
    if (!keys) return refuse(keys.error());
    order.keys = std::move(*keys);
  }
  order.now = system_clock().now();
  order.target = target_file(args.text("target"), order.now);
  order.program = HOLDFAST_VERSION;
  step_bars bars;
  const auto facts = persistence::back_up(order, bars.progress());
  if (!facts) return refuse(facts.error());
  print_facts(order.target, *facts, args.json());
  return ok;
}

/// The lists are derived from the journal and not in the backup.
result<void> build_lists(const std::string& url, step_bars& bars) {
  auto storage = persistence::open_storage(url);
  if (!storage) return storage.error();
  if (auto migrated = (*storage)->migrate(); !migrated) return migrated;
  auto journal = (*storage)->journal();
  if (!journal) return journal.error();
  const auto head = (*journal)->head();
  if (!head) return head.error();
  auto lists = (*storage)->projector();
  if (!lists) return lists.error();
  for (;;) {
    const auto rows = (*lists)->advance(list_rows_at_once);
    if (!rows) return rows.error();
    const auto reached = (*lists)->reached();
    if (!reached) return reached.error();
    bars.show("lists built", reached->value, head->value);
    if (*rows == 0) return {};
  }
}

/// What becomes of the keys, before anything is put in place.
result<void> settle_keys(const std::string& from_backup, const fs::path& file, bool without) {
  if (without) return {};
  const auto there = config::read_whole(file);
  if (from_backup.empty() && there.empty())
    return fail(failure_code::not_found, "the backup holds no keys: put the node's key file at " + file.string() +
                                             " first, or restore with --without-keys: then the node makes new ones and every link, ticket "
                                             "and token that was given out is void");
  if (from_backup.empty() || from_backup == there) return {};
  if (!there.empty()) return fail(failure_code::conflict, file.string() + " is there already and holds other keys than the backup");
  return config::write_private(file, from_backup);
}

int check(const invocation& args, step_bars& bars) {
  const fs::path backup = args.text("backup");
  const auto facts = persistence::check_backup(backup, bars.progress());
  if (!facts) return refuse(facts.error());
  print_facts(backup, *facts, args.json());
  return ok;
}

int restore(const invocation& args) {
  step_bars bars;
  if (args.flag("check")) return check(args, bars);
  const fs::path backup = args.text("backup"), data = args.text("data");
  // No node may start here meanwhile, and none may be running.
  const auto lock = node::folder_lock::take(data);
  if (!lock) return refuse(lock.error());
  const auto url = node::embedded_journal_url(data);
  auto draft = persistence::restored_journal::draft(backup, url.substr(url.find(':') + 1), bars.progress());
  if (!draft) return refuse(draft.error());
  // The keys first: a folder with a journal is a restored one.
  if (auto settled = settle_keys(draft->keys(), node::keys_file(data), args.flag("without-keys")); !settled) return refuse(settled.error());
  if (auto placed = draft->put_in_place(); !placed) return refuse(placed.error());
  if (auto built = build_lists(url, bars); !built) {
    complain("the journal is restored, its lists are not: " + built.error().detail + "; a node that is started here builds them");
    return failed;
  }
  print_facts(backup, draft->facts(), args.json());
  if (!args.json()) print("\nrestored into " + data.string() + "; `holdfast audit --data " + data.string() + "` checks every booking\n");
  return ok;
}

constexpr const char* about_backup =
    "Copies the embedded journal as of one moment into one file; the node goes on serving. With the node's keys, unless\n"
    "--without-keys: whoever has the file can then sign tokens and open every booking, so keep it as safe as the keys. Without them a\n"
    "restored node needs the key file from elsewhere, or every link, ticket and token that was given out is void.\n"
    "A folder as target: the file is named after the time. The file is complete and checked when it appears under its name.";

constexpr const char* about_restore =
    "Puts a backup into a data folder that has no journal and no node running in it. Checks first that the backup holds what was\n"
    "written into it and that this program knows its schema. Overwrites nothing. Builds the lists again; mails that waited when the\n"
    "backup was taken are sent (once more) when a node is started. --check only reads the backup.";

}  // namespace

void register_backup(std::vector<verb>& verbs) {
  const option data{.name = "data", .help = "data folder of the node", .fallback = "data", .environment = "HOLDFAST_DATA"};
  verbs.push_back({{"backup"},
                   "copy the embedded journal and the node's keys into one file, beside a running node",
                   about_backup,
                   {{.name = "target", .help = "file to make, or folder to make it in", .required = true, .positional = true},
                    data,
                    {.name = "journal", .help = "the journal where it is not in the data folder: sqlite:FILE"},
                    {.name = "keys", .help = "the key file where it is not in the data folder"},
                    {.name = "without-keys", .help = "leave the keys out", .kind = option_kind::flag},
                    json_option()},
                   back_up});
  verbs.push_back({{"restore"},
                   "put a backup into a new data folder",
                   about_restore,
                   {{.name = "backup", .help = "the file", .required = true, .positional = true},
                    data,
                    {.name = "without-keys", .help = "leave the keys out of the folder", .kind = option_kind::flag},
                    {.name = "check", .help = "only check the backup", .kind = option_kind::flag},
                    json_option()},
                   restore});
}

}  // namespace holdfast::cli
