"""curl and a browser of this Linux against the HTTP examples on the Windows Deno, over both families."""

import hashlib
import json
import random
import re
import shutil
import subprocess
import unittest
import urllib.request


from windows_deno import LIMIT, PROJECT, WindowsDeno

HOSTS = {"127.0.0.1": "127.0.0.1", "[::1]": "::1"}
CERTIFICATES = PROJECT / "tests" / "node"


def curl(*args: str, data: bytes = b"") -> bytes:
    command = ["curl", "--silent", "--show-error", "--fail", "--max-time", str(LIMIT), *args]
    return subprocess.run(command, input=data, capture_output=True, check=True, timeout=LIMIT).stdout


class Example(WindowsDeno):
    """An example that listens on a free port, and says which."""

    def __init__(self, name: str, *args: str) -> None:
        super().__init__("run", "--quiet", "--allow-ffi", "--allow-env", "--allow-read", f"examples/{name}", *args)
        self.greeting = self.line()
        self.port = int(re.search(r"(\d+)(/#room|/)?$", self.greeting).group(1))


class CurlTest(unittest.TestCase):
    def check(self, server: Example, scheme: str, version: str, *args: str) -> None:
        data = random.Random(2).randbytes(3_000_000)
        for host, address in HOSTS.items():
            url = f"{scheme}://{host}:{server.port}"
            written = curl(*args, "--write-out", "HTTP/%{http_version}", f"{url}/").decode()
            self.assertEqual(written, f"hello {address}\nHTTP/{version}")
            echoed = curl(*args, "--data-binary", "@-", f"{url}/echo", data=data)
            self.assertEqual(hashlib.sha256(echoed).hexdigest(), hashlib.sha256(data).hexdigest())
            self.assertIn("200", curl(*args, "--head", f"{url}/").decode().splitlines()[0])

    def test_http_server_in_clear_and_on_control_c(self) -> None:
        with Example("http_server.ts", "--port", "0") as server:
            self.assertRegex(server.greeting, r"^Listening on http://\[::\]:\d+/$")
            self.check(server, "http", "1.1")
            server.press_control_c()
            self.assertEqual(server.end(), (0, "", ""))

    def test_http_server_with_a_certificate(self) -> None:
        files = ("--cert", "tests/node/certificate.pem", "--key", "tests/node/key.pem")
        with Example("http_server.ts", "--port", "0", *files) as server:
            trust = ("--cacert", str(CERTIFICATES / "certificate.pem"))
            self.check(server, "https", "2", *trust)
            self.check(server, "https", "1.1", *trust, "--http1.1")

    def test_node_server_and_on_control_c(self) -> None:
        with Example("node_server.ts", "--port", "0") as server:
            for host, address in HOSTS.items():
                family = "IPv6" if ":" in address else "IPv4"
                answer = curl(f"http://{host}:{server.port}/").decode()
                self.assertEqual(answer, f"hello {address} over {family}\n")
            server.press_control_c()
            self.assertEqual(server.end(), (0, "", ""))


class Browser:
    """A headless Chromium, driven by ChromeDriver over the protocol of W3C WebDriver."""

    FLAGS = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync"
    )

    def __init__(self) -> None:
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        for line in self.driver.stdout:
            if started := re.search(r"on port (\d+)\.", line):
                break
        self.url = f"http://127.0.0.1:{started.group(1)}/session"
        options = {"binary": shutil.which("chromium"), "args": self.FLAGS.split()}
        capabilities = {"alwaysMatch": {"goog:chromeOptions": options}}
        self.url += "/" + self.ask("POST", "", {"capabilities": capabilities})["sessionId"]

    def ask(self, method: str, path: str, body: dict | None = None) -> object:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"content-type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=LIMIT) as response:
            return json.load(response)["value"]

    def run(self, script: str, *args: object) -> object:
        """The result of a script, which gives it to its last argument."""
        return self.ask("POST", "/execute/async", {"script": script, "args": args})

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self.ask("DELETE", "")
        self.driver.terminate()
        self.driver.wait()
        self.driver.stdout.close()


# Resolves with the lines of the chat when there are so many.
LINES = """
const [count, resolve] = arguments;
const lines = () => Array.from(document.querySelectorAll("li"), ({ textContent }) => textContent).reverse();
const look = () => lines().length >= count && resolve(lines());
new MutationObserver(look).observe(document.querySelector("ul"), { childList: true });
look();
"""
SAY = """
const [text, resolve] = arguments;
document.querySelector("input").value = text;
document.forms[0].requestSubmit();
resolve();
"""


class BrowserTest(unittest.TestCase):
    def test_chat_in_chromium(self) -> None:
        for host, address in HOSTS.items():
            with Example("chat.ts", "--port", "0") as server, Browser() as browser:
                browser.ask("POST", "/url", {"url": f"http://{host}:{server.port}/#room"})
                self.assertEqual(browser.run(LINES, 1), [f"{address} has come"])
                browser.run(SAY, "hello <b>room</b>")
                expected = [f"{address} has come", f"{address}: hello <b>room</b>"]
                self.assertEqual(browser.run(LINES, 2), expected)
