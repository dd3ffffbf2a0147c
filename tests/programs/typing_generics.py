# Types at run time: generics by PEP 695, protocols, TypedDict, NamedTuple, overloads, get_type_hints, unions, a checker that uses them.
import collections.abc
import dataclasses
import functools
import types
import typing
from typing import Annotated, Any, Callable, ClassVar, Final, Generic, Literal, NamedTuple, NewType, Optional, Protocol, Self, TypedDict, TypeVar, Union


class Stack[T]:
    limit: ClassVar[int] = 3

    def __init__(self, items: collections.abc.Iterable[T] = ()) -> None:
        self.items: list[T] = list(items)

    def push(self, item: T) -> Self:
        if len(self.items) >= self.limit:
            raise OverflowError(f"{type(self).__name__} is full")
        self.items.append(item)
        return self

    def map[R](self, function: Callable[[T], R]) -> "Stack[R]":
        return Stack(map(function, self.items))


type Pair[A, B = int] = tuple[A, B]
type Json = None | bool | int | float | str | list[Json] | dict[str, Json]


class Named(Protocol):
    name: str

    def greet(self) -> str: ...


@typing.runtime_checkable
class Sized2(Protocol):
    def __len__(self) -> int: ...


class Movie(TypedDict, total=False):
    title: typing.Required[str]
    year: int
    tags: list[str]


class Point(NamedTuple):
    x: float
    y: float = 0.0

    def __add__(self, other):
        return Point(self.x + other[0], self.y + other[1])


UserId = NewType("UserId", int)
K = TypeVar("K", bound=str)
V = TypeVar("V", int, float)


class Table(Generic[K, V], dict):
    pass


@typing.overload
def double(x: int) -> int: ...
@typing.overload
def double(x: str) -> str: ...
def double(x):
    return x + x


@dataclasses.dataclass
class Config:
    name: Annotated[str, "unique"]
    sizes: tuple[int, ...] = ()
    mode: Literal["r", "w"] = "r"
    parent: Optional["Config"] = None
    extra: dict[str, int | None] = dataclasses.field(default_factory=dict)
    VERSION: ClassVar[Final[int]] = 2


def fits(value, hint):
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return True
    if isinstance(hint, typing.TypeAliasType):
        return fits(value, hint.__value__)
    if origin is Annotated:
        return fits(value, args[0])
    if origin in (Union, types.UnionType):
        return any(fits(value, a) for a in args)
    if origin is Literal:
        return any(value == a and type(value) is type(a) for a in args)
    if origin is tuple:
        if args[-1:] == (...,):
            return isinstance(value, tuple) and all(fits(v, args[0]) for v in value)
        return isinstance(value, tuple) and len(value) == len(args) and all(map(fits, value, args))
    if origin in (list, set):
        return isinstance(value, origin) and all(fits(v, args[0]) for v in value)
    if origin is dict:
        return isinstance(value, dict) and all(fits(k, args[0]) and fits(v, args[1]) for k, v in value.items())
    if typing.is_typeddict(hint):
        hints = typing.get_type_hints(hint)
        return isinstance(value, dict) and hint.__required_keys__ <= value.keys() <= hints.keys() and all(fits(v, hints[k]) for k, v in value.items())
    if hint is None:
        return value is None
    return isinstance(value, origin or hint)


def checked(function):
    hints = typing.get_type_hints(function)

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        names = function.__code__.co_varnames[:function.__code__.co_argcount]
        for name, value in [*zip(names, args), *kwargs.items()]:
            if name in hints and not fits(value, hints[name]):
                raise TypeError(f"{name}={value!r} is no {hints[name]}")
        result = function(*args, **kwargs)
        if not fits(result, hints.get("return", Any)):
            raise TypeError(f"result {result!r} is no {hints['return']}")
        return result
    return wrapper


@checked
def area(points: list[Point], scale: float | int = 1, *, unit: Literal["m", "km"] = "m") -> tuple[float, str]:
    return abs(sum(a.x * b.y - b.x * a.y for a, b in zip(points, points[1:] + points[:1]))) / 2 * scale, unit


print(Stack.__type_params__, Stack[int], Stack[int].__origin__ is Stack, Stack([1, 2]).push(3).map(str).items, Stack.map.__type_params__)
try:
    Stack("abc").push("d")
except OverflowError as error:
    print(error)
print(Pair, Pair[str], Pair.__type_params__, Pair.__value__, typing.get_args(Pair[str]), Pair.__type_params__[1].__default__)
print(Json.__value__, fits({"a": [1, None, {"b": 2.5}]}, Json), fits({"a": {1}}, Json), fits({1: 2}, Json))
print(typing.get_type_hints(Config, include_extras=True)["name"], typing.get_type_hints(Config)["parent"], [f.name for f in dataclasses.fields(Config)])
print(isinstance([], Sized2), isinstance(5, Sized2), issubclass(dict, Sized2), Named.__protocol_attrs__ == {"name", "greet"}, typing.get_protocol_members(Sized2))
try:
    isinstance(5, Named)
except TypeError as error:
    print(error)
print(Movie(title="x"), Movie.__required_keys__, sorted(Movie.__optional_keys__), fits({"title": "x", "tags": ["a"]}, Movie), fits({"year": 1}, Movie), fits({"title": "x", "z": 1}, Movie))
print(Point(1) + (2, 3), Point._field_defaults, Point(1)._replace(y=5), Point.__annotations__, Point(3, 4) == (3, 4))
print(UserId(5), UserId.__name__, UserId.__supertype__, Table[str, int].__parameters__, Table[K, float], Table.__orig_bases__, K.__bound__, V.__constraints__)
print(len(typing.get_overloads(double)), double("ab"), double(4), typing.get_origin(list[int]), list[int] == list[int], hash(dict[str, int]) == hash(dict[str, int]))
print(int | None, Optional[int] == int | None, Union[int, str, int], (int | str).__args__, isinstance(1, int | str), typing.Union[int, None].__args__, Callable[[int], str], Callable[..., None].__args__)
print(area([Point(0), Point(2), Point(2, 2), Point(0, 2)]), area([Point(0, 0)], 2, unit="km"))
for bad in (lambda: area([(0, 0)]), lambda: area([], "2"), lambda: area([], unit="mm"), lambda: Stack[int, str], lambda: int[str], lambda: list[int](3), lambda: K[int], lambda: Literal):
    try:
        print(bad())
    except TypeError as error:
        print(error)
print(list[int], tuple[()], tuple[int, ...], dict[str, list[int]].__args__, type(list[int]).__name__, list[K][str], Stack[K][int], typing.get_type_hints(Stack.push)["return"], [*tuple[int]][0] if hasattr(tuple[int], "__iter__") else None)
