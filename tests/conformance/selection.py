#!/usr/bin/env python3
"""Tests of CPython's suite that pass, and are to pass forever: selection.txt.

  selection.py --python CMD                 runs the selection's units; fails when a test listed doesn't pass
  selection.py --python CMD --grow [UNIT...]  adds what passes now, of the units of the selection and those named

selection.txt: unit headings, below each the tests of that unit, one a line. It only grows.
"""
import argparse, json, os, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
FILE = os.path.join(HERE, 'selection.txt')
TIMED = ('denial_of_service_prevented',)  # tests that compare durations: they fail on a busy machine


def read_selection():
    units = {}
    for line in open(FILE, encoding='utf-8') if os.path.exists(FILE) else ():
        line = line.rstrip()
        if line.startswith('['):
            unit = units.setdefault(line.strip('[]'), set())
        elif line and not line.startswith('#'):
            unit.add(line)
    return units


def write_selection(units):
    with open(FILE, 'w', encoding='utf-8') as f:
        f.write('# Tests that pass and have to pass: README.md. Grown by selection.py --grow, never cut.\n')
        for unit in sorted(units):
            f.write('\n[%s]\n' % unit)
            f.writelines('%s\n' % test for test in sorted(units[unit]))


def run(python, units, jobs):
    """-> for each unit, what run.py says of it"""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, 'results.json')
        done = subprocess.run([sys.executable, os.path.join(HERE, 'run.py'), '--python', python, '--full', '--json', out,
                               '--tests', os.path.join(HERE, 'tests.txt'),
                               '--baseline', os.path.join(HERE, 'baseline.json'), '-j', str(jobs), *units],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if not os.path.exists(out):
            sys.exit(done.stderr)
        with open(out, encoding='utf-8') as f:
            return json.load(f)['units']


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--python', required=True)
    parser.add_argument('--grow', action='store_true')
    parser.add_argument('-j', '--jobs', type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument('units', nargs='*')
    options = parser.parse_args()
    selection = read_selection()
    results = run(options.python, sorted({*selection, *options.units}), options.jobs)
    lost = 0
    for unit, result in results.items():
        # A test's id names the unit first: only what follows is listed.
        start = 'test.%s.' % unit
        passed = {test.removeprefix(start) for test in result.get('ok', ())}
        reasons = {test.removeprefix(start): ' '.join(why) for test, why in result.get('nonpass', {}).items()}
        for test in sorted(selection.get(unit, set()) - passed):
            lost += 1
            print('%s: %s: %s' % (unit, test, reasons.get(test) or result.get('note') or 'not run'))
        if options.grow:
            steady = {test for test in passed if not any(name in test for name in TIMED)}
            selection.setdefault(unit, set()).update(steady)
    if options.grow:
        write_selection(selection)
    print('%d tests of %d units, %d failed' % (sum(map(len, selection.values())), len(selection), lost))
    sys.exit(1 if lost else 0)


if __name__ == '__main__':
    main()
