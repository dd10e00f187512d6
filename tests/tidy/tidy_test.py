#!/usr/bin/env python3
"""Checks the source itself: rules that a compiler does not know. Exit 0 only where all hold."""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES_MAX = 600
TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "README.md", "dev", "actors", "config", "devices", "gateway", "persistence", "protocols", "tests"}
IGNORED_AT_TOP = {"build", "data"}

# The machine's clock and dice are asked for in one file only; everything else takes them as arguments.
SEAMS = {"protocols/base/seams.cpp"}
FORBIDDEN = {
    r"\bsystem_clock::now\b": "the system clock",
    r"\bsystem_clock::(from|to)_time_t\b": "the system clock",
    r"\brandom_device\b": "random_device",
    r"(?<![\w:.>])(?:std::)?time\s*\(\s*(?:nullptr|NULL|0|&)": "time()",
    r"(?<![\w:.>])(?:std::)?s?rand\s*\(": "rand()",
    r"\bgettimeofday\s*\(": "gettimeofday()",
    r"\bclock_gettime\s*\(\s*CLOCK_REALTIME": "clock_gettime(CLOCK_REALTIME)",
    r"\bRAND_(priv_)?bytes\s*\(": "RAND_bytes",
}
# The functional core: no actor, socket, database, clock or log header.
CORE = "actors/domain/"
CORE_INCLUDES_NOT = re.compile(r'#include\s*[<"](caf/|boost/asio|boost/beast|pqxx/|SQLiteCpp/|sqlite3|spdlog/|chrono>|thread>|mutex>|curl/|gateway/|persistence/)')
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
SKIPPED_TESTS = re.compile(r"\b(GTEST_SKIP|DISABLED_\w+)\b|\b(test|it|describe)\.(skip|fixme|only)\b")


def listed():
    out = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True).stdout
    return sorted(p for p in out.decode().split("\0") if p and (ROOT / p).is_file())


def without_comments(text):
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    return re.sub(r"//[^\n]*", "", text)


def check_clock(path, code):
    if path in SEAMS:
        return
    for pattern, name in FORBIDDEN.items():
        for m in re.finditer(pattern, code):
            yield code.count("\n", 0, m.start()) + 1, f"asks {name} directly; take wall_clock or entropy (protocols/base/seams.hpp)"


def check_core(path, code):
    if not path.startswith(CORE):
        return
    for m in re.finditer(CORE_INCLUDES_NOT, code):
        yield code.count("\n", 0, m.start()) + 1, f"the core includes {m.group(1)}…"


def check_header(path, text):
    if path.endswith(".hpp") and not text.lstrip().startswith("#pragma once"):
        yield 1, "does not begin with #pragma once"
    if path.endswith(".hpp") and not re.match(r"\s*#pragma once\s*\n(//|/\*)", text):
        yield 2, "does not say what it is for"


def check_sql(paths):
    """Every statement is used: its name occurs in a C++, Python or CMake file."""
    statements = [p for p in paths if p.endswith(".sql")]
    users = "\n".join((ROOT / p).read_text(errors="replace") for p in paths if p.endswith((".cpp", ".hpp", ".py")) or p.endswith("CMakeLists.txt") or p.endswith(".cmake"))
    for p in statements:
        stem = Path(p).stem
        migration = re.match(r"\d+", stem)
        if not migration and not re.search(rf"\b{re.escape(stem)}\b", users):
            yield p, 0, "no source uses this statement"


def check_tree():
    present = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")} - IGNORED_AT_TOP
    tracked = {p.split("/")[0] for p in listed()}
    for name in sorted((present & tracked) - TOP_LEVEL):
        yield name, 0, "does not belong at the top of the tree"
    for name in sorted(TOP_LEVEL - present):
        yield name, 0, "is missing at the top of the tree"
    for name in sorted(TOP_LEVEL):
        if (ROOT / name).is_dir() and not (ROOT / name / "README.md").is_file():
            yield f"{name}/README.md", 0, "every top-level folder tells its story"


def prove_that_rules_catch():
    """A rule that finds nothing may be blind: each one first has to see what it is there for."""
    clocks = ["std::chrono::system_clock::now()", "std::random_device rd;", "auto t = time(nullptr);", "std::srand(1);", "rand();", "RAND_bytes(p, 4);"]
    for code in clocks:
        assert list(check_clock("actors/x.cpp", code)), code
    for code in ["steady_clock::now()", "x.time(0)", "operand(1)", "a::time(nullptr)"]:
        assert not list(check_clock("actors/x.cpp", code)), code
    assert list(check_core("actors/domain/x.cpp", "#include <caf/all.hpp>"))
    assert not list(check_core("gateway/x.cpp", "#include <caf/all.hpp>"))
    assert list(check_header("a.hpp", "int x;")) and list(check_header("a.hpp", "#pragma once\nint x;"))
    assert not list(check_header("a.hpp", "#pragma once\n// What it is for.\n"))
    assert LEFTOVERS.search("// TO" + "DO later") and SKIPPED_TESTS.search("GTEST_" + "SKIP()") and SKIPPED_TESTS.search("test.only('x')")
    assert without_comments("a // system_clock::now()\nb") == "a \nb"


def main():
    prove_that_rules_catch()
    paths = listed()
    findings = list(check_tree()) + list(check_sql(paths))
    for path in paths:
        if not path.endswith((".cpp", ".hpp", ".py", ".ts", ".svelte", ".sql", ".proto", ".cmake", ".sh", "CMakeLists.txt")) or path == "tests/tidy/tidy_test.py":
            continue
        text = (ROOT / path).read_text(errors="replace")
        lines = text.count("\n")
        if lines > LINES_MAX:
            findings.append((path, lines, f"is longer than {LINES_MAX} lines; look for its second subject"))
        for pattern, what in ((LEFTOVERS, "unfinished work"), (SKIPPED_TESTS, "a test that does not run")):
            for m in pattern.finditer(text):
                findings.append((path, text.count("\n", 0, m.start()) + 1, f"{what}: {m.group()}"))
        if path.endswith((".cpp", ".hpp")):
            code = without_comments(text)
            for line, what in [*check_clock(path, code), *check_core(path, code), *check_header(path, text)]:
                findings.append((path, line, what))
    for path, line, what in findings:
        print(f"{path}:{line}: {what}" if line else f"{path}: {what}")
    print(f"{len(paths)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
