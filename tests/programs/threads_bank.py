# A bank used by many threads: locks in order, a reader-writer lock, audits in between, deadlock avoided, totals that never change.
import contextlib
import random
import threading

ACCOUNTS, THREADS, TRANSFERS = 12, 6, 400


class Account:
    def __init__(self, number, balance):
        self.number, self.balance, self.lock, self.history = number, balance, threading.Lock(), []

    def post(self, amount):
        if self.balance + amount < 0:
            raise ValueError(f"account {self.number} is short of {-(self.balance + amount)}")
        self.balance += amount
        self.history.append(amount)


class ReadWriteLock:
    """Many readers or one writer; a waiting writer goes before new readers."""

    def __init__(self):
        self.condition = threading.Condition()
        self.readers = self.waiting = 0
        self.writing = False

    @contextlib.contextmanager
    def read(self):
        with self.condition:
            self.condition.wait_for(lambda: not self.writing and not self.waiting)
            self.readers += 1
        try:
            yield
        finally:
            with self.condition:
                self.readers -= 1
                self.condition.notify_all()

    @contextlib.contextmanager
    def write(self):
        with self.condition:
            self.waiting += 1
            self.condition.wait_for(lambda: not self.writing and not self.readers)
            self.waiting -= 1
            self.writing = True
        try:
            yield
        finally:
            with self.condition:
                self.writing = False
                self.condition.notify_all()


class Bank:
    def __init__(self):
        self.accounts = [Account(n, 1000) for n in range(ACCOUNTS)]
        self.gate = ReadWriteLock()
        self.refused = []

    def transfer(self, source, target, amount):
        with self.gate.read(), contextlib.ExitStack() as stack:
            for account in sorted({source, target}, key=lambda a: a.number):
                stack.enter_context(account.lock)
            source.post(-amount)
            target.post(amount)

    def audit(self):
        with self.gate.write():
            return sum(a.balance for a in self.accounts), min(a.balance for a in self.accounts) >= 0, all(a.balance == 1000 + sum(a.history) for a in self.accounts)


bank = Bank()
audits = []


def clerk(seed):
    r = random.Random(seed)
    for _ in range(TRANSFERS):
        source, target = r.choice(bank.accounts), r.choice(bank.accounts)
        try:
            bank.transfer(source, target, r.randrange(1, 300))
        except ValueError as error:
            bank.refused.append(str(error))


def auditor():
    for _ in range(40):
        audits.append(bank.audit())


threads = [threading.Thread(target=clerk, args=(n,), name=f"clerk-{n}") for n in range(THREADS)] + [threading.Thread(target=auditor) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(bank.audit(), len(audits), set(audits))
moved = sum(len(a.history) for a in bank.accounts)
print((moved + 2 * len(bank.refused)) == 2 * THREADS * TRANSFERS, all(text.startswith("account") for text in bank.refused), [a.lock.locked() for a in bank.accounts].count(True))
print(bank.gate.readers, bank.gate.writing, bank.gate.waiting)
