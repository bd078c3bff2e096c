#include "common.h"
#include "tcp_client.h"

/* Asks for 1 GiB, waits until nothing more comes, and says so; goes on after a line on stdin. */
void unread(unsigned port) {
  char line[16];
  uint64_t request = 1 << 30;
  u_long before = 0, waiting = 0;
  SOCKET s = connect_tcp(port);
  puts("{\"unread\":0}");
  fflush(stdout);
  if (fgets(line, sizeof line, stdin) == NULL) fail("no line on stdin");
  if (send(s, (char *)&request, sizeof request, 0) != sizeof request) fail_call("send");
  do {
    before = waiting;
    Sleep(300);
    if (ioctlsocket(s, FIONREAD, &waiting) != 0) fail_call("ioctlsocket");
  } while (waiting == 0 || waiting > before);
  printf("{\"unread\":%lu}\n", waiting);
  fflush(stdout);
  if (fgets(line, sizeof line, stdin) == NULL) fail("no line on stdin");
}
