#pragma once
// Files with secrets: keys and certificates.
#include <filesystem>
#include <string>
#include <string_view>

#include "protocols/base/failure.hpp"

namespace holdfast::config {

/// Whole or not at all, and on the disk when it returns; nobody but the owner ever may read it. Takes the place of what was there.
result<void> write_private(const std::filesystem::path& file, std::string_view text);

/// All of a file; empty where there is none.
std::string read_whole(const std::filesystem::path& file);

}  // namespace holdfast::config
