# Every package that Holdfast links. ./dev setup installs them; the Debian names stand there.
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Protobuf REQUIRED)
find_package(spdlog REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PNG REQUIRED)
find_package(date REQUIRED)  # time zones of tenants
find_library(CSV_LIBRARY csv REQUIRED)  # RFC 4180
find_package(CAF REQUIRED)  # config/cmake/FindCAF.cmake
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(pqxx REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(qrcodegencpp REQUIRED IMPORTED_TARGET qrcodegencpp)
pkg_check_modules(gmime REQUIRED IMPORTED_TARGET gmime-3.0)
pkg_check_modules(icu REQUIRED IMPORTED_TARGET icu-uc icu-i18n)
pkg_check_modules(proj REQUIRED IMPORTED_TARGET proj)
pkg_check_modules(prometheus REQUIRED IMPORTED_TARGET prometheus-cpp-core)

find_library(SQLITECPP_LIBRARY SQLiteCpp REQUIRED)
add_library(sqlitecpp INTERFACE)
target_link_libraries(sqlitecpp INTERFACE ${SQLITECPP_LIBRARY} SQLite::SQLite3 dl)

add_library(asio INTERFACE)  # Asio and Beast are header-only
target_link_libraries(asio INTERFACE Boost::headers Threads::Threads OpenSSL::SSL OpenSSL::Crypto)
target_compile_definitions(asio INTERFACE BOOST_ASIO_NO_DEPRECATED)

# Messages are made on one thread and freed on another, which glibc's allocator answers with locks and consolidation: a booking costs
# twice the CPU (tests/bench/README.md). Only programs link this; the sanitizers bring their own.
add_library(holdfast_allocator INTERFACE)
if(NOT HOLDFAST_SANITIZE)
  find_library(JEMALLOC_LIBRARY jemalloc REQUIRED)
  target_link_libraries(holdfast_allocator INTERFACE -Wl,--push-state,--no-as-needed ${JEMALLOC_LIBRARY} -Wl,--pop-state)
  target_compile_definitions(holdfast_allocator INTERFACE HOLDFAST_JEMALLOC)
  target_sources(holdfast_allocator INTERFACE ${CMAKE_SOURCE_DIR}/config/node/allocator.cpp)
endif()

if(HOLDFAST_TESTS)
  find_package(GTest REQUIRED)
  pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
endif()
