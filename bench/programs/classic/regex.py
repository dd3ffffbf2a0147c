"""Regular expressions over a log: matching, searching, substitution, splitting."""
import re
import sys

LINE = re.compile(r'(?P<host>\S+) - (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<verb>[A-Z]+) (?P<path>[^ "]+)(?: HTTP/(\d\.\d))?" (\d{3}) (\d+|-)')
QUERY = re.compile(r"[?&](\w+)=([^&\s]*)")
WORDS = re.compile(r"\b[a-z]+(?:-[a-z]+)*\b", re.IGNORECASE)
DOUBLED = re.compile(r"\b(\w+)\s+\1\b")
ADDRESS = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|(?=\s))){4}")
COMMA = re.compile(r"\s*[,;]\s*")


def log_line(i):
    verb = ("GET", "POST", "DELETE")[i % 3]
    return (f"10.{i % 256}.{i * 7 % 256}.{i * 13 % 300} - user{i % 50} [{i % 28 + 1:02d}/Nov/2026:{i % 24:02d}:00:00] "
            f'"{verb} /path/to/item-{i % 99}?id={i}&sort=name&page={i % 7} HTTP/1.{i % 2}" {200 + i % 5 * 100} {i * 37 % 5000}')


def main(count):
    text = "The quick brown fox jumps over the the lazy dog, and well-known words; repeat repeat , again."
    hits = bytes_sent = addresses = 0
    users = {}
    for i in range(count):
        line = log_line(i)
        match = LINE.match(line)
        users[match["user"]] = users.get(match["user"], 0) + 1
        bytes_sent += int(match.group(8))
        hits += len(QUERY.findall(match["path"])) + len(match.span("time"))
        addresses += ADDRESS.match(line) is not None
        if i % 10 == 0:
            hits += len(WORDS.findall(text)) + len(COMMA.split(text))
            hits += len(DOUBLED.sub(lambda m: m.group(1).upper(), text))
            hits += sum([m.start() for m in re.finditer(r"o\w?", text)])
    print(f"regex {count}: {hits} {bytes_sent} {addresses} {len(users)} {users['user7']}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
