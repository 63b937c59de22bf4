/* Faults on demand, for tests only: preloaded, it stands between a program and the file system (Linux, glibc).
 *
 *     ETALON_FAULTS    count          counts operations
 *                      fail:N:ERRNO   the Nth operation fails with this error
 *                      from:N:ERRNO   the Nth and all that follow fail
 *                      full:BYTES     the disk is full after so many bytes
 *                      clock:SECONDS  every look at the clock jumps by up to so many seconds to either side
 *                      past           the clock stands in 1960
 *     ETALON_FAULTS_BELOW   only operations on files below this absolute path count
 *     ETALON_FAULTS_IN      `parent` or `worker`: the process in which something happens
 *     ETALON_FAULTS_REPORT  a file that holds the number of operations so far, eight bytes: a worker is killed at its end
 *
 * Operations are those that change or read files and folders, locks, and the start of threads. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static enum { NOTHING, COUNT, FAIL, FROM, FULL, CLOCK, PAST } mode = NOTHING;
static char below[PATH_MAX];
static long number;
static int error_number;
static atomic_long own_operations;
static atomic_long *operations = &own_operations;
static atomic_long written;
/* The descriptors of files below the path. */
static _Atomic char is_own[1 << 16];

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static void copied(char *to, const char *name) {
    const char *value = getenv(name);
    if (value) snprintf(to, PATH_MAX, "%s", value);
}

static void report_to(const char *path);

__attribute__((constructor)) static void begin(void) {
    const char *wanted = getenv("ETALON_FAULTS"), *in = getenv("ETALON_FAULTS_IN");
    if (!wanted) return;
    if (in) {
        char line[4096] = {0};
        FILE *file = fopen("/proc/self/cmdline", "r");
        size_t length = file ? fread(line, 1, sizeof line - 1, file) : 0;
        if (file) fclose(file);
        size_t program = strlen(line) + 1;
        int is_worker = program < length && strcmp(line + program, "worker") == 0;
        if (is_worker != (strcmp(in, "worker") == 0)) return;
    }
    copied(below, "ETALON_FAULTS_BELOW");
    const char *report = getenv("ETALON_FAULTS_REPORT");
    if (report) report_to(report);
    if (sscanf(wanted, "fail:%ld:%d", &number, &error_number) == 2) mode = FAIL;
    else if (sscanf(wanted, "from:%ld:%d", &number, &error_number) == 2) mode = FROM;
    else if (sscanf(wanted, "full:%ld", &number) == 1) mode = FULL;
    else if (sscanf(wanted, "clock:%ld", &number) == 1) mode = CLOCK;
    else if (strcmp(wanted, "past") == 0) mode = PAST;
    else if (strcmp(wanted, "count") == 0) mode = COUNT;
    else abort();
}

static void report_to(const char *path) {
    int file = open(path, O_RDWR | O_CREAT, 0600);
    if (file < 0 || ftruncate(file, sizeof(long)) != 0) abort();
    void *shared = mmap(NULL, sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared == MAP_FAILED) abort();
    operations = shared;
    close(file);
}

/* Whether this operation fails; errno is set then. */
static int fails(void) {
    if (mode == NOTHING || mode == FULL) return 0;
    long count = atomic_fetch_add(operations, 1) + 1;
    if ((mode == FAIL && count == number) || (mode == FROM && count >= number)) {
        errno = error_number;
        return 1;
    }
    return 0;
}

static int is_full(long bytes) {
    if (mode != FULL || atomic_fetch_add(&written, bytes) + bytes <= number) return 0;
    errno = ENOSPC;
    return 1;
}

static int is_below(const char *path) {
    return mode != NOTHING && path && strncmp(path, below, strlen(below)) == 0;
}

static int is_own_file(int file) {
    return mode != NOTHING && file >= 0 && file < (int)sizeof is_own && is_own[file];
}

static int is_below_at(int folder, const char *path) {
    return is_below(path) || (path && path[0] != '/' && is_own_file(folder));
}

static int opened(int file, int own) {
    if (file >= 0 && file < (int)sizeof is_own) is_own[file] = own;
    return file;
}

#define MODE_OF(flags) \
    mode_t permissions = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        permissions = va_arg(rest, mode_t); \
        va_end(rest); \
    }

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        MODE_OF(flags) \
        REAL(name); \
        int own = is_below(path); \
        if (own && (fails() || ((flags & O_CREAT) && is_full(0)))) return -1; \
        return opened(real(path, flags, permissions), own); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        MODE_OF(flags) \
        REAL(name); \
        int own = is_below_at(folder, path); \
        if (own && (fails() || ((flags & O_CREAT) && is_full(0)))) return -1; \
        return opened(real(folder, path, flags, permissions), own); \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int file) {
    REAL(close);
    if (file >= 0 && file < (int)sizeof is_own) is_own[file] = 0;
    return real(file);
}

#define ON_FILE(result, name, parameters, arguments, bytes) \
    result name parameters { \
        REAL(name); \
        if (is_own_file(file) && (fails() || ((bytes) && is_full((long)(bytes))))) return -1; \
        return real arguments; \
    }
ON_FILE(ssize_t, read, (int file, void *buffer, size_t length), (file, buffer, length), 0)
ON_FILE(ssize_t, pread64, (int file, void *buffer, size_t length, off64_t at), (file, buffer, length, at), 0)
ON_FILE(ssize_t, write, (int file, const void *buffer, size_t length), (file, buffer, length), length)
ON_FILE(ssize_t, pwrite64, (int file, const void *buffer, size_t length, off64_t at), (file, buffer, length, at), length)
ON_FILE(ssize_t, writev, (int file, const struct iovec *parts, int count), (file, parts, count), 1)
ON_FILE(int, fsync, (int file), (file), 0)
ON_FILE(int, fdatasync, (int file), (file), 0)
ON_FILE(int, syncfs, (int file), (file), 0)
ON_FILE(int, ftruncate64, (int file, off64_t length), (file, length), 0)
ON_FILE(int, flock, (int file, int operation), (file, operation), 0)
ON_FILE(int, fstat64, (int file, struct stat64 *state), (file, state), 0)

#define ON_PATH(result, failed, name, parameters, arguments, makes) \
    result name parameters { \
        REAL(name); \
        if (is_below(path) && (fails() || ((makes) && is_full(0)))) return failed; \
        return real arguments; \
    }
ON_PATH(int, -1, rename, (const char *path, const char *to), (path, to), 0)
ON_PATH(int, -1, unlink, (const char *path), (path), 0)
ON_PATH(int, -1, rmdir, (const char *path), (path), 0)
ON_PATH(int, -1, mkdir, (const char *path, mode_t permissions), (path, permissions), 1)
ON_PATH(int, -1, stat64, (const char *restrict path, struct stat64 *restrict state), (path, state), 0)
ON_PATH(int, -1, lstat64, (const char *restrict path, struct stat64 *restrict state), (path, state), 0)
ON_PATH(int, -1, renameat, (int from, const char *path, int folder, const char *to), (from, path, folder, to), 0)
ON_PATH(int, -1, renameat2, (int from, const char *path, int folder, const char *to, unsigned flags), (from, path, folder, to, flags), 0)
ON_PATH(int, -1, unlinkat, (int folder, const char *path, int flags), (folder, path, flags), 0)

DIR *opendir(const char *path) {
    REAL(opendir);
    int own = is_below(path);
    if (own && fails()) return NULL;
    DIR *folder = real(path);
    if (folder) opened(dirfd(folder), own);
    return folder;
}

int closedir(DIR *folder) {
    REAL(closedir);
    opened(dirfd(folder), 0);
    return real(folder);
}

struct dirent64 *readdir64(DIR *folder) {
    REAL(readdir64);
    if (is_own_file(dirfd(folder)) && fails()) return NULL;
    return real(folder);
}

int statx(int folder, const char *restrict path, int flags, unsigned mask, struct statx *restrict state) {
    REAL(statx);
    /* Rust asks without a path whether the system knows this call. The header promises one, so a compiler that sees
     * where the path comes from leaves the question out. */
    const char *volatile told = path;
    const char *named = told;
    int own = named && (named[0] ? is_below_at(folder, named) : is_own_file(folder));
    if (own && fails()) return -1;
    return real(folder, path, flags, mask, state);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument) {
    REAL(pthread_create);
    if (fails()) return EAGAIN;
    return real(thread, attributes, run, argument);
}

/* By how much the clock is wrong at this look, seconds. */
static long jump(void) {
    static atomic_ulong looks;
    if (mode == PAST) return -66L * 365 * 86400;
    unsigned long look = atomic_fetch_add(&looks, 1) * 6364136223846793005UL + 1442695040888963407UL;
    return (long)((look >> 33) % (2 * (unsigned long)number + 1)) - number;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    REAL(clock_gettime);
    int result = real(clock, time);
    if (result == 0 && clock == CLOCK_REALTIME && (mode == CLOCK || mode == PAST)) time->tv_sec += jump();
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    REAL(gettimeofday);
    int result = real(time, zone);
    if (result == 0 && (mode == CLOCK || mode == PAST)) time->tv_sec += jump();
    return result;
}
