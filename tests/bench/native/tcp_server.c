/*
 * The native completion-port server, the limit that the others are measured against:
 *
 *   tcp_server PORT_FILE MODE [buffer=BYTES]
 *
 * MODE is echo, sink (reads to the end, answers with the byte count), source (sends as many bytes as each 8-byte number
 * asks for) or close (closes what it accepts). One thread, one operation at a time on a connection.
 */
#include "common.h"

enum { ACCEPTORS = 16, ADDRESS_ROOM = sizeof(struct sockaddr_in) + 16, IN_A_ROW = 64, WRITE = 64 * 1024 };

typedef enum { ACCEPTING, RECEIVING, SENDING } step;

typedef struct {
  OVERLAPPED overlapped; /* first: a completion's OVERLAPPED is the connection */
  step step;
  SOCKET socket;
  uint64_t total, owed;
  unsigned length;
  char addresses[2 * ADDRESS_ROOM];
  char *buffer;
} connection;

static enum { ECHO, SINK, SOURCE, CLOSE } mode;
static HANDLE completions;
static SOCKET listener;
static LPFN_ACCEPTEX accept_ex;
static unsigned buffer_length;
static char source[WRITE];

static void accept_next(connection *c) {
  DWORD bytes;
  memset(&c->overlapped, 0, sizeof c->overlapped);
  c->step = ACCEPTING;
  c->socket = make_socket(SOCK_STREAM);
  if (!accept_ex(listener, c->socket, c->addresses, 0, ADDRESS_ROOM, ADDRESS_ROOM, &bytes, &c->overlapped) &&
      WSAGetLastError() != WSA_IO_PENDING) {
    fail_call("AcceptEx");
  }
}

static void end(connection *c) {
  closesocket(c->socket);
  free(c->buffer);
  free(c);
}

/* Starts a call; 1 when it has ended, 0 when it is pending, -1 when it failed. */
static int start(connection *c, step step, char *data, unsigned length, DWORD *bytes) {
  WSABUF buffer = {length, data};
  DWORD flags = 0;
  memset(&c->overlapped, 0, sizeof c->overlapped);
  c->step = step;
  c->length = length;
  int failed = step == SENDING ? WSASend(c->socket, &buffer, 1, bytes, 0, &c->overlapped, NULL)
                               : WSARecv(c->socket, &buffer, 1, bytes, &flags, &c->overlapped, NULL);
  if (!failed) return 1;
  return WSAGetLastError() == WSA_IO_PENDING ? 0 : -1;
}

/* What follows when so many bytes have been moved: the next call's outcome as of start(). */
static int follow(connection *c, DWORD moved, DWORD *bytes) {
  int was_sending = c->step == SENDING;
  if (was_sending && moved != c->length) return -1;
  switch (mode) {
  case ECHO:
    if (!was_sending) return moved == 0 ? -1 : start(c, SENDING, c->buffer, moved, bytes);
    break;
  case SINK:
    if (was_sending) return -1;
    c->total += moved;
    if (moved == 0) return start(c, SENDING, (char *)&c->total, sizeof c->total, bytes);
    break;
  case SOURCE:
    if (was_sending) {
      c->owed -= moved;
    } else {
      if (moved == 0 || moved % 8 != 0) return -1;
      for (DWORD i = 0; i < moved; i += 8) c->owed += *(uint64_t *)(c->buffer + i);
    }
    if (c->owed > 0) return start(c, SENDING, source, c->owed < WRITE ? (unsigned)c->owed : WRITE, bytes);
    break;
  case CLOSE:
    return -1;
  }
  return start(c, RECEIVING, c->buffer, buffer_length, bytes);
}

/* Goes on with a connection until a call is pending, or until others should have their turn. */
static void go_on(connection *c, DWORD moved) {
  for (int i = 0; i < IN_A_ROW; i++) {
    DWORD bytes = 0;
    int outcome = follow(c, moved, &bytes);
    if (outcome == 0) return;
    if (outcome < 0) return end(c);
    moved = bytes;
  }
  PostQueuedCompletionStatus(completions, moved, 0, &c->overlapped);
  c->overlapped.Internal = 0;
}

static void begin(connection *acceptor) {
  SOCKET s = acceptor->socket;
  if (setsockopt(s, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (char *)&listener, sizeof listener) != 0) {
    fail_call("setsockopt");
  }
  accept_next(acceptor);
  if (mode == CLOSE) {
    closesocket(s);
    return;
  }
  connection *c = calloc(1, sizeof *c);
  c->socket = s;
  c->buffer = malloc(buffer_length);
  join_port(completions, s, NULL);
  DWORD bytes = 0;
  int outcome = start(c, RECEIVING, c->buffer, buffer_length, &bytes);
  if (outcome > 0) go_on(c, bytes);
  else if (outcome < 0) end(c);
}

static void complete(const OVERLAPPED_ENTRY *entry) {
  connection *c = (connection *)entry->lpOverlapped;
  int failed = status_of(entry) != 0;
  if (c->step == ACCEPTING) {
    if (!failed) return begin(c);
    closesocket(c->socket); /* the client was gone before it was accepted */
    accept_next(c);
  } else if (failed) {
    end(c);
  } else {
    go_on(c, entry->dwNumberOfBytesTransferred);
  }
}

int main(int argc, char **argv) {
  static const char *const modes[] = {"echo", "sink", "source", "close"};
  if (argc < 3) fail("usage: tcp_server PORT_FILE MODE [buffer=BYTES]");
  take_options(argc, argv);
  int given = 0;
  while (given < 4 && strcmp(argv[2], modes[given]) != 0) given++;
  if (given == 4) fail("no such mode: %s", argv[2]);
  mode = given;
  buffer_length = (unsigned)option("buffer", 64 * 1024);
  for (unsigned i = 0; i < WRITE; i++) source[i] = (char)(i * 31 + (i >> 8));

  start_winsock();
  completions = make_port();
  listener = make_socket(SOCK_STREAM);
  struct sockaddr_in name = loopback(0);
  if (bind(listener, (struct sockaddr *)&name, sizeof name) != 0) fail_call("bind");
  if (listen(listener, SOMAXCONN) != 0) fail_call("listen");
  join_port(completions, listener, NULL);

  GUID id = WSAID_ACCEPTEX;
  DWORD bytes;
  if (WSAIoctl(listener, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &accept_ex, sizeof accept_ex, &bytes, NULL,
               NULL) != 0) {
    fail_call("WSAIoctl");
  }
  for (int i = 0; i < ACCEPTORS; i++) accept_next(calloc(1, sizeof(connection)));
  write_port(argv[1], local_port(listener));

  for (;;) {
    OVERLAPPED_ENTRY entries[ENTRIES];
    ULONG count;
    if (!GetQueuedCompletionStatusEx(completions, entries, ENTRIES, &count, INFINITE, FALSE)) {
      fail_call("GetQueuedCompletionStatusEx");
    }
    for (ULONG i = 0; i < count; i++) complete(&entries[i]);
  }
}
