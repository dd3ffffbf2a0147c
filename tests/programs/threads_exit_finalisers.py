"""Finalisers at exit see the whole program, after all threads have ended; they cannot start any more."""
import _thread
import os
import sys
import threading


class Last:
    seen = []

    def __init__(self, name, *attempts):
        self.name = name
        self.attempts = attempts

    def __del__(self):
        lines = [f'finaliser {self.name} {sys.is_finalizing()} {threading.active_count()} {done.is_alive()}']
        for attempt in self.attempts:
            try:
                attempt()
            except Exception as e:
                lines.append(f'{type(e).__name__} {e}')
        self.seen.append(lines)
        if len(self.seen) == 3:  # their order is nobody's business
            for lines in sorted(self.seen):
                print(*lines, sep='\n')


done = threading.Thread(target=print, args=('in a thread',))
done.start()
done.join()
last = Last('global', lambda: threading.Thread(target=print).start(), lambda: _thread.start_new_thread(print, ()),
            os.fork, done.join)
holder = [Last('in a list')]
cycle = Last('in a cycle')
cycle.me = cycle
print('end of the program')
