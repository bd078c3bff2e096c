/* For each of REQUESTS the WSAMSG that Microsoft's pages on dual-stack sockets and on WSASendMsg describe, with DATA to
   PORT: its name, its control messages and its data, a line each. Nothing is sent. */
#ifndef UDP_SEND_MSG_SIZE
#define UDP_SEND_MSG_SIZE 2
#endif
enum kind { DUAL_STACK, V6_ONLY, IPV4 };
struct request {
  enum kind kind; const char *to; unsigned long scope, flow;
  const char *source; unsigned long index; int hops, traffic_class, ecn, segment;
};
static const struct request requests[] = { REQUESTS };
static union { WSACMSGHDR align; char bytes[1024]; } control;
static WSAMSG msg;
static WSACMSGHDR *last;
static ULONG used;
static void hex(const char *title, const void *bytes, int length) {
  printf("%s", title);
  if (length == 0) putchar('-');
  for (int i = 0; i < length; i++) printf("%02x", ((const unsigned char *) bytes)[i]);
}
static void add(int level, int type, const void *data, size_t length) {
  last = WSA_CMSG_NXTHDR(&msg, last);
  last->cmsg_len = WSA_CMSG_LEN(length);
  last->cmsg_level = level;
  last->cmsg_type = type;
  memcpy(WSA_CMSG_DATA(last), data, length);
  used += WSA_CMSG_SPACE(length);
}
static void add_int(int level, int type, INT value) { add(level, type, &value, sizeof value); }
/* An address in its IPv6 form, mapped where it is IPv4. */
static IN6_ADDR in6(const char *text) {
  IN6_ADDR address;
  memset(&address, 0, sizeof address);
  if (strchr(text, ':')) inet_pton(AF_INET6, text, &address);
  else {
    address.s6_addr[10] = address.s6_addr[11] = 0xff;
    inet_pton(AF_INET, text, &address.s6_addr[12]);
  }
  return address;
}
static void send_message(const struct request *r) {
  static const unsigned char data[] = { DATA };
  WSABUF buffer = { sizeof data, (char *) data };
  SOCKADDR_INET name;
  IN6_ADDR to = in6(r->to);
  BOOL is_v4 = IN6_IS_ADDR_V4MAPPED(&to);
  memset(&name, 0, sizeof name);
  memset(&control, 0, sizeof control);
  memset(&msg, 0, sizeof msg);
  msg.name = (LPSOCKADDR) &name;
  if (r->kind == IPV4) {
    name.Ipv4.sin_family = AF_INET;
    name.Ipv4.sin_port = htons(PORT);
    memcpy(&name.Ipv4.sin_addr, &to.s6_addr[12], 4);
    msg.namelen = sizeof name.Ipv4;
  } else {
    name.Ipv6.sin6_family = AF_INET6;
    name.Ipv6.sin6_port = htons(PORT);
    name.Ipv6.sin6_flowinfo = htonl(r->flow);
    name.Ipv6.sin6_addr = to;
    name.Ipv6.sin6_scope_id = r->scope;
    msg.namelen = sizeof name.Ipv6;
  }
  msg.lpBuffers = &buffer;
  msg.dwBufferCount = 1;
  msg.Control.buf = control.bytes;
  msg.Control.len = sizeof control;
  last = NULL;
  used = 0;
  if (r->source || r->index) {
    if (is_v4) {
      IN_PKTINFO info;
      memset(&info, 0, sizeof info);
      if (r->source) { IN6_ADDR source = in6(r->source); memcpy(&info.ipi_addr, &source.s6_addr[12], 4); }
      info.ipi_ifindex = r->index;
      add(IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
    } else {
      IN6_PKTINFO info;
      memset(&info, 0, sizeof info);
      if (r->source) info.ipi6_addr = in6(r->source);
      info.ipi6_ifindex = r->index;
      add(IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
    }
  }
  if (r->hops >= 0) is_v4 ? add_int(IPPROTO_IP, IP_TTL, r->hops) : add_int(IPPROTO_IPV6, IPV6_HOPLIMIT, r->hops);
  if (r->traffic_class >= 0) {
    int value = r->ecn >= 0 ? (r->traffic_class & ~3) | r->ecn : r->traffic_class;
    is_v4 ? add_int(IPPROTO_IP, IP_TOS, value) : add_int(IPPROTO_IPV6, IPV6_TCLASS, value);
  } else if (r->ecn >= 0) is_v4 ? add_int(IPPROTO_IP, IP_ECN, r->ecn) : add_int(IPPROTO_IPV6, IPV6_ECN, r->ecn);
  if (r->segment >= 0) add_int(IPPROTO_UDP, UDP_SEND_MSG_SIZE, r->segment);
  hex("name=", msg.name, msg.namelen);
  hex(" control=", control.bytes, used);
  printf(" flags=0,%d buffers=%d", (int) msg.dwFlags, (int) msg.dwBufferCount);
  hex(" data=", buffer.buf, buffer.len);
  putchar('\n');
}
int main(void) {
  WSADATA data;
  WSAStartup(MAKEWORD(2, 2), &data);
  for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) send_message(&requests[i]);
  return 0;
}
