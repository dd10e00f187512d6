#include "gateway/console/asking.hpp"

#include "protocols/base/errors.hpp"

namespace holdfast::gateway::console {

asking_nodes::asking_nodes(const call& c, operations& nodes, std::vector<node_question> questions)
    : nodes_(nodes), home_(c.asked.home), deadline_(c.asked.deadline_ms), questions_(std::move(questions)), answers_(questions_.size()) {}

bool asking_nodes::await_suspend(std::coroutine_handle<> waiting) {
  const auto n = questions_.size();
  missing_ = n + 1;  // the answers, and this call itself
  for (std::size_t i = 0; i < n; ++i) {
    auto& [node, request] = questions_[i];
    nodes_.ask(node, std::make_shared<const v1::OperatorRequest>(std::move(request)), deadline_, [this, i, waiting](operator_answer got) {
      answers_[i] = std::move(got);
      if (missing_.fetch_sub(1) == 1) api::resume_at(std::move(home_), waiting);
    });
  }
  // Once the count reaches 0 this object may be gone: nothing of it is touched after the last subtraction.
  return missing_.fetch_sub(1) != 1;
}

task<answer<operator_answer>> ask_node(call& c, surroundings& o, std::string node, v1::OperatorRequest request,
                                       v1::OperatorAnswer::KindCase kind) {
  std::vector<node_question> one;
  one.push_back({std::move(node), std::move(request)});
  asking_nodes asking(c, o.nodes, std::move(one));
  auto answers = co_await asking;
  auto& got = answers.front();
  if (got->has_rejection()) co_return got->rejection();
  if (got->kind_case() != kind) co_return reject(v1::INTERNAL);
  co_return std::move(got);
}

task<std::vector<std::pair<std::string, operator_answer>>> ask_all_nodes(call& c, surroundings& o, v1::OperatorRequest request,
                                                                         v1::OperatorAnswer::KindCase kind) {
  const auto names = o.nodes.nodes();
  std::vector<node_question> all;
  all.reserve(names.size());
  for (const auto& name : names) all.push_back({name, request});
  asking_nodes asking(c, o.nodes, std::move(all));
  auto answers = co_await asking;
  std::vector<std::pair<std::string, operator_answer>> out;
  for (std::size_t i = 0; i < answers.size(); ++i)
    if (answers[i]->kind_case() == kind) out.emplace_back(names[i], std::move(answers[i]));
  co_return out;
}

}  // namespace holdfast::gateway::console
