"""tests/wine/deno passes everything through to the Windows Deno and back."""

import json
import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

DENO = str(Path(__file__).resolve().parent / "deno")
LIMIT = 60

REPORT = """
const input = await new Response(Deno.stdin.readable).bytes();
const variable = Deno.env.get("WS2_VARIABLE");
console.log(JSON.stringify({ args: Deno.args, variable, os: Deno.build.os, input: [...input] }));
console.error("to stderr");
Deno.exit(42);
"""

WAIT = """
Deno.addSignalListener("SIGINT", () => { console.log("Ctrl-C"); Deno.exit(3); });
setInterval(() => {}, 1000);
console.log("ready");
"""


def run(*args: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run([DENO, *args], capture_output=True, timeout=LIMIT, **options)


class LauncherTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="ws2 über ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "report.ts").write_text(REPORT)
        (self.folder / "wait.ts").write_text(WAIT)

    def test_it_is_the_windows_deno(self) -> None:
        ended = run("eval", "console.log(Deno.build.os)")
        self.assertEqual(ended.stdout.decode().strip(), "windows")

    def test_arguments_input_output_environment_folder_and_exit_code(self) -> None:
        arguments = ["a b", 'q"uo"te', "ap'ostrophe", "grüße 日本", "", "back\\slash\\", 'b\\"x', "*", "%PATH%", "$HOME"]
        arguments += ["--", "-x"]
        data = bytes(range(256)) * 1000
        for locale in ({"LANG": "C.UTF-8"}, {"LC_ALL": "C"}, {"LANG": "xx_XX.UTF-8"}):
            with self.subTest(locale=locale):
                inherited = {name: os.environ[name] for name in os.environ if not name.startswith(("LC_", "LANG"))}
                environment = {**inherited, **locale, "WS2_VARIABLE": 'ü "quoted"'}
                ended = run("run", "--allow-env", "report.ts", *arguments, input=data, env=environment, cwd=self.folder)
                report = json.loads(ended.stdout)
                self.assertEqual(report["args"], arguments)
                self.assertEqual(report["variable"], 'ü "quoted"')
                self.assertEqual(report["os"], "windows")
                self.assertEqual(bytes(report["input"]), data)
                self.assertEqual(ended.stderr.decode().splitlines(), ["to stderr"])
                self.assertEqual(ended.returncode, 42)

    def test_paths_of_linux_are_found(self) -> None:
        ended = run("run", str(self.folder / "report.ts").replace("/", "\\"), input=b"")
        self.assertEqual(ended.returncode, 1)  # no --allow-env: it has started
        self.assertIn(b"NotCapable", ended.stderr)

    def test_large_output(self) -> None:
        program = "for (let i = 0; i < 4000; i++) console.log('x'.repeat(1000));"
        self.assertEqual(run("eval", program).stdout, (b"x" * 1000 + b"\n") * 4000)

    def test_control_c_to_the_process_and_to_its_group(self) -> None:
        for send in (os.kill, os.killpg):
            with self.subTest(send=send.__name__):
                command = [DENO, "run", str(self.folder / "wait.ts")]
                with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0) as program:
                    self.assertEqual(program.stdout.readline(), "ready\n")
                    send(program.pid, signal.SIGINT)
                    self.assertEqual(program.communicate(timeout=LIMIT)[0], "Ctrl-C\n")
                    self.assertEqual(program.returncode, 3)

    def test_a_program_that_does_not_listen_is_ended_by_control_c(self) -> None:
        command = [DENO, "eval", "setInterval(() => {}, 1000); console.log('ready')"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0) as program:
            self.assertEqual(program.stdout.readline(), "ready\n")
            os.killpg(program.pid, signal.SIGINT)
            self.assertNotEqual(program.wait(timeout=LIMIT), 0)


if __name__ == "__main__":
    unittest.main()
