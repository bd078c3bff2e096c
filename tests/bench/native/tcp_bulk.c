#include "common.h"
#include "tcp_client.h"

enum {
  WRITE = 64 * 1024,
  MOST_UNDER_WAY = 256 * 1024, /* bytes sent whose echo is missing, a connection */
  REQUEST = 4 * 1024 * 1024,   /* what is asked of the server at a time; twice as much is asked for ahead */
};

typedef struct {
  OVERLAPPED receiving, sending;
  SOCKET socket;
  unsigned index;
  int is_sending, is_receiving;
  uint64_t sent, received, requested;
  uint64_t request, count; /* what goes to or comes from the server as a number of 8 bytes */
  unsigned count_bytes;
  char buffer[WRITE];
} connection;

static HANDLE completions;
static connection *connections;
static unsigned count;
static double until;

static void open_connections(unsigned port) {
  completions = make_port();
  count = (unsigned)option("conns", 1);
  connections = calloc(count, sizeof *connections);
  for (unsigned i = 0; i < count; i++) {
    connection *c = &connections[i];
    c->index = i;
    c->socket = connect_tcp(port);
    join_port(completions, c->socket, c);
  }
}

static void close_connections(void) {
  for (unsigned i = 0; i < count; i++) closesocket(connections[i].socket);
  free(connections);
  CloseHandle(completions);
}

/* Has `go_on` called for each connection whenever one of its operations has ended, until none is pending. */
static void run(void (*go_on)(connection *c), void (*take)(connection *c, DWORD bytes)) {
  OVERLAPPED_ENTRY entries[ENTRIES];
  for (unsigned i = 0; i < count; i++) go_on(&connections[i]);
  for (;;) {
    unsigned pending = 0;
    for (unsigned i = 0; i < count; i++) pending += connections[i].is_sending + connections[i].is_receiving;
    if (pending == 0) return;
    unsigned found = dequeue(completions, entries);
    for (unsigned i = 0; i < found; i++) {
      connection *c = (connection *)entries[i].lpCompletionKey;
      if (status_of(&entries[i]) != 0) fail("connection %u: status %08lx", c->index, status_of(&entries[i]));
      if (entries[i].lpOverlapped == &c->sending) {
        c->is_sending = 0;
      } else {
        c->is_receiving = 0;
        take(c, entries[i].dwNumberOfBytesTransferred);
      }
      go_on(c);
    }
  }
}

static uint64_t total_received(void) {
  uint64_t total = 0;
  for (unsigned i = 0; i < count; i++) total += connections[i].received;
  return total;
}

static void print_rate(double bytes, double time) { printf("{\"rate\":%.2f}\n", bytes / time); }

/* Counts what is received between the end of the warm-up and the end. */
static double measured_from, received_before;

static void begin(void) {
  measured_from = now() + option("warmup", 300) * 1e3;
  until = measured_from + option("time", 1000) * 1e3;
  received_before = -1;
}

static double measured_until, received_at_end;

static void note_progress(void) {
  double time = now();
  if (received_before < 0 && time >= measured_from) measured_from = time, received_before = (double)total_received();
  if (time < until) measured_until = time, received_at_end = (double)total_received();
}

static void print_measured(void) {
  print_rate(received_at_end - received_before, measured_until - measured_from);
}

/* ---- echo ---- */

static void take_echo(connection *c, DWORD bytes) {
  if (bytes == 0) fail("connection %u was closed by the server", c->index);
  verify(c->buffer, bytes, c->index, c->received);
  c->received += bytes;
  if (c->received > c->sent) fail("connection %u: more bytes than were sent", c->index);
  note_progress();
}

static void go_on_echo(connection *c) {
  DWORD bytes;
  int has_moved = 1;
  while (has_moved) {
    has_moved = 0;
    if (!c->is_sending && c->sent - c->received <= MOST_UNDER_WAY - WRITE && now() < until) {
      c->is_sending = !start_send(c->socket, pattern_at(c->index, c->sent), WRITE, &c->sending, &bytes);
      c->sent += WRITE;
      has_moved = 1;
    }
    if (!c->is_receiving && c->received < c->sent) {
      if (start_recv(c->socket, c->buffer, WRITE, &c->receiving, &bytes)) {
        take_echo(c, bytes);
        has_moved = 1;
      } else {
        c->is_receiving = 1;
      }
    }
  }
}

void bulk_echo(unsigned port) {
  open_connections(port);
  begin();
  run(go_on_echo, take_echo);
  print_measured();
  close_connections();
}

/* ---- sink: the server reads to the end, then answers with how many bytes there were ---- */

static void take_count(connection *c, DWORD bytes) {
  if (bytes == 0) fail("connection %u was closed by the server", c->index);
  c->count_bytes += bytes;
  if (c->count_bytes == sizeof c->count && c->count != c->sent) {
    fail("wrong answer: connection %u: %llu bytes were received of %llu", c->index, (unsigned long long)c->count,
         (unsigned long long)c->sent);
  }
}

static void go_on_sink(connection *c) {
  DWORD bytes;
  while (!c->is_sending && now() < until) {
    c->is_sending = !start_send(c->socket, pattern_at(c->index, c->sent), WRITE, &c->sending, &bytes);
    c->sent += WRITE;
  }
  if (c->is_sending || c->is_receiving || c->count_bytes == sizeof c->count) return;
  if (c->count_bytes == 0) shutdown(c->socket, SD_SEND);
  while (c->count_bytes < sizeof c->count) {
    if (!start_recv(c->socket, (char *)&c->count + c->count_bytes, sizeof c->count - c->count_bytes, &c->receiving,
                    &bytes)) {
      c->is_receiving = 1;
      return;
    }
    take_count(c, bytes);
  }
}

/* From the first write until the server has said that it has everything. */
static double pour(unsigned port, double time, double *took) {
  open_connections(port);
  double start = now(), bytes = 0;
  until = start + time;
  run(go_on_sink, take_count);
  *took = now() - start;
  for (unsigned i = 0; i < count; i++) bytes += (double)connections[i].sent;
  close_connections();
  return bytes;
}

void bulk_sink(unsigned port) {
  double took;
  pour(port, option("warmup", 300) * 1e3, &took);
  double bytes = pour(port, option("time", 1000) * 1e3, &took);
  print_rate(bytes, took);
}

/* ---- source: the server sends as many bytes as it is asked for, in writes of 64 KiB ---- */

/* A stretch of the server's own pattern, which repeats itself after each write; twice, to compare from anywhere. */
static char source_pattern[2 * WRITE];

static void take_source(connection *c, DWORD bytes) {
  if (bytes == 0) fail("connection %u was closed by the server", c->index);
  if (memcmp(c->buffer, source_pattern + c->received % WRITE, bytes) != 0) {
    fail("wrong answer: connection %u: within %lu bytes from %llu", c->index, bytes, (unsigned long long)c->received);
  }
  c->received += bytes;
  note_progress();
}

static void go_on_source(connection *c) {
  DWORD bytes;
  for (;;) {
    while (!c->is_sending && c->requested - c->received <= REQUEST && now() < until) {
      c->request = REQUEST;
      c->is_sending = !start_send(c->socket, (char *)&c->request, sizeof c->request, &c->sending, &bytes);
      c->requested += REQUEST;
    }
    if (c->is_receiving || c->received == c->requested) return;
    if (!start_recv(c->socket, c->buffer, WRITE, &c->receiving, &bytes)) {
      c->is_receiving = 1;
      return;
    }
    take_source(c, bytes);
  }
}

void bulk_source(unsigned port) {
  for (unsigned i = 0; i < sizeof source_pattern; i++) {
    unsigned place = i % WRITE;
    source_pattern[i] = (char)(place * 31 + (place >> 8));
  }
  open_connections(port);
  begin();
  run(go_on_source, take_source);
  print_measured();
  close_connections();
}
