#include "actors/entity/stored_entry.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include <array>

namespace holdfast::actors {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

constexpr std::uint32_t reply_tag = WireFormatLite::MakeTag(v1::Entry::kReplyFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr std::size_t head_max = 10;  // tag and length

CodedInputStream over(std::string_view bytes) {
  return CodedInputStream(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
}

/// Where a field stands: [begin, text) its tag and length, [text, end) what it holds. Nowhere: all at the end.
struct place {
  std::size_t begin, text, end;
};

bool find_reply(std::string_view payload, place& out) {
  out = {payload.size(), payload.size(), payload.size()};
  auto in = over(payload);
  for (;;) {
    const auto at = static_cast<std::size_t>(in.CurrentPosition());
    const auto tag = in.ReadTag();
    if (tag == 0) return at == payload.size();
    if (tag != reply_tag) {
      if (!WireFormatLite::SkipField(&in, tag)) return false;
      continue;
    }
    std::uint32_t size = 0;
    if (out.begin != payload.size() || !in.ReadVarint32(&size)) return false;  // an entry has one answer
    const auto text = static_cast<std::size_t>(in.CurrentPosition());
    if (!in.Skip(static_cast<int>(size))) return false;
    out = {at, text, text + size};
  }
}

}  // namespace

std::string write_entry(const v1::Entry& entry, std::string_view reply) {
  std::string out;
  out.reserve(entry.ByteSizeLong() + head_max + reply.size());
  entry.AppendToString(&out);
  if (reply.empty()) return out;
  // In Protobuf's format a message is the concatenation of its fields.
  std::array<std::uint8_t, head_max> head{};
  auto* end = CodedOutputStream::WriteTagToArray(reply_tag, head.data());
  end = CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(reply.size()), end);
  return out.append(head.data(), end).append(reply);
}

bool read_entry(std::string_view payload, v1::Entry& entry, std::string_view& reply) {
  place found{};
  if (!find_reply(payload, found)) return false;
  reply = payload.substr(found.text, found.end - found.text);
  if (!entry.ParseFromArray(payload.data(), static_cast<int>(found.begin))) return false;
  if (found.end == payload.size()) return true;
  auto rest = over(payload.substr(found.end));
  return entry.MergeFromCodedStream(&rest) && rest.ConsumedEntireMessage();
}

}  // namespace holdfast::actors
