#include <string_view>

#include "persistence/memory/memory_disk.hpp"
#include "persistence/postgresql/postgresql.hpp"
#include "persistence/sqlite/sqlite.hpp"
#include "persistence/storage.hpp"

namespace holdfast::persistence {

result<std::shared_ptr<storage>> open_storage(const std::string& url, fault_plan& faults) {
  const std::string_view text = url;
  const auto colon = text.find(':');
  const auto scheme = text.substr(0, colon);
  if (colon == std::string_view::npos)
    return fail(failure_code::invalid_argument, "a storage URL begins with sqlite:, postgresql:// or memory:");
  if (scheme == "sqlite") return open_sqlite(text.substr(colon + 1), faults);
  if (scheme == "postgresql" || scheme == "postgres") return open_postgresql(text, faults);
  if (scheme == "memory") return open_memory(std::make_shared<memory_disk>(), faults);
  return fail(failure_code::invalid_argument, "unknown kind of storage '" + std::string(scheme) + "'");
}

}  // namespace holdfast::persistence
