"""The Windows Deno as a program of this Linux: started, talked to, and ended by Ctrl-C."""

import os
import re
import signal
import subprocess
import threading
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DENO = str(PROJECT / "tests" / "wine" / "deno")

# How long anything may take before it counts as hanging, in seconds: it fails a test, it times nothing.
LIMIT = 60


class WindowsDeno:
    """`tests/wine/deno ARGS…` in the project's folder and in a process group of its own, as a shell starts it."""

    def __init__(self, *args: str) -> None:
        self.process = subprocess.Popen(
            [DENO, *args],
            cwd=PROJECT,
            env={**os.environ, "NO_COLOR": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )

    def line(self) -> str:
        """The next line that it prints."""
        hanging = threading.Timer(LIMIT, self.kill)
        hanging.start()
        line = self.process.stdout.readline()
        hanging.cancel()
        if line == "":
            raise AssertionError(f"it has ended: {self.process.communicate(timeout=LIMIT)[1]}")
        return line.rstrip()

    def type_all(self, text: str) -> None:
        """Types something, and ends its input."""
        self.process.stdin.write(text)
        self.process.stdin.close()
        self.process.stdin = None

    def press_control_c(self) -> None:
        """What a terminal does on Ctrl-C."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self) -> tuple[int, str, str]:
        """Waits until it has ended by itself; its exit code, and what it printed since the last line."""
        stdout, stderr = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, stdout, stderr

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)

    def __enter__(self) -> "WindowsDeno":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


class EchoServer(WindowsDeno):
    """The echo example on a free port, started as a user would."""

    def __init__(self, *args: str) -> None:
        super().__init__("run", "--allow-ffi", "examples/tcp_echo.ts", "--port", "0", *args)
        self.greeting = self.line()
        self.port = int(re.search(r":(\d+)(?: \(dual-stack\))?$", self.greeting).group(1))
