/* The calls that set sockets up and change their options, as Microsoft's pages on dual-stack sockets and on the socket
   options want them: a line each, arguments as the functions get them. Nothing is called. First what SET_UPS open, then
   what program.ts sets, in its order. */
#ifndef SIO_UDP_NETRESET
#define SIO_UDP_NETRESET _WSAIOW(IOC_VENDOR, 15)
#endif
#ifndef TCP_KEEPIDLE /* ws2ipdef.h of Windows 10 has them, that of mingw-w64 not yet */
#define TCP_KEEPIDLE 3
#define TCP_KEEPCNT 16
#define TCP_KEEPINTVL 17
#endif
#ifndef IP_RECVECN
#define IP_RECVECN 50
#define IPV6_RECVECN 50
#endif
enum kind { DUAL_STACK, V6_ONLY, IPV4 };
struct set_up { enum kind kind; BOOL packet_info, reuse_address, connection_reset; };
static const struct set_up set_ups[] = { SET_UPS };

static void hex(const void *bytes, int length) {
  for (int i = 0; i < length; i++) printf("%02x", ((const unsigned char *) bytes)[i]);
  putchar('\n');
}
static void set(int level, int name, const void *value, int length) {
  printf("setsockopt %d %d ", level, name);
  hex(value, length);
}
static void set_int(int level, int name, INT value) { set(level, name, &value, sizeof value); }
static void control(DWORD code, BOOL value) {
  printf("WSAIoctl 0x%lx ", (unsigned long) code);
  hex(&value, sizeof value);
}

static void open_socket(const struct set_up *s) {
  SOCKADDR_INET name;
  memset(&name, 0, sizeof name); /* every address, any port */
  name.si_family = s->kind == IPV4 ? AF_INET : AF_INET6;
  printf("WSASocketW %d %d %d - 0 0x%x\n", name.si_family, SOCK_DGRAM, IPPROTO_UDP,
         WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
  if (s->kind != IPV4) set_int(IPPROTO_IPV6, IPV6_V6ONLY, s->kind == V6_ONLY);
  set_int(SOL_SOCKET, s->reuse_address ? SO_REUSEADDR : SO_EXCLUSIVEADDRUSE, TRUE);
  if (!s->connection_reset) {
    control(SIO_UDP_CONNRESET, FALSE);
    control(SIO_UDP_NETRESET, FALSE);
  }
  if (s->packet_info && s->kind != IPV4) {
    set_int(IPPROTO_IPV6, IPV6_PKTINFO, TRUE);
    set_int(IPPROTO_IPV6, IPV6_HOPLIMIT, TRUE);
    set_int(IPPROTO_IPV6, IPV6_RECVTCLASS, TRUE);
    set_int(IPPROTO_IPV6, IPV6_RECVECN, TRUE);
  }
  if (s->packet_info && s->kind != V6_ONLY) {
    set_int(IPPROTO_IP, IP_PKTINFO, TRUE);
    set_int(IPPROTO_IP, IP_HOPLIMIT, TRUE);
    set_int(IPPROTO_IP, IP_RECVTOS, TRUE);
    set_int(IPPROTO_IP, IP_RECVECN, TRUE);
  }
  printf("bind ");
  hex(&name, s->kind == IPV4 ? sizeof(SOCKADDR_IN) : sizeof(SOCKADDR_IN6));
}

static void set_both(enum kind kind, int ipv6, int ipv4, INT value) {
  if (kind != IPV4) set_int(IPPROTO_IPV6, ipv6, value);
  if (kind != V6_ONLY) set_int(IPPROTO_IP, ipv4, value);
}
static void datagram_options(enum kind kind) {
  set_int(SOL_SOCKET, SO_RCVBUF, 0x12345);
  set_int(SOL_SOCKET, SO_SNDBUF, 0x23456);
  set_both(kind, IPV6_UNICAST_HOPS, IP_TTL, 77);
  set_int(SOL_SOCKET, SO_BROADCAST, TRUE);
  set_int(SOL_SOCKET, SO_BROADCAST, FALSE);
  set_both(kind, IPV6_DONTFRAG, IP_DONTFRAGMENT, TRUE);
  set_both(kind, IPV6_MULTICAST_HOPS, IP_MULTICAST_TTL, 0);
  set_both(kind, IPV6_MULTICAST_LOOP, IP_MULTICAST_LOOP, FALSE);
}

static void memberships(void) {
  struct ip_mreq first = { 0 }, second = { 0 };
  struct ipv6_mreq third = { 0 };
  inet_pton(AF_INET, "239.255.1.2", &first.imr_multiaddr);
  set(IPPROTO_IP, IP_ADD_MEMBERSHIP, &first, sizeof first);
  inet_pton(AF_INET, "239.255.1.3", &second.imr_multiaddr);
  inet_pton(AF_INET, "127.0.0.1", &second.imr_interface);
  set(IPPROTO_IP, IP_ADD_MEMBERSHIP, &second, sizeof second);
  set_int(IPPROTO_IP, IP_MULTICAST_TTL, 9);
  set_int(IPPROTO_IP, IP_MULTICAST_LOOP, FALSE);
  set(IPPROTO_IP, IP_DROP_MEMBERSHIP, &second, sizeof second);
  inet_pton(AF_INET6, "ff02::1234", &third.ipv6mr_multiaddr);
  third.ipv6mr_interface = 1;
  set(IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &third, sizeof third);
  set_int(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, TRUE);
  set(IPPROTO_IPV6, IPV6_DROP_MEMBERSHIP, &third, sizeof third);
}

static void set_linger(u_short on, u_short seconds) {
  struct linger value = { on, seconds };
  set(SOL_SOCKET, SO_LINGER, &value, sizeof value);
}
static void tcp_options(int level, int hop_limit) {
  set_int(IPPROTO_TCP, TCP_NODELAY, TRUE);
  set_int(IPPROTO_TCP, TCP_NODELAY, FALSE);
  set_int(SOL_SOCKET, SO_KEEPALIVE, TRUE);
  set_int(SOL_SOCKET, SO_KEEPALIVE, FALSE);
  set_int(IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set_int(IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set_int(IPPROTO_TCP, TCP_KEEPCNT, 6);
  set_linger(1, 65535);
  set_linger(1, 0);
  set_linger(0, 0);
  set_int(level, hop_limit, 78);
}

int main(void) {
  WSADATA data;
  WSAStartup(MAKEWORD(2, 2), &data);
  for (size_t i = 0; i < sizeof set_ups / sizeof *set_ups; i++) open_socket(&set_ups[i]);
  puts("options");
  datagram_options(DUAL_STACK);
  datagram_options(V6_ONLY);
  datagram_options(IPV4);
  puts("memberships");
  memberships();
  puts("tcp");
  tcp_options(IPPROTO_IP, IP_TTL); /* a connection is of one family, whatever its socket could do */
  tcp_options(IPPROTO_IPV6, IPV6_UNICAST_HOPS);
  return 0;
}
