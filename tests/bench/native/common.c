#include "common.h"
#include <stdarg.h>

static int argument_count;
static char **arguments;

_Noreturn void fail(const char *format, ...) {
  va_list list;
  va_start(list, format);
  vfprintf(stderr, format, list);
  va_end(list);
  fputc('\n', stderr);
  fflush(stderr);
  /* Not exit(): other threads may be in the middle of a call. */
  TerminateProcess(GetCurrentProcess(), 1);
  abort();
}

_Noreturn void fail_call(const char *call) { fail("%s failed with error %lu", call, GetLastError()); }

void take_options(int argc, char **argv) {
  argument_count = argc;
  arguments = argv;
}

long option(const char *name, long fallback) {
  size_t length = strlen(name);
  for (int i = 1; i < argument_count; i++) {
    if (strncmp(arguments[i], name, length) == 0 && arguments[i][length] == '=') return atol(arguments[i] + length + 1);
  }
  return fallback;
}

double now(void) {
  static double ticks_per_us;
  LARGE_INTEGER ticks;
  if (ticks_per_us == 0) {
    QueryPerformanceFrequency(&ticks);
    ticks_per_us = ticks.QuadPart / 1e6;
  }
  QueryPerformanceCounter(&ticks);
  return ticks.QuadPart / ticks_per_us;
}

enum { PATTERN_PERIOD = 1048573, CONNECTION_SHIFT = 7919 };

const char *pattern_at(unsigned connection, uint64_t position) {
  static char *pattern;
  if (pattern == NULL) {
    pattern = malloc(PATTERN_PERIOD + PATTERN_REACH);
    uint64_t state = 0x9e3779b97f4a7c15;
    for (unsigned i = 0; i < PATTERN_PERIOD; i++) {
      state ^= state << 13, state ^= state >> 7, state ^= state << 17;
      pattern[i] = (char)(state >> 32);
    }
    memcpy(pattern + PATTERN_PERIOD, pattern, PATTERN_REACH);
  }
  return pattern + (position + (uint64_t)connection * CONNECTION_SHIFT) % PATTERN_PERIOD;
}

void verify(const char *bytes, unsigned length, unsigned connection, uint64_t position) {
  const char *expected = pattern_at(connection, position);
  if (memcmp(bytes, expected, length) == 0) return;
  unsigned i = 0;
  while (bytes[i] == expected[i]) i++;
  fail("wrong answer: connection %u, byte %llu is %02x instead of %02x", connection, (unsigned long long)position + i,
       (unsigned char)bytes[i], (unsigned char)expected[i]);
}

enum { MOST_SAMPLES = 4 * 1024 * 1024 };
static float *samples;
static unsigned samples_taken;
static int samples_sorted;

void add_sample(double duration) {
  if (samples == NULL) samples = malloc(MOST_SAMPLES * sizeof *samples);
  if (samples_taken < MOST_SAMPLES) samples[samples_taken++] = (float)duration;
  samples_sorted = 0;
}

void forget_samples(void) { samples_taken = 0; }
unsigned sample_count(void) { return samples_taken; }

static int compare(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

double sample_at(double fraction) {
  if (samples_taken == 0) fail("no samples");
  if (!samples_sorted) qsort(samples, samples_taken, sizeof *samples, compare);
  samples_sorted = 1;
  return samples[(unsigned)(fraction * (samples_taken - 1) + 0.5)];
}

void start_winsock(void) {
  WSADATA data;
  int code = WSAStartup(0x0202, &data);
  if (code != 0) fail("WSAStartup failed with error %d", code);
}

HANDLE make_port(void) {
  HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
  if (port == NULL) fail_call("CreateIoCompletionPort");
  return port;
}

void join_port(HANDLE port, SOCKET s, void *key) {
  if (CreateIoCompletionPort((HANDLE)s, port, (ULONG_PTR)key, 0) == NULL) fail_call("CreateIoCompletionPort");
  if (!SetFileCompletionNotificationModes((HANDLE)s,
                                          FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE)) {
    fail_call("SetFileCompletionNotificationModes");
  }
}

SOCKET make_socket(int type) {
  SOCKET s = WSASocketW(AF_INET, type, 0, NULL, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
  if (s == INVALID_SOCKET) fail_call("WSASocketW");
  return s;
}

struct sockaddr_in loopback(unsigned port) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((u_short)port)};
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return name;
}

SOCKET connect_tcp(unsigned port) {
  SOCKET s = make_socket(SOCK_STREAM);
  struct sockaddr_in name = loopback(port);
  if (connect(s, (struct sockaddr *)&name, sizeof name) != 0) fail_call("connect");
  int on = 1;
  if (setsockopt(s, IPPROTO_TCP, TCP_NODELAY, (char *)&on, sizeof on) != 0) fail_call("setsockopt");
  struct linger linger = {.l_onoff = 1};
  if (setsockopt(s, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger) != 0) fail_call("setsockopt");
  return s;
}

unsigned local_port(SOCKET s) {
  struct sockaddr_in name;
  int length = sizeof name;
  if (getsockname(s, (struct sockaddr *)&name, &length) != 0) fail_call("getsockname");
  return ntohs(name.sin_port);
}

void write_port(const char *file, unsigned port) {
  FILE *out = fopen(file, "wb");
  if (out == NULL || fprintf(out, "%u\n", port) < 0 || fclose(out) != 0) fail("cannot write %s", file);
}

static int started(int result, const char *call) {
  if (result == 0) return 1;
  if (WSAGetLastError() != WSA_IO_PENDING) fail_call(call);
  return 0;
}

int start_recv(SOCKET s, char *buffer, unsigned length, OVERLAPPED *overlapped, DWORD *bytes) {
  WSABUF data = {length, buffer};
  DWORD flags = 0;
  memset(overlapped, 0, sizeof *overlapped);
  return started(WSARecv(s, &data, 1, bytes, &flags, overlapped, NULL), "WSARecv");
}

int start_send(SOCKET s, const char *buffer, unsigned length, OVERLAPPED *overlapped, DWORD *bytes) {
  WSABUF data = {length, (char *)buffer};
  memset(overlapped, 0, sizeof *overlapped);
  return started(WSASend(s, &data, 1, bytes, 0, overlapped, NULL), "WSASend");
}

unsigned dequeue(HANDLE port, OVERLAPPED_ENTRY *entries) {
  ULONG count = 0;
  if (GetQueuedCompletionStatusEx(port, entries, ENTRIES, &count, 10000, FALSE)) return count;
  if (GetLastError() == WAIT_TIMEOUT) fail("no answer for 10 s");
  fail_call("GetQueuedCompletionStatusEx");
}

/* OVERLAPPED's own status: under Wine the one in the entry has garbage in its upper half. */
unsigned long status_of(const OVERLAPPED_ENTRY *entry) { return (unsigned long)entry->lpOverlapped->Internal; }
