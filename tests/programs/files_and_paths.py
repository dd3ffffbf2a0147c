# Files: pathlib, tempfile, shutil, reading modes, encodings and newlines, seek and tell, fileinput, globs, walking, atomic replacement.
import contextlib
import fileinput
import hashlib
import io
import json
import os
import pathlib
import shutil
import stat
import tempfile

with tempfile.TemporaryDirectory() as name:
    root = pathlib.Path(name)
    for path, text in {"a.txt": "one\ntwo\n", "b/c.txt": "zwei\r\ndrei\r\n", "b/d.py": "print('ü')\n", "b/e/f.txt": "", "b/e/.hidden": "x", "g h.json": '{"k": [1, 2]}'}.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
    print(sorted(str(p.relative_to(root)) for p in root.rglob("*")))
    print(sorted(p.name for p in root.glob("**/*.txt")), sorted(p.name for p in root.glob("b/*")), [p.name for p in sorted(root.glob("[ab]*"))])
    for folder, folders, files in sorted(os.walk(root)):
        print(os.path.relpath(folder, root), sorted(folders), sorted(files))
    for folder, folders, files in root.walk(top_down=False):
        print(folder.name if folder != root else ".", len(folders), len(files), end="; ")
    print()
    p = root / "b" / "c.txt"
    print(p.read_text(), p.read_text(newline="").encode(), p.read_bytes(), p.stat().st_size, p.suffix, p.stem, p.parent.name, p.with_suffix(".bak").name, p.with_stem("q").name, sep="|")
    print(p.exists(), (root / "no").exists(), root.is_dir(), p.is_file(), p.is_relative_to(root), p.match("*/c.*"), p.parts[-2:], p.as_posix().endswith("b/c.txt"))
    with open(root / "a.txt", "r+") as f:
        print(f.readline(), f.tell(), f.read(1), f.seek(0), f.readlines(), f.seek(0, io.SEEK_END), f.write("three"), f.flush(), f.seek(4), f.read(), sep="|")
        print(f.mode, f.encoding.lower(), f.closed, f.writable(), f.name.endswith("a.txt"))
    print(f.closed)
    with open(root / "a.txt", "a") as f, open(root / "a.txt", "rb", buffering=0) as raw:
        f.write("\nfour")
        before = raw.read()
        f.flush()
        print(before, raw.read(), type(raw).__name__)
    for mode in ("x", "rw", "b", "wt+b", "r"):
        try:
            open(root / ("a.txt" if mode != "r" else "missing"), mode).close()
        except (OSError, ValueError) as error:
            print(type(error).__name__, str(error).replace(name, "ROOT"))
    (root / "latin").write_bytes("naïve café\n".encode("latin-1"))
    try:
        (root / "latin").read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        print(error)
    print((root / "latin").read_text("latin-1"), (root / "latin").read_text("utf-8", errors="replace"), ascii((root / "latin").read_text("utf-8", "surrogateescape")))
    with open(root / "marks", "w", encoding="utf-16") as f:
        f.write("ab")
    print((root / "marks").read_bytes(), (root / "marks").read_text("utf-16"), (root / "marks").read_text("utf-16-le")[1:])
    with fileinput.input([root / "a.txt", root / "b" / "c.txt"]) as lines:
        print([(pathlib.Path(lines.filename()).name, lines.filelineno(), line.strip()) for line in lines])
    with contextlib.redirect_stdout(io.StringIO()) as out, fileinput.input(root / "a.txt", inplace=True) as lines:
        for line in lines:
            print(line.rstrip().upper())
    print((root / "a.txt").read_text().split(), repr(out.getvalue()))

    def replace_atomically(path, text):
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as f:
            f.write(text)
        os.replace(f.name, path)

    data = json.loads((root / "g h.json").read_text())
    data["k"].append({"new": True})
    replace_atomically(root / "g h.json", json.dumps(data))
    print((root / "g h.json").read_text(), len(list(root.iterdir())))
    copy = pathlib.Path(shutil.copytree(root / "b", root / "copy"))
    shutil.move(copy / "d.py", root / "moved.py")
    (root / "link").symlink_to("a.txt")
    print(sorted(p.name for p in copy.rglob("*")), (root / "link").is_symlink(), os.readlink(root / "link"), (root / "link").resolve().name, (root / "link").read_text() == (root / "a.txt").read_text())
    os.chmod(root / "moved.py", 0o640)
    print(stat.filemode((root / "moved.py").stat().st_mode), oct(stat.S_IMODE(os.stat(root / "moved.py").st_mode)), os.access(root, os.W_OK))
    with open(root / "moved.py", "rb") as f:
        print(hashlib.file_digest(f, "sha256").hexdigest()[:16], hashlib.md5((root / "a.txt").read_bytes()).hexdigest())
    shutil.rmtree(copy)
    (root / "link").unlink()
    (root / "link").unlink(missing_ok=True)
    for action in ((root / "b").rmdir, (root / "nothing").unlink, lambda: (root / "a.txt").mkdir(), lambda: os.listdir(root / "a.txt"), lambda: (root / "b").rename(root / "a.txt")):
        try:
            action()
        except OSError as error:
            print(type(error).__name__, error.strerror, error.errno)
    with open(root / "big", "wb") as f:
        f.seek(5000)
        f.write(b"end")
    with open(root / "big", "rb") as f:
        print(os.fstat(f.fileno()).st_size, f.read(3), f.peek(1)[:1], f.seek(-3, 2), f.read(), f.read(), f.readinto(bytearray(3)))
    os.truncate(root / "big", 10)
    print(os.path.getsize(root / "big"), sorted(entry.name for entry in os.scandir(root) if entry.is_file()))
print(root.exists(), pathlib.PurePosixPath("/a/./b/../c.tar.gz").suffixes, pathlib.PureWindowsPath(r"C:\x\y.z").drive, pathlib.PurePath("a") / "/b", pathlib.PurePath("a/b").relative_to("a"), os.path.normpath("a//b/../c/."),
      os.path.splitext("x.tar.gz"), os.path.commonpath(["/a/b", "/a/c"]), os.path.join("a", "", "b"), os.path.basename("a/b/"), pathlib.PurePath("/a/b").relative_to("/a/c", walk_up=True))
