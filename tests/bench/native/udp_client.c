/*
 * The UDP load client:  udp_client PORT [window=N] [bytes=N] [warmup=MS] [time=MS]
 *
 * Keeps up to `window` datagrams under way, each with its number in front. One that has not been answered when nothing
 * has come for a while counts as lost. Every answer must be one that is awaited, byte by byte.
 */
#include "common.h"

enum { MOST_UNDER_WAY = 64, LOST_AFTER = 200 /* ms */, ROOM = 2048 };

static struct {
  uint64_t number;
  double start;
  int is_awaited;
} under_way[MOST_UNDER_WAY];

static unsigned window, length, waiting;
static uint64_t next_number, answers, lost;
static double measure_from, measure_until;
static char buffer[ROOM];
static SOCKET s;

/* What the datagram of a number consists of after it. */
static const char *payload(uint64_t number) { return pattern_at(0, number * 131); }

static void say(void) {
  char datagram[ROOM];
  OVERLAPPED sending;
  DWORD bytes;
  unsigned place = 0;
  while (under_way[place].is_awaited) place++;
  memcpy(datagram, &next_number, sizeof next_number);
  memcpy(datagram + sizeof next_number, payload(next_number), length - sizeof next_number);
  under_way[place].number = next_number++;
  under_way[place].is_awaited = 1;
  under_way[place].start = now();
  waiting++;
  if (!start_send(s, datagram, length, &sending, &bytes)) fail("a datagram was not sent at once");
}

static void take(DWORD bytes) {
  uint64_t number;
  double end = now();
  if (bytes != length) fail("wrong answer: %lu bytes instead of %u", bytes, length);
  memcpy(&number, buffer, sizeof number);
  if (memcmp(buffer + sizeof number, payload(number), length - sizeof number) != 0) {
    fail("wrong answer: other bytes in datagram %llu", (unsigned long long)number);
  }
  for (unsigned place = 0; place < window; place++) {
    if (!under_way[place].is_awaited || under_way[place].number != number) continue;
    under_way[place].is_awaited = 0;
    waiting--;
    if (end < measure_from || end > measure_until) return;
    add_sample(end - under_way[place].start);
    answers++;
    return;
  }
  /* One that came after it was given up as lost is no error; one that was never sent is. */
  if (number >= next_number) fail("wrong answer: datagram %llu was not sent", (unsigned long long)number);
}

static void give_up(void) {
  for (unsigned place = 0; place < window; place++) {
    lost += under_way[place].is_awaited;
    under_way[place].is_awaited = 0;
  }
  waiting = 0;
  if (lost > 1000) fail("no answers: %llu datagrams are lost", (unsigned long long)lost);
}

static void run(HANDLE port) {
  for (;;) {
    OVERLAPPED receiving;
    OVERLAPPED_ENTRY entry;
    ULONG count;
    DWORD bytes;
    int is_over = now() >= measure_until;
    while (!is_over && waiting < window) say();
    if (waiting == 0) return;
    if (!start_recv(s, buffer, sizeof buffer, &receiving, &bytes)) {
      while (!GetQueuedCompletionStatusEx(port, &entry, 1, &count, LOST_AFTER, FALSE)) {
        if (GetLastError() != WAIT_TIMEOUT) fail_call("GetQueuedCompletionStatusEx");
        give_up();
        if (now() >= measure_until) return;
        while (waiting < window) say();
      }
      if (status_of(&entry) != 0) fail("status %08lx", status_of(&entry));
      bytes = entry.dwNumberOfBytesTransferred;
    }
    take(bytes);
  }
}

int main(int argc, char **argv) {
  if (argc < 2) fail("usage: udp_client PORT [name=value…]");
  take_options(argc, argv);
  window = (unsigned)option("window", 1);
  length = (unsigned)option("bytes", 64);
  if (window < 1 || window > MOST_UNDER_WAY || length < 8 || length > ROOM) fail("window or bytes out of range");
  start_winsock();
  HANDLE port = make_port();
  s = make_socket(SOCK_DGRAM);
  struct sockaddr_in name = loopback((unsigned)atoi(argv[1]));
  if (connect(s, (struct sockaddr *)&name, sizeof name) != 0) fail_call("connect");
  join_port(port, s, NULL);
  double time = option("time", 1000) * 1e3;
  measure_from = now() + option("warmup", 500) * 1e3;
  measure_until = measure_from + time;
  run(port);
  printf("{\"rate\":%.1f,\"p50\":%.2f,\"p99\":%.2f,\"lost\":%llu}\n", answers / time * 1e6, sample_at(0.5),
         sample_at(0.99), (unsigned long long)lost);
  return 0;
}
