# Small tools: configuration files, shell words, diffs, wrapping, templates, compression and checksums, struct records, base64, secrets apart.
import base64
import binascii
import configparser
import difflib
import fnmatch
import gzip
import hashlib
import hmac
import html
import io
import pprint
import re
import shlex
import string
import struct
import tarfile
import textwrap
import unicodedata
import urllib.parse
import zipfile
import zlib

CONFIG = """
[DEFAULT]
root = /srv
debug = no

[web]
path = ${root}/www
port = 8080
hosts =
    a.example
    b.example
[db : main]
url = pg://x?a=1
debug = on
"""
config = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation(), allow_no_value=True)
config.read_string(CONFIG)
print(config.sections(), config["web"]["path"], config.getint("web", "port"), config["web"]["hosts"].split(), config.getboolean("db : main", "debug"), config.get("web", "no", fallback="-"), "root" in config["web"], dict(config["web"])["debug"])
config["web"]["port"] = "9090"
config.remove_section("db : main")
out = io.StringIO()
config.write(out)
print(out.getvalue().strip())
for bad in ("[a\n", "[a]\nx", "[a]\n[a]", "[a]\nx=1\nx=2", "x=1", "[a]\nx=${y}"):
    try:
        parser = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation())
        parser.read_string(bad)
        print(parser["a"]["x"])
    except configparser.Error as error:
        print(type(error).__name__, str(error).splitlines()[0])
line = r"""run 'a b' "c \"d\"" e\ f --x="1 2" # comment"""
print(shlex.split(line), shlex.split(line, comments=True)[-1], shlex.join(["it's", "a b", "$x"]), list(shlex.shlex("a=1;b>2", punctuation_chars=True)))
a, b = "one two three four five six".split(), "one 2 three five six seven".split()
print("\n".join(difflib.unified_diff(a, b, "old", "new", lineterm="", n=1)))
print("".join(difflib.ndiff(["alpha\n", "beta\n"], ["alpha\n", "bEta\n"])), difflib.SequenceMatcher(None, "private", "primate").ratio(), difflib.get_close_matches("appel", ["ape", "apple", "peach"]), difflib.SequenceMatcher(None, a, b).get_opcodes()[:3])
text = "The quick brown fox — jumps over the lazy-dog, again and again; hyphenation-is-long."
print(textwrap.fill(text, 24, initial_indent="* ", subsequent_indent="  "), textwrap.shorten(text, 30), textwrap.dedent("  a\n    b\n  c"), textwrap.indent("a\n\nb", "> "), textwrap.wrap("abcdefghij", 4), sep="\n")
template = string.Template("$who owes ${amount} to $$me $missing")
print(template.safe_substitute(who="Ann", amount=5), template.get_identifiers(), string.capwords("hello wide world"), list(string.Formatter().parse("a{b!r:>{c}}d")))
try:
    template.substitute(who=1)
except KeyError as error:
    print(error)
data = b"abc" * 100 + bytes(range(256))
for module in (zlib, gzip):
    packed = module.compress(data)
    print(module.__name__, len(packed) < len(data), module.decompress(packed) == data, end="; ")
print(zlib.crc32(data), zlib.adler32(data), binascii.hexlify(data[:4], ":"), base64.b64encode(data[300:310]), base64.urlsafe_b64decode("_-8="))
for name in ("md5", "sha1", "sha256", "sha3_256", "blake2s"):
    print(name, hashlib.new(name, data).hexdigest()[:12], end="; ")
print(hmac.new(b"key", data, "sha256").hexdigest()[:12], hmac.compare_digest("a", "a"))
record = struct.Struct("<4sHiqd?")
packed = record.pack(b"rec", 65535, -7, 2**40, 1.5, True)
print(record.size, packed.hex(), record.unpack(packed), struct.calcsize("@ib"), struct.pack(">e", 0.1), list(struct.iter_unpack("<H", b"\1\0\2\0")), struct.pack("3x2B", 1, 2))
for bad in (lambda: struct.pack("B", 256), lambda: struct.unpack("<i", b"abc"), lambda: struct.pack("ii", 1), lambda: base64.b64decode("abc"), lambda: zlib.decompress(b"xx"), lambda: bytes.fromhex("0g")):
    try:
        bad()
    except (struct.error, binascii.Error, zlib.error, ValueError) as error:
        print(type(error).__name__, error)
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("a/b.txt", "text" * 50)
    z.writestr(zipfile.ZipInfo("c.bin", (2024, 1, 2, 3, 4, 6)), data)
with zipfile.ZipFile(archive) as z:
    print(z.namelist(), z.read("a/b.txt")[:8], z.getinfo("c.bin").date_time, z.getinfo("a/b.txt").file_size, z.testzip())
archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w") as t:
    info = tarfile.TarInfo("dir/file")
    info.size = len(data)
    t.addfile(info, io.BytesIO(data))
archive.seek(0)
with tarfile.open(fileobj=archive, mode="r:") as t:
    print(t.getnames(), t.extractfile("dir/file").read() == data, t.getmember("dir/file").isfile())
url = urllib.parse.urlsplit("https://user@host.example:8080/a%20b/c;p?q=1&q=2&e=#frag")
print(url.hostname, url.port, urllib.parse.unquote(url.path), urllib.parse.parse_qs(url.query, keep_blank_values=True), urllib.parse.urljoin("http://a/b/c", "../d?x"), urllib.parse.urlencode({"a b": "ü&", "c": [1, 2]}, doseq=True), url._replace(query="").geturl())
print(html.unescape("&lt;&eacute;&#x41;&nbsp;"), fnmatch.filter(["a.py", "b.txt", "c.PY"], "*.py"), fnmatch.translate("[!a]?.*"), unicodedata.normalize("NFD", "é").encode(), unicodedata.name("ß"), re.escape("a.b*c"))
pprint.pprint({"key": list(range(30)), "nested": {"b": [{"long text": "x" * 60}] * 2, "a": (1,)}, "set": {1}}, width=70)
pprint.pprint([1, [2, [3, [4]]]], depth=2)
