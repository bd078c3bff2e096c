/*
 * The native UDP echo server, over a completion port:
 *
 *   udp_server PORT_FILE echo [info=1]
 *
 * With info it asks for the packet information of each datagram (WSARecvMsg) and answers from the address it came to.
 */
#include "common.h"

enum { SLOTS = 32, ROOM = 2048 };

typedef struct {
  OVERLAPPED overlapped; /* first: a completion's OVERLAPPED is the slot */
  int is_sending;
  struct sockaddr_in peer;
  int peer_length;
  DWORD flags;
  WSABUF data;
  WSAMSG message;
  char control[64];
  char buffer[ROOM];
} slot;

static SOCKET s;
static int has_info;
static LPFN_WSARECVMSG recv_msg;
static LPFN_WSASENDMSG send_msg;

static void *extension(GUID id) {
  void *function;
  DWORD bytes;
  if (WSAIoctl(s, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &function, sizeof function, &bytes, NULL, NULL)) {
    fail_call("WSAIoctl");
  }
  return function;
}

static int receive(slot *o, DWORD *bytes) {
  memset(&o->overlapped, 0, sizeof o->overlapped);
  o->is_sending = 0;
  o->flags = 0;
  o->peer_length = sizeof o->peer;
  o->data = (WSABUF){ROOM, o->buffer};
  if (!has_info) {
    return WSARecvFrom(s, &o->data, 1, bytes, &o->flags, (struct sockaddr *)&o->peer, &o->peer_length, &o->overlapped,
                       NULL);
  }
  o->message = (WSAMSG){(struct sockaddr *)&o->peer, sizeof o->peer, &o->data, 1, {sizeof o->control, o->control}, 0};
  return recv_msg(s, &o->message, bytes, &o->overlapped, NULL);
}

static int answer(slot *o, DWORD received, DWORD *bytes) {
  memset(&o->overlapped, 0, sizeof o->overlapped);
  o->is_sending = 1;
  o->data.len = received;
  if (!has_info) {
    return WSASendTo(s, &o->data, 1, bytes, 0, (struct sockaddr *)&o->peer, sizeof o->peer, &o->overlapped, NULL);
  }
  WSACMSGHDR *header = WSA_CMSG_FIRSTHDR(&o->message);
  if (header == NULL || header->cmsg_type != IP_PKTINFO) fail("a datagram without packet information");
  ((IN_PKTINFO *)WSA_CMSG_DATA(header))->ipi_ifindex = 0; /* the address decides */
  return send_msg(s, &o->message, 0, bytes, &o->overlapped, NULL);
}

/* Goes on after a step has moved so many bytes, until a call is pending. */
static void go_on(slot *o, DWORD moved) {
  for (;;) {
    DWORD bytes = 0;
    int failed = o->is_sending ? receive(o, &bytes) : answer(o, moved, &bytes);
    if (failed && WSAGetLastError() == WSA_IO_PENDING) return;
    if (failed) fail_call(o->is_sending ? "sending" : "receiving");
    moved = bytes;
  }
}

int main(int argc, char **argv) {
  if (argc < 3 || strcmp(argv[2], "echo") != 0) fail("usage: udp_server PORT_FILE echo [info=1]");
  take_options(argc, argv);
  has_info = (int)option("info", 0);
  start_winsock();
  HANDLE completions = make_port();
  s = make_socket(SOCK_DGRAM);
  struct sockaddr_in name = loopback(0);
  if (bind(s, (struct sockaddr *)&name, sizeof name) != 0) fail_call("bind");
  int on = 1;
  if (has_info && setsockopt(s, IPPROTO_IP, IP_PKTINFO, (char *)&on, sizeof on) != 0) fail_call("setsockopt");
  recv_msg = (LPFN_WSARECVMSG)extension((GUID)WSAID_WSARECVMSG);
  send_msg = (LPFN_WSASENDMSG)extension((GUID)WSAID_WSASENDMSG);
  join_port(completions, s, NULL);
  write_port(argv[1], local_port(s));

  slot *slots = calloc(SLOTS, sizeof *slots);
  for (int i = 0; i < SLOTS; i++) {
    slots[i].is_sending = 1; /* what follows is receiving */
    go_on(&slots[i], 0);
  }
  for (;;) {
    OVERLAPPED_ENTRY entries[ENTRIES];
    ULONG count;
    if (!GetQueuedCompletionStatusEx(completions, entries, ENTRIES, &count, INFINITE, FALSE)) {
      fail_call("GetQueuedCompletionStatusEx");
    }
    for (ULONG i = 0; i < count; i++) {
      if (status_of(&entries[i]) != 0) fail("status %08lx", status_of(&entries[i]));
      go_on((slot *)entries[i].lpOverlapped, entries[i].dwNumberOfBytesTransferred);
    }
  }
}
