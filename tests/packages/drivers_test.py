"""Database drivers on the Windows Deno, over connections of the library, against servers of this Linux."""

import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "peers"))
from windows_deno import LIMIT, WindowsDeno  # noqa: E402

BIN = max(Path("/usr/lib/postgresql").glob("*/bin"))


def free_port() -> int:
    """A port that is free on 127.0.0.1 and ::1 now; the servers here take no port 0."""
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as server:
        return server.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=LIMIT).close()
            return
        except ConnectionRefusedError:
            if process.poll() is not None:
                raise AssertionError("the server has ended") from None


class DriversTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.chown(self.folder, "postgres")
        self.addCleanup(shutil.rmtree, self.folder)

    def start(self, port: int, *command: str | Path) -> None:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        wait_for(port, process)

    def start_postgresql(self) -> int:
        port, data = free_port(), self.folder / "data"
        as_postgres = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
        initialize = (*as_postgres, BIN / "initdb", "--auth=trust", "--no-sync", "-D", data)
        subprocess.run(initialize, check=True, capture_output=True, timeout=LIMIT)
        options = ("-p", str(port), "-k", self.folder, "-c", "listen_addresses=127.0.0.1,::1", "-c", "fsync=off")
        self.start(port, *as_postgres, BIN / "postgres", "-D", data, *options)
        return port

    def start_redis(self) -> int:
        port = free_port()
        options = ("--port", str(port), "--bind", "127.0.0.1", "::1", "--save", "", "--dir", str(self.folder))
        self.start(port, "redis-server", *options)
        return port

    def test_pg_and_ioredis_over_both_families(self) -> None:
        ports = [str(self.start_postgresql()), str(self.start_redis())]
        with WindowsDeno("run", "--quiet", "--allow-all", "tests/packages/drivers.ts", *ports) as program:
            code, stdout, stderr = program.end()
        self.assertEqual((code, stderr), (0, ""))
        lines = [f"{host}: PostgreSQL and Redis have answered" for host in ("127.0.0.1", "::1")]
        self.assertEqual(stdout.splitlines(), lines)



