// What jemalloc is told before main() runs.
extern "C" {
// background_thread: memory that entities gave up goes back to the system also when nothing is allocated any more.
extern const char* malloc_conf;
const char* malloc_conf = "background_thread:true,metadata_thp:auto";
}
