"""Expressions by kind. `$kind` stands for an expression of that kind, other words are in expand.py.

Kinds say what a value is most of the time: objects of generated classes and floats turn up among integers. Values
stay small: nothing here makes a product of two strings' lengths, and what loops gather goes through cap().
"""

EXPRESSIONS = {
    "int": [
        "$small", "$small", "$edge", "-$small", "($int + $int)", "($int + $int)", "($int - $int)", "($int - $int)",
        "(cap($int) * cap($int))", "($int * $small)", "($int + $small)", "($int - $small)", "($int + $word)", "($int - $word)", "($small - $int)",
        "($int // $int)", "($int % $int)", "($int // -$small)", "($int % -$small)", "($int & $int)", "($int | $int)",
        "($int ^ $int)", "(cap($int) << ($int & 15))", "($int >> ($int & 63))", "(-$int)", "(~(0 + $int))", "(+$int)", "abs($int)",
        "($int if $cond else $int)", "len($list)", "len($str)", "len($dict)", "$obj.$attr", "$obj.$attr", "$obj.p",
        "$list[$small]", "$list[-1]", "$tuple[$small]", "$tuple[-2]", "min($int, $int)", "max($int, $small)", "sum($list)",
        "int($float)", "int($cond)", "($cond and $int)", "($int or $small)", "divmod($int, $int)[$bit]",
        "$dict.get($small, $int)", "$dict[$small]", "($int).bit_length()", "pow($int, 3, 1009)", "int($str)", "ord($str[0])",
        "hash(int($int))", "sum($@v + $small for $@v in $list)", "(lambda $@v: $@v + $int)($int)",
        "(lambda $@v, $@u=$small: $@v - $@u)($int)", "len({*$list, *$tuple})", "[*$list, $int][-1]", "$call", "$call", "$call",
        "G0", "G1", "(G0 + $int)", "$method", "$method", "round($float)", "bool($any)", "(cap($int) ** 2)", "(2 ** ($int & 63))",
        "$list.count($small)", "$tuple.index($small)", "next(iter($list))", "add($int, $int)", "add($int, $int, c=$int)",
        "spread($int, *$list)", "spread(*$tuple, k=$int)", "spread($int, **dict(k=$int, z=$int))",
    ],
    "float": [
        "$fedge", "$fedge", "$small.5", "($float + $float)", "($float - $float)", "($float * $float)", "($float / $float)",
        "($int / $int)", "($float + $int)", "($int - $float)", "($int * $float)", "($float + $small)", "($float - $small)",
        "(-$float)", "abs($float)", "float($int)", "($float // $float)", "($float % $float)", "($float if $cond else $float)",
        "min($float, $float)", "sum([$float, $int, $float])", "math.copysign(1.5, $float)", "($float ** 2)", "$obj.f",
        "round($float, 2)", "math.sqrt($float)", "float($str)",
    ],
    "num": ["$int", "$int", "$int", "$float", "$float", "True", "False", "$obj"],
    "str": [
        "'ab'", "''", "'x\\u00e9'", "'\\U0001f40dz'", "'42'", "($str + $str)", "$str[1:]", "$str[:$small]", "$str[::-1]", "$str.upper()",
        "str($int)", "repr($int)", "f'{($vint)}:{($vint)!r:>4}'", "f'{$vfloat:.3g}'", "'%d-%s' % ($small, $int)", "$str.replace('a', 'bc')",
        "'-'.join([$str, $str])", "($str if $cond else $str)", "$str[$small]", "$str[-1]", "$str.strip('x')", "$obj.s", "type($any).__name__",
        "format($int, 'x')", "($str or $str)", "chr(97 + ($int % 26))", "($str * $bit)", "S0", "''.join(sorted($str))",
        "str($cond)", "$str.join('xyz')", "repr($tuple)[:12]",
    ],
    "list": [
        "[]", "[$int, $int]", "[$int, $int, $int]", "list(range($small))", "[$@v + $int for $@v in $list]",
        "[$@v for $@v in $list if $@v > $int]", "($list + $list)", "$list[1:]", "$list[::-1]", "$list[:$small]", "sorted($list)",
        "[*$list, $int]", "[*$tuple]", "list($tuple)", "[len($@v) for $@v in ($str, $str)]", "list($dict)", "list($dict.values())",
        "[$@v * $@u for $@v in range(3) for $@u in $list]", "list(map(abs, $list))", "list(reversed($list))", "$obj.l",
        "[$@v for $@v, $@u in zip($list, $list)]", "($list if $cond else $list)", "list(gen_count($small, $int))",
        "[(lambda: $@v)() for $@v in $list]", "list({$int: 1, $int: 2})",
        "sorted({$int, $int, $int}, key=repr)", "([$int] * 2)",
    ],
    "tuple": [
        "($int, $int)", "($int, $int, $int)", "($int, $str)[:1] + ($int,)", "tuple($list)", "($tuple + $tuple)", "$tuple[1:]",
        "(*$list, $int)", "tuple($@v for $@v in $list)", "divmod($int, $int)", "($tuple if $cond else $tuple)", "T0",
    ],
    "dict": [
        "{}", "{$small: $int, $small: $int}", "{$@v: $@v + $int for $@v in range($small)}", "{**$dict, $small: $int}",
        "dict(zip(range(3), $list))", "dict.fromkeys($tuple, $int)", "($dict | {$small: $int})", "dict($dict)",
    ],
    "set": ["{$int, $int}", "set($list)", "{$@v % 5 for $@v in $list}", "($set | $set)", "($set & $set)", "($set - {$int})", "frozenset($tuple)"],
    "obj": ["$new", "($obj if $cond else $obj)"],
    "cond": [
        "$int < $int", "$int <= $small", "$int > $int", "$int >= $small", "$int == $int", "$int != $small", "$num < $num",
        "$num == $num", "$num != $num", "$num >= $num", "$float < $float", "$float == $float", "$float <= $int", "$int > $word",
        "$int < -$word", "$int < $int < $int", "$small <= $int <= $edge", "not $cond", "($cond and $cond)", "($cond or $cond)",
        "$any is None", "$any is not None", "$obj is $obj", "$int in $list", "$small not in $tuple", "$small in $dict",
        "$str in $str", "$str == $str", "$str < $str", "$list == $list", "$tuple < $tuple", "isinstance($any, int)",
        "isinstance($obj, Base)", "True", "False", "$obj", "$obj == $obj", "$obj < $obj", "$int & 1", "$int % 3 == 0", "$list", "$str",
        "$dict", "$float", "hasattr($obj, '$attr')", "callable($any)", "$set <= $set", "any($list)", "all($list)",
    ],
    "any": ["$int", "$int", "$float", "$str", "$list", "$tuple", "$dict", "$obj", "None", "True", "None", "$num"],
}

SMALL = ["0", "1", "1", "2", "3", "4", "5", "7", "9"]
WORD = ["16", "100", "255", "256", "1000", "8191", "8192", "8193", "32767", "32768", "32769", "65535", "65536", "1000000"]
EDGES = ["2**31", "2**31 - 1", "-2**31", "2**53", "2**53 + 1", "2**59", "2**60", "2**60 - 1", "2**61", "2**61 - 1", "-2**61", "-2**61 - 1",
         "(1 << 61) - 2", "2**62", "2**62 - 1", "-2**62", "-2**62 - 1", "2**63", "2**63 - 1", "-2**63", "-2**63 - 1", "2**64", "2**64 - 1",
         "4611686018427387903", "2305843009213693951", "-2305843009213693952", "1152921504606846976", "3037000500", "-1"]
FLOAT_EDGES = ["0.0", "-0.0", "1.0", "0.1", "-1.5", "1e308", "-1e308", "5e-324", "2.2250738585072014e-308", "1e-200", "1e200", "math.inf",
               "-math.inf", "math.nan", "2.0**53", "2.0**61", "2.0**62", "2.0**63", "1e16", "3.141592653589793", "1e77", "1e-77", "2.0**-255",
               "2.0**256", "2.0**-256", "2.0**257"]
EXCEPTIONS = ["ValueError", "TypeError", "KeyError", "IndexError", "ZeroDivisionError", "AttributeError", "LookupError", "ArithmeticError",
              "Own", "OwnChild", "Exception", "NameError", "StopIteration"]
ATTRIBUTES = ["a", "b", "c"]
