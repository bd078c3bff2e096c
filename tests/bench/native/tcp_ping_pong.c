#include "common.h"
#include "tcp_client.h"

typedef struct {
  OVERLAPPED receiving, sending;
  SOCKET socket;
  unsigned index;
  int is_sending;      /* a send is pending: its OVERLAPPED must not be used again yet */
  unsigned awaited;    /* bytes of the answer that are missing */
  uint64_t sent, received;
  double start;
  unsigned round_trips;
  char *buffer;
} connection;

static HANDLE completions;
static unsigned message_length;
static unsigned answer_length;
/* What is sent in place of the pattern; NULL for the pattern, which comes back. */
static const char *request;
static unsigned waiting; /* connections whose answer is missing */
static double measure_from, measure_until;

/* Takes some bytes of an answer; 1 when that was the last of them. */
static int take(connection *c, DWORD bytes) {
  if (bytes == 0) fail("connection %u was closed by the server", c->index);
  if (bytes > c->awaited) fail("connection %u: more bytes than were sent", c->index);
  if (request == NULL) verify(c->buffer, bytes, c->index, c->received);
  c->received += bytes;
  c->awaited -= bytes;
  if (c->awaited > 0) return 0;
  waiting--;
  double end = now();
  /* On a machine so slow that no answer comes in time, the first one counts. */
  if (end >= measure_from && (end <= measure_until || sample_count() == 0)) {
    add_sample(end - c->start);
    c->round_trips++;
  }
  return 1;
}

static void say(connection *c) {
  DWORD bytes;
  waiting++;
  c->awaited = answer_length;
  c->start = now();
  const char *message = request == NULL ? pattern_at(c->index, c->sent) : request;
  c->is_sending = !start_send(c->socket, message, message_length, &c->sending, &bytes);
  c->sent += message_length;
}

/* Goes on until something is pending, or for as long as it is time to. */
static void go_on(connection *c) {
  for (;;) {
    DWORD bytes;
    if (c->awaited == 0) {
      if (c->is_sending || now() >= measure_until) return;
      say(c);
    }
    if (!start_recv(c->socket, c->buffer, answer_length, &c->receiving, &bytes)) return;
    take(c, bytes);
  }
}

static void complete(const OVERLAPPED_ENTRY *entry) {
  connection *c = (connection *)entry->lpCompletionKey;
  if (status_of(entry) != 0) fail("connection %u: status %08lx", c->index, status_of(entry));
  if (entry->lpOverlapped == &c->sending) {
    c->is_sending = 0;
    if (c->awaited == 0) go_on(c);
  } else {
    take(c, entry->dwNumberOfBytesTransferred);
    go_on(c);
  }
}

/* All connections, for a time; when it is over, the answers under way are still waited for. */
static void run(connection *connections, unsigned count, double warmup, double time) {
  OVERLAPPED_ENTRY entries[ENTRIES];
  forget_samples();
  measure_from = now() + warmup;
  measure_until = measure_from + time;
  for (unsigned i = 0; i < count; i++) go_on(&connections[i]);
  while (waiting > 0) {
    unsigned found = dequeue(completions, entries);
    for (unsigned i = 0; i < found; i++) complete(&entries[i]);
  }
}

static connection *open_connections(unsigned port, unsigned count) {
  connection *connections = calloc(count, sizeof *connections);
  for (unsigned i = 0; i < count; i++) {
    connection *c = &connections[i];
    c->index = i;
    c->buffer = malloc(answer_length);
    c->socket = connect_tcp(port);
    join_port(completions, c->socket, c);
  }
  return connections;
}

static void read_options(void) {
  completions = make_port();
  message_length = answer_length = (unsigned)option("bytes", 64);
}

static void measure_round_trips(unsigned port) {
  unsigned count = (unsigned)option("conns", 1);
  double time = option("time", 1000) * 1e3;
  connection *connections = open_connections(port, count);
  run(connections, count, option("warmup", 500) * 1e3, time);
  unsigned least = ~0u, most = 0;
  for (unsigned i = 0; i < count; i++) {
    unsigned round_trips = connections[i].round_trips;
    if (round_trips < least) least = round_trips;
    if (round_trips > most) most = round_trips;
  }
  printf("{\"rate\":%.1f,\"p50\":%.2f,\"p99\":%.2f,\"max\":%.2f,\"wait\":%.2f,\"least\":%u,\"most\":%u}\n",
         sample_count() / time * 1e6, sample_at(0.5), sample_at(0.99), sample_at(1),
         sample_at(1) / sample_at(0.5), least, most);
}

void ping_pong(unsigned port) {
  read_options();
  measure_round_trips(port);
}

/* The length of an answer to the request, which must be the same each time, and have a body of the length that is asked for. */
static unsigned length_of_answer(unsigned port, unsigned body) {
  static char answer[256 * 1024];
  unsigned received = 0, head = 0;
  SOCKET s = connect_tcp(port);
  if (send(s, request, message_length, 0) != (int)message_length) fail_call("send");
  while (head == 0 || received < head + body) {
    int bytes = recv(s, answer + received, sizeof answer - 1 - received, 0);
    if (bytes <= 0) fail("the answer ended after %u bytes: %s", received, answer);
    received += bytes;
    answer[received] = 0;
    char *end = strstr(answer, "\r\n\r\n");
    if (end != NULL) head = (unsigned)(end - answer) + 4;
  }
  if (received != head + body) fail("the answer has %u bytes beyond its body: %s", received - head - body, answer);
  if (strncmp(answer, "HTTP/1.1 200 ", 13) != 0) fail("the answer is no success: %s", answer);
  closesocket(s);
  return received;
}

/* Requests of HTTP that are answered with a body of `body` bytes. */
void http(unsigned port) {
  read_options();
  request = "GET /page HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n";
  message_length = (unsigned)strlen(request);
  answer_length = length_of_answer(port, (unsigned)option("body", 0));
  measure_round_trips(port);
}

/* Has one message echoed, so that the server has accepted the connection and reads from it. */
static void make_idle(SOCKET s, unsigned index) {
  char answer[64];
  unsigned received = 0;
  if (send(s, pattern_at(index, 0), sizeof answer, 0) != sizeof answer) fail_call("send");
  while (received < sizeof answer) {
    int bytes = recv(s, answer + received, sizeof answer - received, 0);
    if (bytes <= 0) fail("idle connection %u was closed by the server", index);
    received += bytes;
  }
  verify(answer, sizeof answer, index, 0);
}

/* After each level, and before the first, waits for a line on stdin: meanwhile the bench looks at the server's memory. */
void idle(unsigned port) {
  read_options();
  char line[16];
  unsigned levels[] = {10, 100, 1000, (unsigned)option("conns", 5000)}, made = 0;
  double time = option("time", 300) * 1e3;
  connection *active = open_connections(port, 1);
  run(active, 1, option("warmup", 500) * 1e3, time);
  for (unsigned level = 0; level < sizeof levels / sizeof *levels; level++) {
    while (made < levels[level]) made++, make_idle(connect_tcp(port), made);
    run(active, 1, 100e3, time);
    printf("{\"idle\":%u,\"p50\":%.2f,\"p99\":%.2f}\n", made, sample_at(0.5), sample_at(0.99));
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL) fail("no line on stdin");
  }
}
