"""One program from one seed."""
from .prelude import PRELUDE
from .scenes import Scenes


class Program(Scenes):
    SCENES = ["changes", "changes", "sites", "sites", "deep", "frames", "watch", "threads", "functions", "functions", "functions", "functions"]

    def scene_functions(self):
        for _ in range(self.rng.randint(1, 3)):
            role = self.pick(["function", "function", "function", "generator", "coroutine"])
            self.drive(*self.function(role), role)

    def text(self):
        # When cycles are collected is each implementation's affair. Either nothing is, or what dies tells Taipan's tiers only.
        collects = self.chance(0.5)
        self.line("" if collects else "import gc; gc.disable()")
        self.line(PRELUDE.strip("\n"))
        self.line(f"own = '{'~' if collects else ''}'")
        for _ in range(self.rng.randint(1, 3)):
            self.make_class()
        for _ in range(self.rng.randint(2, 4)):
            getattr(self, "scene_" + self.pick(self.SCENES))()
        self.line("shown, quiet = 9999, True   # what dies at the end dies in no order")
        if self.chance(0.15) and self.functions:   # may end with a traceback
            self.line(f"show('last', {self.pick(self.functions)[0]}(1, 'x'), {self.pick(self.functions)[0]}(None))")
        return "\n".join(self.lines) + "\n"


def generate(seed):
    return Program(seed).text()
