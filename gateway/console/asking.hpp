#pragma once
// How handlers of the console ask nodes: as they ask entities, with co_await.
#include <atomic>
#include <coroutine>
#include <memory>
#include <string>
#include <vector>

#include "gateway/api/call.hpp"
#include "gateway/console/board.hpp"
#include "gateway/console/operations.hpp"

namespace holdfast::gateway::console {

using api::answer;
using api::call;
using api::task;

/// What handlers use beside the call. Everything referred to outlives it.
struct surroundings {
  operations& nodes;
  const board& seen;
};

struct node_question {
  std::string node;
  v1::OperatorRequest request;
};

/// Awaits one or several nodes; goes on at home when the last answer is there.
class asking_nodes {
public:
  asking_nodes(const call&, operations&, std::vector<node_question>);
  asking_nodes(const asking_nodes&) = delete;
  asking_nodes& operator=(const asking_nodes&) = delete;

  bool await_ready() const noexcept { return questions_.empty(); }
  bool await_suspend(std::coroutine_handle<> waiting);
  std::vector<operator_answer> await_resume() { return std::move(answers_); }

private:
  operations& nodes_;
  std::shared_ptr<lane> home_;
  unix_ms deadline_;
  std::vector<node_question> questions_;
  std::vector<operator_answer> answers_;
  std::atomic<std::size_t> missing_{0};
};

/// The answer when it is of the kind, otherwise its rejection.
task<answer<operator_answer>> ask_node(call&, surroundings&, std::string node, v1::OperatorRequest, v1::OperatorAnswer::KindCase kind);
/// All that are known, with their names; who does not answer is left out.
task<std::vector<std::pair<std::string, operator_answer>>> ask_all_nodes(call&, surroundings&, v1::OperatorRequest,
                                                                         v1::OperatorAnswer::KindCase kind);

}  // namespace holdfast::gateway::console
