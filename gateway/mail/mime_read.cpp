#include "gateway/mail/gobjects.hpp"
#include "gateway/mail/mime.hpp"

namespace holdfast::mail {
namespace {

std::string text_or_empty(const char* text) { return text == nullptr ? std::string() : std::string(text); }

std::string list_text(InternetAddressList* list) {
  if (list == nullptr) return {};
  const owned_chars text(internet_address_list_to_string(list, nullptr, FALSE));
  return text_or_empty(text.get());
}

std::string content_of(GMimePart* part) {
  if (GMIME_IS_TEXT_PART(part)) {
    const owned_chars text(g_mime_text_part_get_text(GMIME_TEXT_PART(part)));
    return text_or_empty(text.get());
  }
  owned<GMimeStream> memory(g_mime_stream_mem_new());
  if (auto* content = g_mime_part_get_content(part); content != nullptr) g_mime_data_wrapper_write_to_stream(content, memory.get());
  return bytes_of(memory.get());
}

void take_leaf(GMimeObject*, GMimeObject* part, gpointer into) {
  if (!GMIME_IS_PART(part)) return;
  const owned_chars type(g_mime_content_type_get_mime_type(g_mime_object_get_content_type(part)));
  auto* leaf = GMIME_PART(part);
  static_cast<std::vector<mail_part>*>(into)->push_back({text_or_empty(type.get()), text_or_empty(g_mime_part_get_filename(leaf)),
                                                         text_or_empty(g_mime_part_get_content_id(leaf)), content_of(leaf)});
}

}  // namespace

const mail_part* read_mail::find(std::string_view type) const noexcept {
  for (const auto& part : parts)
    if (part.type == type) return &part;
  return nullptr;
}

result<read_mail> parse_mail(std::string_view bytes) {
  prepare_gmime();
  const owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
  const owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
  if (!message) return fail(failure_code::corrupt, "this is no mail");

  read_mail out;
  out.from = list_text(g_mime_message_get_from(message.get()));
  out.to = list_text(g_mime_message_get_to(message.get()));
  out.subject = text_or_empty(g_mime_message_get_subject(message.get()));
  out.message_id = text_or_empty(g_mime_message_get_message_id(message.get()));
  if (auto* date = g_mime_message_get_date(message.get()); date != nullptr) {
    const owned_chars text(g_date_time_format(date, "%Y-%m-%d %H:%M:%S UTC"));
    out.date = text_or_empty(text.get());
  }
  if (auto* root = g_mime_message_get_mime_part(message.get()); GMIME_IS_MULTIPART(root))
    g_mime_multipart_foreach(GMIME_MULTIPART(root), take_leaf, &out.parts);
  else if (root != nullptr)
    take_leaf(nullptr, root, &out.parts);
  return out;
}

}  // namespace holdfast::mail
