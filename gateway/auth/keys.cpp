#include "gateway/auth/keys.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "gateway/auth/base64url.hpp"

namespace holdfast::gateway {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr std::size_t seed_size = 32;
constexpr std::size_t file_size_max = 4096;
constexpr int file_version = 1;

struct seeds {
  std::string signing;  // 32 bytes: the private key of RFC 8032
  std::string secret;   // 32 bytes
};

class descriptor {
public:
  explicit descriptor(int fd) : fd_(fd) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

private:
  int fd_;
};

failure refused(const fs::path& file, std::string_view why) {
  return fail(failure_code::invalid_argument, "key file " + file.string() + ": " + std::string(why));
}

failure system_failure(const fs::path& file, std::string_view what) {
  const int code = errno;
  return fail(code == ENOSPC ? failure_code::disk_full : failure_code::unavailable,
              "key file " + file.string() + ": " + std::string(what) + ": " + std::strerror(code));
}

std::string random_bytes(entropy& source, std::size_t n) {
  std::string out(n, '\0');
  source.fill(std::as_writable_bytes(std::span(out)));
  return out;
}

std::string encode(const seeds& s) {
  return json::serialize(
             json::object{{"version", file_version}, {"signing", base64url_encode(s.signing)}, {"secret", base64url_encode(s.secret)}}) +
         "\n";
}

std::optional<seeds> decode(std::string_view text) {
  boost::system::error_code ec;
  const auto document = json::parse(text, ec);
  const auto* fields = ec ? nullptr : document.if_object();
  if (!fields) return std::nullopt;
  const auto* version = fields->if_contains("version");
  if (!version || !version->is_int64() || version->get_int64() != file_version) return std::nullopt;
  const auto bytes = [&](std::string_view name) -> std::string {
    const auto* value = fields->if_contains(name);
    const auto* chars = value ? value->if_string() : nullptr;
    return chars ? base64url_decode({chars->data(), chars->size()}).value_or("") : "";
  };
  seeds out{bytes("signing"), bytes("secret")};
  if (out.signing.size() != seed_size || out.secret.size() != token_secret().size()) return std::nullopt;
  return out;
}

result<seeds> load(const fs::path& file) {
  const descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!in) return system_failure(file, "open");
  struct stat info {};
  if (::fstat(in.get(), &info) != 0) return system_failure(file, "stat");
  if (!S_ISREG(info.st_mode)) return refused(file, "is not a regular file");
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) return refused(file, "others may read or write it; chmod 600");
  if (info.st_size > static_cast<off_t>(file_size_max)) return refused(file, "is too large to be a key file");
  std::string text(static_cast<std::size_t>(info.st_size), '\0');
  if (::read(in.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) return system_failure(file, "read");
  auto out = decode(text);
  OPENSSL_cleanse(text.data(), text.size());
  if (!out) return refused(file, "does not hold keys of this version");
  return *std::move(out);
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

// Written whole under another name and then linked: nobody ever sees half a file, and of several makers the first one wins.
result<void> create(const fs::path& file, entropy& source) {
  const auto draft = fs::path(file.string() + ".new-" + random_text(source, 12));
  {
    const descriptor out(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!out) return system_failure(draft, "create");
    if (!write_all(out.get(), encode({random_bytes(source, seed_size), random_bytes(source, token_secret().size())})) ||
        ::fsync(out.get()) != 0) {
      auto failed = system_failure(draft, "write");
      ::unlink(draft.c_str());
      return failed;
    }
  }
  const bool linked = ::link(draft.c_str(), file.c_str()) == 0 || errno == EEXIST;
  auto failed = system_failure(file, "link");
  ::unlink(draft.c_str());
  if (!linked) return failed;
  const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const descriptor where(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!where || ::fsync(where.get()) != 0) return system_failure(folder, "sync");
  return {};
}

using key_handle = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using digest_context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

struct node_keys::state {
  key_handle key{nullptr, &EVP_PKEY_free};
  token_secret secret{};
  std::string id;

  ~state() { OPENSSL_cleanse(secret.data(), secret.size()); }
};

node_keys::node_keys(std::unique_ptr<state> s) : state_(std::move(s)) {}
node_keys::node_keys(node_keys&&) noexcept = default;
node_keys& node_keys::operator=(node_keys&&) noexcept = default;
node_keys::~node_keys() = default;

result<node_keys> node_keys::load_or_create(const std::filesystem::path& file, entropy& source) {
  if (struct stat info{}; ::lstat(file.c_str(), &info) != 0) {
    if (errno != ENOENT) return system_failure(file, "stat");
    if (auto made = create(file, source); !made) return made.error();
  }
  auto loaded = load(file);
  if (!loaded) return loaded.error();
  auto s = std::make_unique<state>();
  s->key.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes(loaded->signing), loaded->signing.size()));
  std::array<unsigned char, 32> open{};
  auto size = open.size();
  if (!s->key || EVP_PKEY_get_raw_public_key(s->key.get(), open.data(), &size) != 1) return refused(file, "holds no Ed25519 key");
  std::memcpy(s->secret.data(), loaded->secret.data(), s->secret.size());
  std::array<unsigned char, SHA256_DIGEST_LENGTH> print{};
  SHA256(open.data(), open.size(), print.data());
  for (std::size_t i = 0; i < 8; ++i) {
    s->id.push_back("0123456789abcdef"[print[i] >> 4U]);
    s->id.push_back("0123456789abcdef"[print[i] & 15U]);
  }
  OPENSSL_cleanse(loaded->signing.data(), loaded->signing.size());
  OPENSSL_cleanse(loaded->secret.data(), loaded->secret.size());
  return node_keys(std::move(s));
}

const token_secret& node_keys::secret() const noexcept { return state_->secret; }
const std::string& node_keys::key_id() const noexcept { return state_->id; }

std::string node_keys::sign(std::string_view message) const {
  const digest_context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string out(64, '\0');
  auto size = out.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes(message), message.size()) != 1 || size != 64)
    std::abort();  // Ed25519 over memory fails only when memory does
  return out;
}

bool node_keys::verify(std::string_view message, std::string_view signature) const {
  const digest_context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  return context && signature.size() == 64 && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size()) == 1;
}

}  // namespace holdfast::gateway
