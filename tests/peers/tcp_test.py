"""Clients and servers of this Linux against the TCP examples on the Windows Deno, over both families."""

import hashlib
import random
import socket
import struct
import subprocess
import tempfile
import threading
import unittest

from windows_deno import LIMIT, PROJECT, EchoServer, WindowsDeno

ADDRESSES = {4: "127.0.0.1", 6: "::1"}
DATA = random.Random(1).randbytes(64 * 1024 * 1024)


def connect(address: str, port: int) -> socket.socket:
    return socket.create_connection((address, port), timeout=LIMIT)


def receive_all(peer: socket.socket) -> bytes:
    return b"".join(iter(lambda: peer.recv(1 << 20), b""))


def exchange(address: str, port: int, data: bytes) -> bytes:
    """Sends, ends its side, and returns what came back until the other side ended too."""
    with connect(address, port) as peer:

        def send() -> None:
            peer.sendall(data)
            peer.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        received = receive_all(peer)
        sender.join()
        return received


def checksum(data: bytes) -> str:
    return f"{len(data)} bytes, {hashlib.sha256(data).hexdigest()}"


class EchoTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.server = EchoServer()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.press_control_c()
        code, _, stderr = cls.server.end()
        cls.server.__exit__()
        if (code, stderr) != (0, ""):
            raise AssertionError(f"the server ended with code {code} and said: {stderr}")

    def assert_logged(self, family: int) -> None:
        self.assertRegex(self.server.line(), rf"^IPv{family} client {ADDRESSES[family]} port \d+$")

    def test_it_listens_dual_stack(self) -> None:
        self.assertEqual(self.server.greeting, f"Listening on [::]:{self.server.port} (dual-stack)")

    def test_sockets_of_python(self) -> None:
        for family, address in ADDRESSES.items():
            for length in (1, 1000, 64 * 1024 * 1024):
                with self.subTest(address=address, length=length):
                    received = exchange(address, self.server.port, DATA[:length])
                    self.assertEqual(checksum(received), checksum(DATA[:length]))
                    self.assert_logged(family)

    def test_netcats(self) -> None:
        for family, address in ADDRESSES.items():
            for command in (["nc.openbsd", "-N"], ["ncat"]):
                with self.subTest(command=command, address=address):
                    ended = subprocess.run(
                        [*command, f"-{family}", address, str(self.server.port)],
                        input=DATA[: 8 << 20],
                        capture_output=True,
                        timeout=LIMIT,
                        check=True,
                    )
                    self.assertEqual(checksum(ended.stdout), checksum(DATA[: 8 << 20]))
                    self.assert_logged(family)

    def test_curl(self) -> None:
        for family, url in {4: "telnet://127.0.0.1", 6: "telnet://[::1]"}.items():
            with self.subTest(url=url):
                command = ["curl", "--silent", "--no-buffer", f"{url}:{self.server.port}"]
                with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as curl:
                    curl.stdin.write(b"hello\n")
                    curl.stdin.flush()
                    self.assertEqual(curl.stdout.readline(), b"hello\n")
                    curl.terminate()  # it never ends its side by itself
                self.assert_logged(family)

    def test_many_clients_at_once(self) -> None:
        results: list[bool] = []

        def client(index: int) -> None:
            data = DATA[index : index + 10_000 + index]
            results.append(exchange(ADDRESSES[4 if index % 2 else 6], self.server.port, data) == data)

        clients = [threading.Thread(target=client, args=(index,)) for index in range(100)]
        for thread in clients:
            thread.start()
        for thread in clients:
            thread.join()
        self.assertEqual(results, [True] * 100)
        families = [self.server.line().split(" client ")[0] for _ in clients]
        self.assertEqual((families.count("IPv4"), families.count("IPv6")), (50, 50))


class EchoEndTest(unittest.TestCase):
    def test_control_c_ends_the_server_at_once(self) -> None:
        for command in (["run", "--allow-ffi", "examples/tcp_echo.ts"], ["task", "echo"]):
            for _ in range(3):
                with self.subTest(command=command), WindowsDeno(*command, "--port", "0") as server:
                    self.assertRegex(server.line(), r"^Listening on ")
                    server.press_control_c()
                    code, stdout, stderr = server.end()
                    self.assertEqual((code, stdout), (0, ""))
                    self.assertNotIn("rror", stderr)

    def test_control_c_ends_connections_too(self) -> None:
        with EchoServer() as server:
            peers = [connect(address, server.port) for address in ADDRESSES.values()]
            for peer in peers:
                peer.sendall(b"here")
                self.assertEqual(peer.recv(100), b"here")
                server.line()
            server.press_control_c()
            self.assertEqual(server.end(), (0, "", ""))
            for peer in peers:
                self.assertEqual(peer.recv(100), b"")
                peer.close()

    def test_a_reset_ends_one_connection_only(self) -> None:
        with EchoServer() as server:
            rude = connect("127.0.0.1", server.port)
            rude.sendall(b"x")
            self.assertEqual(rude.recv(1), b"x")
            rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            rude.close()
            self.assertEqual(exchange("::1", server.port, b"still there"), b"still there")
            server.press_control_c()
            code, _, stderr = server.end()
            self.assertEqual(code, 0)
            self.assertRegex(stderr, r"^127\.0\.0\.1 port \d+: .*WSAECONNRESET, 10054.*\n$")


class HalfCloseTest(unittest.TestCase):
    def test_a_server_that_ends_its_side_first_still_receives(self) -> None:
        with WindowsDeno("run", "--allow-ffi", "tests/peers/half_close.ts") as server:
            port = int(server.line())
            for address in ADDRESSES.values():
                with connect(address, port) as peer:
                    self.assertEqual(receive_all(peer), b"welcome")
                    peer.sendall(b"thank you")
                    peer.shutdown(socket.SHUT_WR)
                    self.assertEqual(server.line(), f"{address} thank you")
            self.assertEqual(server.end(), (0, "", ""))


WATCHED = """
import { listen } from "PROJECT/mod.ts";
const listener = listen({ port: Number(Deno.args[0]) });
console.log(listener.addr.port);
for await (const conn of listener) conn.readable.pipeTo(conn.writable);
"""


class WatchTest(unittest.TestCase):
    def test_a_watched_program_gets_its_port_again_when_it_changes(self) -> None:
        with socket.create_server(("::1", 0), family=socket.AF_INET6) as free:
            port = free.getsockname()[1]
        with tempfile.NamedTemporaryFile("w", suffix=".ts") as file:
            file.write(WATCHED.replace("PROJECT", f"file:///Z:{PROJECT}"))
            file.flush()
            arguments = ["--watch", "--no-clear-screen", "--allow-ffi", "--config", "deno.json", file.name, str(port)]
            with WindowsDeno("run", *arguments) as server:
                self.assertEqual(server.line(), str(port))
                with connect("::1", port) as first:
                    restarted = threading.Event()

                    def change() -> None:
                        # Again and again: a change is missed while the watcher is not yet at work.
                        while not restarted.wait(1):
                            file.write("//\n")
                            file.flush()

                    changing = threading.Thread(target=change)
                    changing.start()
                    try:
                        self.assertEqual(server.line(), str(port))
                    finally:
                        restarted.set()
                        changing.join()
                    self.assertEqual(first.recv(100), b"")  # the end, as of a connection that was closed


class ClientTest(unittest.TestCase):
    def test_the_client_example_talks_to_a_server_of_python(self) -> None:
        for family, address in ADDRESSES.items():
            with self.subTest(address=address):
                listener = socket.create_server(
                    (address, 0), family=socket.AF_INET if family == 4 else socket.AF_INET6
                )
                listener.settimeout(LIMIT)
                port = listener.getsockname()[1]
                arguments = ["--hostname", address, "--port", str(port)]
                with listener, WindowsDeno("run", "--allow-ffi", "examples/tcp_client.ts", *arguments) as client:
                    peer, _ = listener.accept()
                    with peer:
                        peer.settimeout(LIMIT)
                        client.type_all("question\n")
                        self.assertEqual(receive_all(peer), b"question\n")
                        peer.sendall(b"answer\n")
                    code, stdout, stderr = client.end()
                    self.assertEqual((code, stdout), (0, "answer\n"))
                    self.assertEqual(stderr, f"Connected to {address} port {port}\n")


if __name__ == "__main__":
    unittest.main()
