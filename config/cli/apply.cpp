#include "config/cli/apply.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "config/cli/definition_json.hpp"
#include "config/cli/output.hpp"

namespace holdfast::cli {
namespace {

struct item {
  std::string what;  // "event summer-2027"
  http_request request;
};

class sender {
public:
  sender(node_client& node, apply_figures& figures, progress_bar& bar) : node_(node), figures_(figures), bar_(bar) {}

  /// How many were accepted. After "unreachable" or "not allowed" nothing more is sent.
  std::size_t send(const std::vector<item>& items) {
    if (stopped_) return 0;
    std::vector<http_request> requests;
    requests.reserve(items.size());
    for (const auto& i : items) requests.push_back(i.request);
    std::size_t accepted = 0;
    node_.http().send_all(requests, [&](std::size_t index, http_answer&& answer) {
      bar_.advance();
      accepted += take(items[index].what, node_.understand(std::move(answer))) ? 1 : 0;
    });
    return accepted;
  }

private:
  bool take(const std::string& what, const node_answer& answer) {
    if (answer.exit == ok) {
      figures_.changed += text_of(answer.body, "changed") == "true" ? 1 : 0;
      return true;
    }
    stopped_ = stopped_ || answer.exit != failed;
    figures_.exit = std::max(figures_.exit, answer.exit);
    figures_.refused.push_back(what + ": " + answer.problem);
    return false;
  }

  node_client& node_;
  apply_figures& figures_;
  progress_bar& bar_;
  bool stopped_ = false;
};

std::vector<item> event_items(const node_client& node, const config::tenant_bundle& bundle) {
  std::vector<item> out;
  out.reserve(bundle.events.size());
  for (const auto& [event, blocks] : bundle.events)
    out.push_back({"event " + event.id(), node.make("PUT", "/admin/events/" + event.id(), boost::json::serialize(to_json(event)))});
  return out;
}

std::vector<item> block_items(const node_client& node, const config::tenant_bundle& bundle) {
  std::vector<item> out;
  for (const auto& [event, blocks] : bundle.events)
    for (const auto& block : blocks)
      out.push_back({"block " + block.id(), node.make("PUT", "/admin/blocks/" + block.id(), boost::json::serialize(to_json(block)))});
  return out;
}

}  // namespace

apply_figures apply(node_client& node, const config::tenant_bundle& bundle, const std::vector<std::string>& close) {
  apply_figures out;
  std::size_t blocks = 0;
  for (const auto& [event, of] : bundle.events) blocks += of.size();
  progress_bar bar("definitions of " + bundle.tenant.slug(), 1 + bundle.events.size() + blocks + close.size());
  sender to(node, out, bar);

  out.tenants =
      to.send({{"tenant " + bundle.tenant.slug(), node.make("PUT", "/admin/tenant", boost::json::serialize(to_json(bundle.tenant)))}});
  if (out.tenants == 0) return out;
  out.events = to.send(event_items(node, bundle));
  out.blocks = to.send(block_items(node, bundle));
  std::vector<item> closing;
  closing.reserve(close.size());
  for (const auto& id : close) closing.push_back({"closing " + id, node.make("POST", "/admin/events/" + id + "/close", "{}")});
  out.closed = to.send(closing);
  if (out.refused.empty()) out.spots = bundle.spots();
  return out;
}

void report(const apply_figures& f, const std::string& source, const std::string& tenant, bool json) {
  if (json) {
    boost::json::array refused;
    for (const auto& r : f.refused) refused.emplace_back(r);
    print_line({{"source", source},
                {"tenant", tenant},
                {"events", f.events},
                {"blocks", f.blocks},
                {"spots", f.spots},
                {"changed", f.changed},
                {"closed", f.closed},
                {"refused", std::move(refused)}});
    return;
  }
  table t({"source", "tenant", "events", "blocks", "spots", "changed", "closed", "refused"});
  t.add({source, tenant, std::to_string(f.events), std::to_string(f.blocks), std::to_string(f.spots), std::to_string(f.changed),
         std::to_string(f.closed), std::to_string(f.refused.size())});
  print(t.text());
  for (const auto& r : f.refused) complain(r);
}

}  // namespace holdfast::cli
