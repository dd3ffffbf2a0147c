# A bank: accounts, transactions with rollback, a ledger, statements, interest in decimal and fractions, money formatting.
import dataclasses
import enum
import itertools
from decimal import Decimal, ROUND_HALF_EVEN, ROUND_HALF_UP, getcontext
from fractions import Fraction

CENT = Decimal("0.01")


class Kind(enum.Enum):
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    TRANSFER = "transfer"
    INTEREST = "interest"

    @property
    def sign(self):
        return -1 if self in (Kind.WITHDRAWAL, Kind.TRANSFER) else 1


class BankError(Exception):
    """Base of all errors of the bank."""


class InsufficientFunds(BankError):
    def __init__(self, account, missing):
        super().__init__(account.number, missing)
        self.missing = missing

    def __str__(self):
        return f"account {self.args[0]} lacks {self.missing:,.2f}"


@dataclasses.dataclass(frozen=True, order=True, slots=True)
class Entry:
    day: int
    kind: Kind = dataclasses.field(compare=False)
    amount: Decimal
    text: str = dataclasses.field(default="", compare=False)


@dataclasses.dataclass
class Account:
    number: str
    owner: str
    balance: Decimal = Decimal(0)
    limit: Decimal = Decimal(0)
    entries: list[Entry] = dataclasses.field(default_factory=list, repr=False)

    def post(self, entry):
        after = self.balance + entry.kind.sign * entry.amount
        if after < -self.limit:
            raise InsufficientFunds(self, -self.limit - after)
        self.balance = after
        self.entries.append(entry)


class Bank:
    def __init__(self):
        self.accounts = {}
        self.day = 1
        self._numbers = (f"{a}{b}-{n:03}" for n, (a, b) in enumerate(itertools.product("AB", "XYZ"), 1))

    def open(self, owner, **options):
        account = Account(next(self._numbers), owner, **options)
        return self.accounts.setdefault(account.number, account)

    def transaction(self):
        return Transaction(self)


class Transaction:
    """All or nothing: what was posted is taken back if the block fails."""

    def __init__(self, bank):
        self.bank = bank

    def __enter__(self):
        self.saved = [(a, a.balance, len(a.entries)) for a in self.bank.accounts.values()]
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            return False
        for account, balance, count in self.saved:
            account.balance = balance
            del account.entries[count:]
        print("rolled back:", f"{kind.__name__}: {error}")
        return issubclass(kind, BankError)

    def move(self, source, target, amount, text=""):
        source.post(Entry(self.bank.day, Kind.TRANSFER, amount, text))
        target.post(Entry(self.bank.day, Kind.DEPOSIT, amount, text))


bank = Bank()
ann, bob, eve = bank.open("Ann", limit=Decimal(100)), bank.open("Bob"), bank.open("Eve")
with bank.transaction() as t:
    ann.post(Entry(1, Kind.DEPOSIT, Decimal("1234.56"), "salary"))
    t.move(ann, bob, Decimal("300.10"), "rent")
bank.day += 1
with bank.transaction() as t:
    t.move(bob, eve, Decimal("200.05"))
    t.move(bob, eve, Decimal("200.05"))
with bank.transaction() as t:
    t.move(ann, eve, Decimal("1034.46"), "all of it and the credit")
try:
    with bank.transaction() as t:
        t.move(ann, "nobody", Decimal(0))
except AttributeError as error:
    print("not the bank's:", error)


def with_interest(balance, rate, days, rounding):
    exact = Fraction(balance) * (1 + Fraction(rate) * Fraction(days, 360))
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(CENT, rounding), exact


for account in bank.accounts.values():
    print(account)
    for entry in account.entries:
        print(f"   {entry.day:>3} {entry.kind.value:<12}{entry.kind.sign * entry.amount:>+12,.2f}  {entry.text or '-'}")
for rounding in (ROUND_HALF_EVEN, ROUND_HALF_UP):
    print(with_interest(eve.balance, "0.035", 45, rounding))
entries = sorted(itertools.chain.from_iterable(a.entries for a in bank.accounts.values()))
print([(e.day, str(e.amount)) for e in entries], entries[0] < entries[1], hash(entries[0]) == hash(dataclasses.replace(entries[0])))
totals = {kind.name: sum((e.amount for e in group), Decimal()) for kind, group in itertools.groupby(sorted(entries, key=lambda e: e.kind.name), key=lambda e: e.kind)}
print(totals)
getcontext().prec = 50
print(Decimal(2).sqrt(), Decimal(1) / 7, Decimal("1e-30") + 1)
try:
    entries[0].amount = 5
except dataclasses.FrozenInstanceError as error:
    print(repr(error))
