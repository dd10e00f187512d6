// A wall clock that can be moved while a program runs: preloaded, it adds what a shared file says (nanoseconds, 8 bytes) to every answer about
// real time. Time that only goes forward stays as it is, as when somebody sets the clock of a machine. libfaketime does the same, but not in
// a process with jemalloc: each waits for the other while they start. Nothing here allocates.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const int64_t second = 1000000000;
static const volatile int64_t* offset_ns;

__attribute__((constructor)) static void open_offset(void) {
  const char* name = getenv("HOLDFAST_CLOCK_FILE");
  const int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void* place = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  if (place != MAP_FAILED) offset_ns = place;
  close(file);
}

static int64_t offset(void) { return offset_ns ? *offset_ns : 0; }

static struct timespec moved(struct timespec by_system, int64_t by) {
  const int64_t all = by_system.tv_sec * second + by_system.tv_nsec + by;
  return (struct timespec){all / second, all % second};
}

int clock_gettime(clockid_t clock, struct timespec* out) {
  const long failed = syscall(SYS_clock_gettime, clock, out);
  if (failed == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) *out = moved(*out, offset());
  return (int)failed;
}

int gettimeofday(struct timeval* restrict out, void* restrict zone) {
  (void)zone;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  *out = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
  return 0;
}

time_t time(time_t* out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}

// Until a moment of the moved clock; the kernel knows only its own. (Waits by the steady clock use pthread_cond_clockwait.)
int pthread_cond_timedwait(pthread_cond_t* restrict condition, pthread_mutex_t* restrict mutex, const struct timespec* restrict until) {
  const struct timespec real = moved(*until, -offset());
  return pthread_cond_clockwait(condition, mutex, CLOCK_REALTIME, &real);
}
