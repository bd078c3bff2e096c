/*
 * The TCP load client:  tcp_client PORT SCENARIO [name=value…]
 *
 *   conns=N bytes=N     how many connections, and bytes a message
 *   body=N              of http: the bytes of the body that the server answers with
 *   warmup=MS time=MS   how long to run before measuring, and measuring
 */
#include "tcp_client.h"
#include "common.h"

static const struct {
  const char *name;
  void (*run)(unsigned port);
} scenarios[] = {
    {"ping-pong", ping_pong}, {"idle", idle},     {"echo", bulk_echo},      {"sink", bulk_sink},
    {"http", http},             {"source", bulk_source},  {"unread", unread}, {"accept", accept_close},
};

int main(int argc, char **argv) {
  if (argc < 3) fail("usage: tcp_client PORT SCENARIO [name=value…]");
  take_options(argc, argv);
  start_winsock();
  for (unsigned i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
    if (strcmp(scenarios[i].name, argv[2]) != 0) continue;
    scenarios[i].run((unsigned)atoi(argv[1]));
    return 0;
  }
  fail("no such scenario: %s", argv[2]);
}
