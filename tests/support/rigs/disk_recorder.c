/* Records what a process does to the files of one folder, and can make its disk fail. Loaded by LD_PRELOAD.
 *
 *   REC_DIR    folder (absolute, with a slash at its end); files elsewhere are left alone
 *   REC_LOG    where the trace goes
 *   FAULT_SYNC_AT, FAULT_SYNC_COUNT     the n-th sync (from 1) and the following fail with EIO; nothing reaches the disk
 *   FAULT_WRITE_AT, FAULT_WRITE_COUNT, FAULT_WRITE_ERRNO   the same for writes (default ENOSPC)
 *   FAULT_FILE a file: while it exists, syncs and writes fail (its first byte: 'S' syncs with EIO, 'W' writes with
 *              ENOSPC, 'R' writes with EROFS, 'H' syncs that hang until the file is gone)
 *   SYNC_DELAY_US  each sync takes this much longer, as on a card
 *
 * A record: op (1 byte), file (u32), offset (u64), length (u32), little-endian, then `length` bytes.
 *   'O' open, data = path;  'W' write;  'S' sync;  'E' sync that failed;  'T' truncate to offset;
 *   'U' unlink, data = path; 'R' rename, data = old, newline, new;  'A' what the process wrote to fd 1
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define MAX_FD 4096

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static char folder[4096];
static uint32_t file_of[MAX_FD]; /* 0 = not ours */
static uint32_t next_file = 1;
static long syncs, writes;
static long sync_at, sync_count, write_at, write_count, write_errno, sync_delay_us;
static const char *fault_file;

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);

static long number(const char *name, long fallback) {
  const char *text = getenv(name);
  return text && *text ? atol(text) : fallback;
}

__attribute__((constructor)) static void start(void) {
  real_open = dlsym(RTLD_NEXT, "open");
  real_close = dlsym(RTLD_NEXT, "close");
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  real_rename = dlsym(RTLD_NEXT, "rename");
  const char *dir = getenv("REC_DIR"), *log = getenv("REC_LOG");
  if (!dir) return;
  snprintf(folder, sizeof folder, "%s", dir);
  sync_at = number("FAULT_SYNC_AT", 0);
  sync_count = number("FAULT_SYNC_COUNT", 1);
  write_at = number("FAULT_WRITE_AT", 0);
  write_count = number("FAULT_WRITE_COUNT", 1);
  write_errno = number("FAULT_WRITE_ERRNO", ENOSPC);
  sync_delay_us = number("SYNC_DELAY_US", 0);
  fault_file = getenv("FAULT_FILE");
  if (log) log_fd = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void record(char op, uint32_t file, uint64_t offset, const void *data, uint32_t length) {
  if (log_fd < 0) return;
  unsigned char *buffer = malloc(17 + (size_t)length);
  if (!buffer) abort();
  buffer[0] = (unsigned char)op;
  memcpy(buffer + 1, &file, 4);
  memcpy(buffer + 5, &offset, 8);
  memcpy(buffer + 13, &length, 4);
  if (length) memcpy(buffer + 17, data, length);
  size_t done = 0, all = 17 + (size_t)length;
  while (done < all) {
    ssize_t n = real_write(log_fd, buffer + done, all - done);
    if (n < 0) abort();
    done += (size_t)n;
  }
  free(buffer);
}

static int ours(const char *path) { return folder[0] && strncmp(path, folder, strlen(folder)) == 0; }

static char fault_now(void) {
  if (!fault_file) return 0;
  int fd = real_open(fault_file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  char what = 'S';
  if (read(fd, &what, 1) != 1) what = 'S';
  real_close(fd);
  return what;
}

static uint32_t file(int fd) { return fd >= 0 && fd < MAX_FD ? file_of[fd] : 0; }

static int opened(int fd, const char *path, int flags) {
  if (fd >= 0 && fd < MAX_FD) {
    pthread_mutex_lock(&lock);
    file_of[fd] = 0;
    if (ours(path) && !strstr(path, "-shm")) {
      struct stat found;
      if (fstat(fd, &found) == 0 && S_ISREG(found.st_mode)) {
        file_of[fd] = next_file++;
        record('O', file_of[fd], 0, path, (uint32_t)strlen(path));
        if (flags & O_TRUNC) record('T', file_of[fd], 0, NULL, 0);
      }
    }
    pthread_mutex_unlock(&lock);
  }
  return fd;
}

int open(const char *path, int flags, ...) {
  mode_t mode = 0;
  if (flags & (O_CREAT | __O_TMPFILE)) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
  }
  return opened(real_open(path, flags, mode), path, flags);
}

int open64(const char *path, int flags, ...) {
  mode_t mode = 0;
  if (flags & (O_CREAT | __O_TMPFILE)) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
  }
  return opened(real_open(path, flags | O_LARGEFILE, mode), path, flags);
}

int close(int fd) {
  if (fd >= 0 && fd < MAX_FD) file_of[fd] = 0;
  return real_close(fd);
}

/* Called with the lock held; returns an errno or 0. */
static int write_fault(void) {
  writes++;
  if (write_at && writes >= write_at && writes < write_at + write_count) return (int)write_errno;
  switch (fault_now()) {
    case 'W': return ENOSPC;
    case 'R': return EROFS;
    default: return 0;
  }
}

static ssize_t put(int fd, const void *data, size_t length, off_t offset, int positioned) {
  pthread_mutex_lock(&lock);
  uint32_t id = file(fd);
  int fault = id ? write_fault() : 0;
  if (fault) {
    pthread_mutex_unlock(&lock);
    errno = fault;
    return -1;
  }
  if (id && !positioned) offset = lseek(fd, 0, SEEK_CUR);
  ssize_t n = positioned ? real_pwrite(fd, data, length, offset) : real_write(fd, data, length);
  int saved = errno;
  if (n > 0 && id) record('W', id, (uint64_t)offset, data, (uint32_t)n);
  if (n > 0 && fd == 1) record('A', 0, 0, data, (uint32_t)n);
  pthread_mutex_unlock(&lock);
  errno = saved;
  return n;
}

ssize_t write(int fd, const void *data, size_t length) { return put(fd, data, length, 0, 0); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return put(fd, data, length, offset, 1); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return put(fd, data, length, offset, 1); }

static int sync_file(int fd, int (*real)(int)) {
  uint32_t id = file(fd);
  if (!id) return real(fd);
  if (sync_delay_us) usleep((useconds_t)sync_delay_us);
  while (fault_now() == 'H') usleep(1000);
  pthread_mutex_lock(&lock);
  syncs++;
  if ((sync_at && syncs >= sync_at && syncs < sync_at + sync_count) || fault_now() == 'S') {
    record('E', id, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = EIO;
    return -1;
  }
  int result = real(fd);
  int saved = errno;
  if (result == 0) record('S', id, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
  errno = saved;
  return result;
}

int fsync(int fd) { return sync_file(fd, real_fsync); }
int fdatasync(int fd) { return sync_file(fd, real_fdatasync); }

static int cut(int fd, off_t length) {
  pthread_mutex_lock(&lock);
  uint32_t id = file(fd);
  int result = real_ftruncate(fd, length);
  int saved = errno;
  if (result == 0 && id) record('T', id, (uint64_t)length, NULL, 0);
  pthread_mutex_unlock(&lock);
  errno = saved;
  return result;
}

int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off64_t length) { return cut(fd, length); }

int unlink(const char *path) {
  pthread_mutex_lock(&lock);
  int result = real_unlink(path);
  int saved = errno;
  if (result == 0 && ours(path)) record('U', 0, 0, path, (uint32_t)strlen(path));
  pthread_mutex_unlock(&lock);
  errno = saved;
  return result;
}

int rename(const char *from, const char *to) {
  pthread_mutex_lock(&lock);
  int result = real_rename(from, to);
  int saved = errno;
  if (result == 0 && ours(from)) {
    char both[8200];
    int n = snprintf(both, sizeof both, "%s\n%s", from, to);
    record('R', 0, 0, both, (uint32_t)n);
  }
  pthread_mutex_unlock(&lock);
  errno = saved;
  return result;
}
