# args: --top 2 --level WARNING --since 10:00 - --format table
# A report from a log: argparse, regular expressions, csv, json, statistics, logging to a stream, string formatting.
import argparse
import csv
import io
import json
import logging
import re
import statistics
import sys
import textwrap
from collections import Counter, defaultdict, namedtuple

LOG = textwrap.dedent("""\
    2024-03-01 09:58:12 INFO  web    GET /index.html 200 12ms user=ann
    2024-03-01 10:00:00 INFO  web    GET /cart 200 48ms user=bob
    2024-03-01 10:00:03 WARNING web    GET /cart 404 5ms user=bob
    2024-03-01 10:01:17 ERROR db     timeout after 3000ms query="SELECT * FROM cart WHERE id = 7"
    Traceback (most recent call last):
      something
    2024-03-01 10:01:18 ERROR web    POST /cart 500 3120ms user=bob
    2024-03-01 10:02:00 INFO  web    GET /index.html 200 9ms user=eve
    2024-03-01 10:02:41 WARNING cache  evicted 120 entries
    2024-03-01 10:02:59 INFO  web    GET /search?q=caf%C3%A9+ol%C3%A9 200 88ms user=ann
    2024-03-01 10:03:30 ERROR db     timeout after 3100ms query="SELECT 1"
    2024-03-01 11:00:00 INFO  web    GET /index.html 304 2ms user=ann
""")
LINE = re.compile(r"(?P<date>[\d-]+) (?P<time>[\d:]+) (?P<level>[A-Z]+)\s+(?P<source>\w+)\s+(?P<message>.*)")
REQUEST = re.compile(r"(?P<method>GET|POST) (?P<path>\S+) (?P<status>\d{3}) (?P<ms>\d+)ms user=(?P<user>\w+)")
Entry = namedtuple("Entry", "date time level source message request", defaults=[None])
LEVELS = logging.getLevelNamesMapping()


def read(stream, log):
    for number, line in enumerate(stream, 1):
        if match := LINE.fullmatch(line.rstrip("\n")):
            request = REQUEST.match(match["message"])
            yield Entry(**match.groupdict(), request=request and request.groupdict())
        else:
            log.debug("line %d is no entry: %.20r", number, line)


def table(rows, header):
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    yield " | ".join(f"{name:^{width}}" for name, width in zip(header, widths))
    yield "-+-".join("-" * width for width in widths)
    for row in rows:
        yield " | ".join(f"{cell:>{width}}" if cell.replace(".", "").isdigit() else f"{cell:<{width}}" for cell, width in zip(row, widths))


def main(argv):
    parser = argparse.ArgumentParser(prog="report", description="Analyses a log.", formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", default="-", help="the log (default: %(default)s)")
    parser.add_argument("--top", type=int, default=3, metavar="N", help="how many users")
    parser.add_argument("--level", choices=["INFO", "WARNING", "ERROR"], default="INFO")
    parser.add_argument("--since", type=lambda text: tuple(map(int, text.split(":"))), default=(0, 0))
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--format", choices=["table", "csv", "json"], default="table")
    group.add_argument("--quiet", action="store_true")
    options = parser.parse_args(argv)
    print(options)
    notes = io.StringIO()
    log = logging.getLogger("report")
    log.setLevel(logging.DEBUG)
    handler = logging.StreamHandler(notes)
    handler.setFormatter(logging.Formatter("{levelname:.1} {name}: {message}", style="{"))
    log.addHandler(handler)
    log.propagate = False

    entries = [e for e in read(io.StringIO(LOG), log) if tuple(map(int, e.time.split(":")[:2])) >= options.since]
    log.info("%(count)d entries", {"count": len(entries)})
    levels = Counter(e.level for e in entries)
    print(dict(levels), [e.message for e in entries if LEVELS[e.level] >= LEVELS[options.level]][:3])
    times = defaultdict(list)
    for e in entries:
        if e.request:
            times[e.request["user"]].append(int(e.request["ms"]))
    rows = [(user, len(ms), f"{statistics.fmean(ms):.1f}", statistics.median(ms), max(ms)) for user, ms in times.items()]
    rows.sort(key=lambda row: (-row[1], row[0]))
    print(*table(rows[:options.top], ["user", "requests", "mean", "median", "worst"]), sep="\n")
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ["time", "status", "path"], extrasaction="ignore", quoting=csv.QUOTE_MINIMAL)
    writer.writeheader()
    writer.writerows({"time": e.time, **e.request} for e in entries if e.request)
    print(out.getvalue().replace("\r\n", "\n"), end="")
    back = list(csv.DictReader(io.StringIO(out.getvalue())))
    print(len(back), back[-2])
    print(json.dumps({"levels": levels, "slow": [e.request for e in entries if e.request and int(e.request["ms"]) > 1000]}, indent=1, sort_keys=True))
    quoted = [m[1] for e in entries for m in re.finditer(r'query="([^"]*)"', e.message)]
    print(quoted, re.sub(r"\d+", lambda m: f"<{len(m[0])}>", entries[2].message))
    try:
        log.error("cannot parse %s", 1 / 0)
    except ZeroDivisionError:
        log.exception("while reporting")
    print(notes.getvalue().replace(__file__, "FILE"), end="")
    return parser


parser = main(sys.argv[1:])
print(parser.format_usage(), end="")
for bad in (["--level", "NOISE"], ["--quiet", "--format", "csv"], ["--top", "many"], ["a", "b"], ["--unknown"]):
    errors, sys.stderr = sys.stderr, io.StringIO()
    try:
        parser.parse_args(bad)
    except SystemExit as end:
        print(end.code, sys.stderr.getvalue().splitlines()[-1])
    finally:
        sys.stderr = errors
