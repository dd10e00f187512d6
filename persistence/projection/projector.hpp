#pragma once
// The projection that every store shares: follow the journal, fold, save rows and position in one transaction.
#include <memory>

#include "persistence/journal.hpp"
#include "persistence/projection.hpp"
#include "persistence/projection/model.hpp"

namespace holdfast::persistence {

std::unique_ptr<projection> make_projection(std::unique_ptr<journal_store> journal, std::unique_ptr<model_store> model);

}  // namespace holdfast::persistence
