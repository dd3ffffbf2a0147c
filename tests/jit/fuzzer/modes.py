"""Runs a program in each mode and says where they differ."""
import os
import pathlib
import re
import signal
import subprocess
import tempfile

MODES = {"off": ["-X", "jit=off"], "t1": ["-X", "jit=t1"], "auto": ["-X", "jit=auto"],
         "evict": ["-X", "jit=t1", "-X", "stress=evict:100"]}
TIMEOUT = 20   # seconds; programs need less than one on an idle machine
OUTPUT_LIMIT = 4_000_000


class Outcome:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def is_crash(self):
        return self.code == "timeout" or (isinstance(self.code, int) and self.code < 0)


def normalised(text, folder):
    """Without what may differ from run to run: the program's folder, addresses, ids of threads."""
    text = text.decode("utf-8", "backslashreplace").replace(str(folder) + "/", "")
    text = re.sub(r'/[^"(\n]*/python3\.15/', "LIBRARY/", text)
    # A generator that delegates to one of these says so itself in CPython, which makes no iterator for it.
    text = re.sub(r"'(list|tuple|str|bytes)(_ascii)?_iterator' object has no attribute 'send'", r"'\1' object has no attribute 'send'", text)
    return re.sub(r"\b0x[0-9a-f]{6,}", "0xADDRESS", text)


class Modes:
    def __init__(self, taipan, oracle=None, timeout=TIMEOUT):
        self.timeout = timeout
        self.commands = {name: [*taipan, *flags] for name, flags in MODES.items()}
        if oracle:
            self.commands["oracle"] = [*oracle]

    def run(self, source, mode):
        with tempfile.TemporaryDirectory(prefix="jit-fuzz-") as folder:
            program = pathlib.Path(folder) / "program.py"
            program.write_text(source, encoding="utf-8")
            out, err = (pathlib.Path(folder) / name for name in ("out", "err"))
            environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
            with open(out, "wb") as o, open(err, "wb") as e:
                child = subprocess.Popen([*self.commands[mode], "-W", "ignore", str(program)], stdin=subprocess.DEVNULL, stdout=o, stderr=e,
                                         env=environment, cwd=folder, start_new_session=True)
                try:
                    code = child.wait(self.timeout)
                except subprocess.TimeoutExpired:
                    os.killpg(child.pid, signal.SIGKILL)
                    child.wait()
                    code = "timeout"
            return Outcome(code, *(normalised(file.read_bytes()[:OUTPUT_LIMIT], folder) for file in (out, err)))

    def compare(self, source, only=None):
        """None, or (name, text): what differs first. The name says between whom and in what, for the reducer to hold on to."""
        base = self.run(source, "off")
        if base.code == "timeout" and ("oracle" not in self.commands or self.run(source, "oracle").code == "timeout"):
            return None   # endless by itself (numbers that grow): says nothing
        if base.is_crash:
            return f"off:{base.code}", f"jit=off ends with {base.code}\n{base.err[-2000:]}"
        found = None
        for mode in self.commands:
            if mode == "off" or (only and not only.startswith(mode)):
                continue
            difference = self.difference(base, self.run(source, mode), mode)
            if difference and (only is None or difference[0] == only):
                return difference
        return found

    @staticmethod
    def difference(base, other, mode):
        if other.is_crash or base.code != other.code:
            return f"{mode}:exit {other.code}", f"exit code: off {base.code}, {mode} {other.code}\n{other.err[-2000:]}"
        out, wanted = other.out, base.out
        if mode == "oracle":   # lines that are Taipan's own affair
            out, wanted = (re.sub(r"^~.*\n", "", text, flags=re.MULTILINE) for text in (out, wanted))
        for stream, got, want in (("output", out, wanted), ("errors", other.err, base.err)):
            if got != want:
                return f"{mode}:{stream}", f"{stream} differs:\n" + first_difference(want, got, mode)
        return None


def first_difference(want, got, mode):
    want, got = want.split("\n"), got.split("\n")
    n = next((n for n, (a, b) in enumerate(zip(want, got)) if a != b), min(len(want), len(got)))
    lines = [f"  both: {line[:200]}" for line in want[max(0, n - 2):n]]
    lines += [f"   off: {line[:600]}" for line in want[n:n + 2]]
    lines += [f"{mode:>6}: {line[:600]}" for line in got[n:n + 2]]
    return "\n".join(lines)
