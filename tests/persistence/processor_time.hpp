#pragma once
// Processor time of this process and of a server it talks to, so that a figure does not depend on who else uses the machine.
#include <sys/types.h>

namespace holdfast::persistence::test {

struct processor_time {
  double self_us = 0;
  double server_us = 0;
};

/// `server`: a process that is counted together with its children, those that ended included; 0: none.
processor_time processor_time_used(pid_t server);

}  // namespace holdfast::persistence::test
