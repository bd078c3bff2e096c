#include "common.h"
#include "tcp_client.h"

static unsigned server_port;
static double measure_from, measure_until;
static volatile LONG accepted;

/* Blocking calls: they are the fewest, and the cost of the client is in every result. */
static DWORD WINAPI knock(void *unused) {
  (void)unused;
  for (double start; (start = now()) < measure_until;) {
    char byte;
    SOCKET s = connect_tcp(server_port);
    int bytes = recv(s, &byte, 1, 0);
    if (bytes < 0) fail_call("recv");
    if (bytes > 0) fail("wrong answer: a byte instead of the end");
    closesocket(s);
    double end = now();
    if (start >= measure_from && end <= measure_until) InterlockedIncrement(&accepted);
  }
  return 0;
}

void accept_close(unsigned port) {
  HANDLE threads[64];
  DWORD count = (DWORD)option("conns", 8);
  double time = option("time", 1000) * 1e3;
  if (count > 64) fail("conns must be at most 64");
  server_port = port;
  measure_from = now() + option("warmup", 300) * 1e3;
  measure_until = measure_from + time;
  for (DWORD i = 0; i < count; i++) {
    threads[i] = CreateThread(NULL, 0, knock, NULL, 0, NULL);
    if (threads[i] == NULL) fail_call("CreateThread");
  }
  DWORD ended = WaitForMultipleObjects(count, threads, TRUE, (DWORD)(option("warmup", 300) + time / 1e3 + 10000));
  if (ended == WAIT_TIMEOUT) fail("no answer for 10 s");
  printf("{\"rate\":%.1f}\n", accepted / time * 1e6);
}
