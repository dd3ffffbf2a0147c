# exit: 1
# Imports that fail: modules missing, names missing, modules that raise while they load, circular imports, relative ones, bad syntax.
import pathlib
import sys
import tempfile
import traceback

FILES = {
    "raises.py": "VALUE = 1\n\ndef fail(n):\n    return 1 / n\n\nfail(0)\n",
    "circular_a.py": "import circular_b\nVALUE = circular_b.VALUE\n",
    "circular_b.py": "from circular_a import VALUE\n",
    "circular_c.py": "import circular_c\ncircular_c.later\nlater = 1\n",
    "bad_syntax.py": "def f():\n    return (1,\n\nf(\n",
    "bad_indent.py": "def f():\nreturn 1\n",
    "nested.py": "def load():\n    import raises\n",
    "package/__init__.py": "from . import inner\n",
    "package/inner.py": "from ..outside import x\n",
    "other/__init__.py": "",
    "other/user.py": "from .missing import thing\n",
    "other/user2.py": "from . import thing\n",
    "random.py": "value = 1\n",
}
with tempfile.TemporaryDirectory() as folder:
    for name, text in FILES.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    sys.path.insert(0, folder)
    for statement in ("import raises", "from raises import VALUE", "import circular_a", "import circular_c", "import bad_syntax", "import bad_indent",
                      "from nested import load; load()", "import package", "import other.user", "import other.user2", "import other.nothing", "import other.user.deep",
                      "from other import nothing", "import nothing.at.all", "import json.nothing", "import json.decoder.nothing", "from json import dump, nothing",
                      "import random; random.randint(1, 2)", "from math import *; from math import nothing", "import sys.path", "from os import path as p, nope"):
        try:
            exec(statement, {"__name__": "__main__"})
        except Exception:
            print(traceback.format_exc().replace(folder, "FOLDER"), file=sys.stderr)
import package.missing
