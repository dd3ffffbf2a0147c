# State machines: flags and enums, transitions as decorators, generators as states, patterns over messages, a traffic light, a parser of numbers.
import dataclasses
import enum
import functools
import string


class Door(enum.Flag):
    CLOSED = 0
    OPEN = enum.auto()
    LOCKED = enum.auto()
    ALARM = enum.auto()
    DANGER = OPEN | ALARM


class Light(enum.IntEnum):
    RED, GREEN, YELLOW = range(3)

    def next(self):
        return type(self)((self + 1) % len(type(self)))

    @enum.property
    def seconds(self):
        return {Light.RED: 30, Light.GREEN: 25}.get(self, 5)


class State(enum.StrEnum):
    NEW = enum.auto()
    PAID = enum.auto()
    SHIPPED = enum.auto()
    DONE = "delivered"

    @classmethod
    def _missing_(cls, value):
        return next((s for s in cls if isinstance(value, str) and s.name.startswith(value.upper())), None)


class WrongState(Exception):
    pass


def transition(*sources, to):
    def decorate(method):
        @functools.wraps(method)
        def wrapper(self, *args, **kwargs):
            if self.state not in sources:
                raise WrongState(f"{method.__name__}: {self.state} is none of {', '.join(sources)}")
            result = method(self, *args, **kwargs)
            self.history.append((self.state, to))
            self.state = to
            return result
        wrapper.transition = sources, to
        return wrapper
    return decorate


@dataclasses.dataclass
class Order:
    number: int
    state: State = State.NEW
    history: list = dataclasses.field(default_factory=list, repr=False, compare=False)

    @transition(State.NEW, to=State.PAID)
    def pay(self, amount):
        if amount <= 0:
            raise ValueError("nothing paid")

    @transition(State.PAID, to=State.SHIPPED)
    def ship(self):
        return f"parcel {self.number}"

    @transition(State.SHIPPED, to=State.DONE)
    def deliver(self):
        pass

    @transition(State.PAID, State.SHIPPED, to=State.NEW)
    def refund(self):
        pass

    @classmethod
    def diagram(cls):
        return sorted(f"{source} -{name}-> {method.transition[1]}" for name, method in vars(cls).items()
                      if hasattr(method, "transition") for source in method.transition[0])


@dataclasses.dataclass
class Insert:
    coin: int


@dataclasses.dataclass
class Press:
    button: str
    times: int = 1


def vending():
    """Each yield waits for a message and answers the one before."""
    credit, answer = 0, "ready"
    prices = {"tea": 150, "water": 100}
    while True:
        match (yield answer):
            case Insert(5 | 10 | 20 | 50 | 100 | 200 as coin):
                credit += coin
                answer = f"credit {credit}"
            case Insert(coin):
                answer = f"returns {coin}"
            case Press("back"):
                answer, credit = f"change {credit}", 0
            case Press(drink, times=n) if (price := prices.get(drink, 0) * n) and credit >= price:
                credit -= price
                answer = f"{n} {drink}, credit {credit}"
            case Press(drink) if drink in prices:
                answer = f"{drink} costs {prices[drink]}"
            case {"service": code, **rest}:
                answer = f"service {code} {sorted(rest)}"
            case [first, *_, last]:
                answer = f"from {first} to {last}"
            case None:
                return credit
            case other:
                answer = f"what is {other!r}?"


def number_states(text):
    """Is text a number? States as functions that return the next state."""
    def start(c):
        return sign if c in "+-" else digits if c in string.digits else dot if c == "." else None

    def sign(c):
        return digits if c in string.digits else dot if c == "." else None

    def digits(c):
        return digits if c in string.digits else fraction if c == "." else exponent if c in "eE" else None

    def dot(c):
        return fraction if c in string.digits else None

    def fraction(c):
        return fraction if c in string.digits else exponent if c in "eE" else None

    def exponent(c):
        return exponent_digits if c in string.digits else exponent_sign if c in "+-" else None

    def exponent_sign(c):
        return exponent_digits if c in string.digits else None

    def exponent_digits(c):
        return exponent_digits if c in string.digits else None

    state = start
    for c in text:
        if (state := state(c)) is None:
            return False
    return state in (digits, fraction, exponent_digits)


door = Door.OPEN | Door.LOCKED
print(door, repr(door), door & Door.OPEN, Door.LOCKED in door, ~door, door ^ Door.DANGER, list(door), bool(Door.CLOSED), len(Door.DANGER), Door(5) is Door.DANGER)
for bad in (8, -9, "OPEN"):
    try:
        print(Door(bad))
    except ValueError as error:
        print(error)
light, total = Light.RED, 0
while total < 150:
    total += light.seconds
    light = light.next()
print(light, repr(light), light + 1, total, [member.name for member in Light], Light["GREEN"] < Light.YELLOW, f"{light:>5}|{light!s:>8}")
order = Order(7)
steps = [("pay", (0,)), ("ship", ()), ("pay", (10,)), ("ship", ()), ("refund", ()), ("deliver", ()), ("pay", (5,)), ("ship", ()), ("deliver", ())]
for name, args in steps:
    try:
        print(name, getattr(order, name)(*args), order.state, sep=":", end=" ")
    except (WrongState, ValueError) as error:
        print(f"[{error}]", end=" ")
print("\n", order, len(order.history), State("SHIP"), State.DONE == "delivered", State.PAID.upper(), order == Order(7, State.DONE))
print(*Order.diagram(), sep="\n")
machine = vending()
answers = [next(machine)]
for message in (Insert(100), Insert(3), Press("tea"), Insert(50), Press("tea"), Insert(200), Press("water", times=2), Press("cola"), {"service": 9, "b": 1, "a": 2}, [1, 2, 3], (), Press("back")):
    answers.append(machine.send(message))
try:
    machine.send(None)
except StopIteration as end:
    answers.append(end.value)
print(*answers, sep="\n")
for text in ("1", "-1.5", ".5", "5.", "1e9", "1.5E-3", "", "-", ".", "1e", "1.2.3", "+.e1", "٣"):
    print(f"{text!r}: {number_states(text)}", end="; ")
print()
