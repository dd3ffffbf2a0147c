"""Checks that #include lines follow the arrows between the tree's layers and folders.

  check.py ROOT

Between the layers: runtime <- interp <- jit <- interp/cli. Inside runtime: base <- value <- memory, thread <- object
<- types, native <- modules, import. What a folder may see is the table ALLOWED; a new folder needs a row.
Prints each line that points the other way, and fails if there is one.
"""
import pathlib
import re
import sys

RUNTIME = ["base", "value", "memory", "thread", "object", "types", "native", "modules", "import"]
# Folder -> the folders it includes from. memory and thread see each other, as do object, types and native through
# fwd.h files and declarations in object/.
ALLOWED = {
    "runtime/base": ["base"],
    "runtime/value": ["base", "value"],
    "runtime/memory": ["base", "value", "memory", "thread"],
    "runtime/thread": ["base", "value", "memory", "thread"],
    # object/ readies the types and builds classes from native definitions, so the three know each other.
    "runtime/object": ["base", "value", "memory", "thread", "object", "types", "native"],
    "runtime/types": ["base", "value", "memory", "thread", "object", "types", "native"],
    "runtime/native": ["base", "value", "memory", "thread", "object", "types", "native"],
    "runtime/modules": RUNTIME,
    "runtime/import": RUNTIME,
}
# Files that everyone may see: build switches, the way up, names without contents, tables (*.def).
ANYWHERE = ["runtime/config.h", "runtime/engine.h", "runtime/types/fwd.h", "runtime/object/fwd.h"]
JIT_SEES = ["interp/bytecode/", "interp/loop/frame.h", "interp/loop/helpers.h", "interp/loop/helpers_inline.h",
            "interp/loop/attribute_table.h", "interp/loop/cache.h", "interp/loop/tier.h", "interp/loop/watch.h",
            "interp/loop/generator.h", "interp/loop/generator_quick.h", "interp/loop/jit_services.h"]

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def folder_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def forbidden(source, target):
    """Why `source` must not include `target`, or None."""
    layer, to = source.split("/")[0], target.split("/")[0]
    if to not in ("runtime", "interp", "jit"):
        return None                                  # generated, or of a library
    if source.startswith("interp/cli/"):
        return None                                  # the only place that links every layer
    if target.startswith("interp/cli/"):
        return "only interp/cli sees interp/cli"
    order = ["runtime", "interp", "jit"]
    if order.index(to) > order.index(layer):
        return f"{layer} is below {to}"
    if layer == "jit" and to == "interp" and not target.startswith(tuple(JIT_SEES)):
        return "of interp, jit sees bytecode/ and of loop/ what JIT_SEES names"
    if layer == "runtime" and target not in ANYWHERE and not target.endswith(".def"):
        allowed = ALLOWED.get(folder_of(source))
        if allowed is not None and folder_of(target) not in [f"runtime/{name}" for name in allowed]:
            return f"{folder_of(source)} is below {folder_of(target)}"
    return None


def main():
    root = pathlib.Path(sys.argv[1])
    wrong = files = 0
    for layer in ("runtime", "interp", "jit"):
        for path in sorted((root / layer).rglob("*")):
            if path.suffix not in (".h", ".cpp", ".inc", ".def"):
                continue
            files += 1
            source = path.relative_to(root).as_posix()
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                found = INCLUDE.match(line)
                reason = found and forbidden(source, found.group(1))
                if reason:
                    wrong += 1
                    print(f"{source}:{number}: includes {found.group(1)}: {reason}")
    print(f"{files} files, {wrong} includes point the wrong way")
    return 1 if wrong else 0


sys.exit(main())
