"""Sockets of this Linux against the UDP example and the library on the Windows Deno, over both families."""

import random
import re
import socket
import struct
import unittest

from windows_deno import LIMIT, WindowsDeno

DATA = random.Random(1).randbytes(9000)
# The type of service of expedited forwarding (RFC 3246), with the bits of ECN unset.
EXPEDITED = 0xB8
IP_RECVTTL, IP_PKTINFO = 12, 8  # of Linux; not every Python knows them


def datagram_socket(address: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    peer = socket.socket(family, socket.SOCK_DGRAM)
    peer.settimeout(LIMIT)
    peer.bind((address, 0))
    return peer


class PacketInfoExample(WindowsDeno):
    def __init__(self) -> None:
        super().__init__("run", "--allow-ffi", "examples/udp_packet_info.ts", "--port", "0")
        self.port = int(re.search(r"^Receiving on \[::\]:(\d+)$", self.line()).group(1))

    def stop(self) -> tuple[int, str, str]:
        self.press_control_c()
        return self.end()


class PacketInfoTest(unittest.TestCase):
    def exchange(self, example: PacketInfoExample, peer: socket.socket, address: str, data: bytes) -> str:
        """Sends, checks that the same comes back, and returns what the example said of it."""
        peer.sendto(data, (address, example.port))
        received, sender = peer.recvfrom(65536)
        self.assertEqual(received, data)
        self.assertEqual(sender[1], example.port)
        # Wine's WSASendMsg ignores the source that is asked for, which its system then chooses.
        self.assertIn(sender[0], {address, "127.0.0.1" if "." in address else "::1"})
        return example.line()

    def test_it_says_where_datagrams_came_to(self) -> None:
        with PacketInfoExample() as example:
            for source, destination in (
                ("127.0.0.1", "127.0.0.1"),
                ("127.0.0.1", "127.0.0.2"),
                ("127.0.0.3", "127.0.0.2"),
                ("127.0.0.3", "127.0.0.1"),
                ("::1", "::1"),
            ):
                with self.subTest(source=source, destination=destination), datagram_socket(source) as peer:
                    family = "IPv6" if ":" in source else "IPv4"
                    port = peer.getsockname()[1]
                    for length in (0, 1, 1400, 9000):
                        said = self.exchange(example, peer, destination, DATA[:length])
                        expected = f"{family} from {source} port {port} to {destination} on interface 1, "
                        self.assertEqual(said, f"{expected}hop limit 64, traffic class 0, {length} bytes")
            self.assertEqual(example.stop(), (0, "", ""))

    def test_it_says_hop_limit_and_traffic_class(self) -> None:
        with PacketInfoExample() as example:
            for address, level, hops, traffic_class in (
                ("127.0.0.1", socket.IPPROTO_IP, socket.IP_TTL, socket.IP_TOS),
                ("::1", socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, socket.IPV6_TCLASS),
            ):
                with self.subTest(address=address), datagram_socket(address) as peer:
                    peer.setsockopt(level, hops, 9)
                    peer.setsockopt(level, traffic_class, EXPEDITED | 2)
                    said = self.exchange(example, peer, address, b"x")
                    self.assertRegex(said, rf"hop limit 9, traffic class {EXPEDITED | 2}, 1 bytes$")

    def test_many_datagrams_at_once_keep_their_order(self) -> None:
        with PacketInfoExample() as example, datagram_socket("127.0.0.1") as peer:
            for index in range(64):
                peer.sendto(struct.pack("I", index), ("127.0.0.1", example.port))
            received = [struct.unpack("I", peer.recv(100))[0] for _ in range(64)]
            self.assertEqual(received, list(range(64)))


class SendTest(unittest.TestCase):
    def test_a_dual_stack_socket_reaches_both_families_with_its_hop_limit(self) -> None:
        with datagram_socket("127.0.0.1") as ipv4, datagram_socket("::1") as ipv6:
            ipv4.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
            ipv4.setsockopt(socket.IPPROTO_IP, IP_RECVTTL, 1)
            ipv6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
            ipv6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
            peers = {"127.0.0.1": ipv4, "::1": ipv6}
            arguments = [str(part) for address, peer in peers.items() for part in (address, peer.getsockname()[1])]
            with WindowsDeno("run", "--allow-ffi", "tests/peers/send_datagrams.ts", *arguments) as sender:
                port = int(sender.line())
                for address, peer in peers.items():
                    data, control, _, source = peer.recvmsg(100, 256)
                    self.assertEqual((data.decode(), source[:2]), (f"hello {address}", (address, port)))
                    info = {(level, kind): value for level, kind, value in control}
                    if address == "::1":
                        hops = info[socket.IPPROTO_IPV6, socket.IPV6_HOPLIMIT]
                        local = socket.inet_ntop(socket.AF_INET6, info[socket.IPPROTO_IPV6, socket.IPV6_PKTINFO][:16])
                    else:
                        hops = info[socket.IPPROTO_IP, socket.IP_TTL]
                        local = socket.inet_ntoa(info[socket.IPPROTO_IP, IP_PKTINFO][8:12])
                    self.assertEqual((struct.unpack("i", hops)[0], local), (7, address))
                    peer.sendto(b"answer", source)
                    self.assertEqual(sender.line(), f"{address} {peer.getsockname()[1]} answer")
                self.assertEqual(sender.end(), (0, "", ""))


if __name__ == "__main__":
    unittest.main()
