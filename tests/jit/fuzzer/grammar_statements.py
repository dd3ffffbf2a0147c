"""Statements. `$block` on a line of its own is a sequence of statements; `$vkind` is a variable to be written."""

SIMPLE = [
    "$vint = $int", "$vint = $int", "$vint = $int", "$vfloat = $float", "$vfloat = $float", "$vstr = $str", "$vlist = $list",
    "$vtuple = $tuple", "$vdict = $dict", "$vset = $set", "$vobj = $obj", "$vany = $any", "$vany = $num",
    "$vint += $int", "$vint -= $int", "$vint *= $small", "$vint += $small", "$vint -= $word", "$vint ^= $int", "$vint //= $int",
    "$vint %= $int", "$vint |= $int", "$vint &= $int", "$vint >>= 2", "$vfloat += $float", "$vfloat *= $float", "$vfloat -= $int",
    "$vfloat /= $float", "$vstr += $str", "$vlist += [$int]", "$vtuple += ($int,)", "$vset |= {$int}", "$vdict |= {$small: $int}",
    "show('s$tag', $any)", "show('s$tag', $int)", "show('s$tag', $num)", "show('s$tag', $cond)",
    "$vlist.append($int)", "$vlist.insert($small, $int)", "$vlist.pop()", "$vlist[$small] = $int", "$vlist[$small] += $int",
    "$vlist[1:2] = [$int, $int]", "del $vlist[$small]", "$vlist.extend($tuple)", "$vlist.sort()", "$vlist.reverse()", "del $vlist[1:]",
    "$vdict[$small] = $int", "$vdict[$small] += 1", "$vdict.pop($small, None)", "del $vdict[$small]", "$vdict.setdefault($small, $int)",
    "$vdict[$str] = $any", "$vset.add($int)", "$vset.discard($small)",
    "$vobj.$attr = $int", "$vobj.$attr = $int", "$vobj.$attr += $int", "$vobj.f = $float", "$vobj.f += $float", "$vobj.s = $str",
    "$vobj.l = $list", "$vobj.l.append($small)", "$vobj.next = $obj", "$vobj.next = None", "$vobj.p = $int", "$vobj.extra$bit = $any",
    "del $vobj.$attr", "setattr($vobj, '$attr', $int)", "$vobj.$attr, $vint = $int, $int",
    "$vint, $vint = $int, $int", "$vint, $vint = $vint, $vint", "$vint, *$vlist = $list", "*$vlist, $vint = $tuple",
    "$vint, ($vint, $vint) = $int, ($int, $int)", "$vint = $vint = $int", "$vlist = $vlist", "$vobj = $vobj", "$vany = $vobj",
    "$vint, $vint, $vint = $tuple", "assert $cond, $str", "del $vint", "del $vint\n$vint = $int", "del $vobj\n$vobj = $obj", "$vany = None",
    "G0 = $int", "G1 = $int", "S0 = $str", "T0 = $tuple", "pass", "$int", "$call", "$vobj + $int", "if $cond: $vint = $int",
    "$vint = add($int, $int)", "$vint = add(b=$int, a=$int)", "$vany = ($int if $cond else None)", "raise $exc($int)",
    "show('n$tag', None if $any is None else 1)", "$vint = $vint if $cond else $int", "if ($@w := $int) > $small: $vint = $@w",
]

SIMPLE_LOCAL = [s for s in SIMPLE if s[0] not in "GST"]   # where globals are not declared

COMPOUND = [
    "if $cond:\n    $block", "if $cond:\n    $block\nelse:\n    $block", "if $cond:\n    $block\nelif $cond:\n    $block\nelse:\n    $block",
    "for $vint in range($trip):\n    $block", "for $@i in range($trip):\n    $block", "for $@i in range($int % 7, $trip, 2):\n    $block",
    "for $@i in range($trip, -2, -3):\n    $block", "for $vint in $shortlist:\n    $block", "for $vint in $shortlist:\n    $block",
    "for $vint in ($int, $int, $int):\n    $block", "for $@i, $vint in enumerate($shortlist):\n    $block",
    "for $vint, $vint in zip($shortlist, $shortlist):\n    $block", "for $vint, $vint in list($dict.items())[:5]:\n    $block",
    "for $vint in $shortlist:\n    $block\n    if $cond: break\nelse:\n    $block", "for $vstr in $str[:6]:\n    $block",
    "for $vint in gen_count($trip, $int):\n    $block", "for $vany in [$any, $any, $any]:\n    $block",
    "for $vint in range($edge, $edge + 3):\n    $block", "for $vint in range($edge - 2, $edge + 5, 2):\n    $block",
    "$@k = 0\nwhile $cond and $@k < $trip:\n    $@k += 1\n    $block",
    "$@k = $trip\nwhile $@k:\n    $@k -= 1\n    $block", "$@k = 0\nwhile True:\n    $@k += 1\n    if $@k > $trip: break\n    $block",
    "$@k = 0\nwhile $@k < $trip:\n    $@k += 1\n    if $cond: continue\n    $block",
    "try:\n    $block\nexcept ($exc, $exc) as $@e:\n    show('e$tag', describe($@e))\n    $block",
    "try:\n    $block\nexcept Exception as $@e:\n    show('e$tag', describe($@e))",
    "try:\n    $block\nexcept $exc as $@e:\n    show('e$tag', describe($@e))\nexcept Exception:\n    $block\nelse:\n    $block\nfinally:\n    $block",
    "try:\n    $block\nfinally:\n    $block",
    "try:\n    try:\n        raise $exc($int)\n    except $exc as $@e:\n        raise $exc($str) from $@e\nexcept Exception as $@f:\n    show('f$tag', describe($@f))",
    "try:\n    raise ExceptionGroup('g', [$exc($int), $exc($int)])\nexcept* $groupexc as $@e:\n    show('g$tag', [describe($@x) for $@x in $@e.exceptions])\nexcept* Exception as $@e:\n    show('h$tag', len($@e.exceptions))",
    "with Guard($str, $bit) as $@g:\n    $block", "with Guard($str, 1), Guard($str, $bit):\n    $block",
    "for $@i in range(3):\n    with Guard($str, $bit):\n        if $cond: continue\n        $block",
    "for $@i in range($trip):\n    try:\n        if $cond: continue\n        if $cond: break\n        $block\n    finally:\n        $vint += 1",
    "match $any:\n    case int($@m) if $cond:\n        $vint = $@m\n    case [$@m, *$@r]:\n        show('m$tag', ($@m, $@r))\n    case {$small: $@m, **$@r}:\n        show('m$tag', ($@m, $@r))\n    case Base(a=$@m) | Base(b=$@m):\n        show('m$tag', $@m)\n    case None | True:\n        $block\n    case _:\n        $block",
    "match $int:\n    case $small | $word:\n        $block\n    case -1:\n        $block\n    case $@m if $@m > $word:\n        $block",
    "match ($int, $int):\n    case ($small, $@m):\n        $vint = $@m\n    case ($@m, $@n) if $@m < $@n:\n        $block\n    case _:\n        pass",
    "def $@h($@x, $@y=$int):\n    return $@x + $@y + $vint\n$vint = $@h($int)\n$vint = $@h($int, $int)",
    "$@c = $int\ndef $@h($@x):\n    nonlocal $@c\n    $@c += $@x\n    return $@c\nfor $@i in range($trip):\n    $vint = $@h($int)\n    if $cond: $@c = $int\nshow('c$tag', $@c)",
    "$@o = Noisy('d$tag')\n$block\n$@o = None", "$@o = Noisy('k$tag')\n$block", "for $@i in range(3):\n    $@o = Noisy(('j$tag', $@i))\n    $block",
    "$@o = [Noisy(('q$tag', 0)), Noisy(('q$tag', 1))]\n$vint = $int\n$@o[0] = $int\n$block\ndel $@o",
    "$vint = keep(Noisy('p$tag'), $int)", "show('l$tag', sorted(k for k in locals() if k[0] != '_')[:9])",
    "$@l = list($shortlist)\nfor $vint in $@l:\n    if len($@l) < 9: $@l.append($small)\n    $block",
    "$@l = list($shortlist)\nfor $vint in $@l:\n    if $@l: $@l.pop()\n    $block",
]

# In functions of their own kind.
RETURN = ["return $int", "return $int", "if $cond: return $int", "return ($int, $int)", "return"]
IN_LOOP = ["if $cond: break", "if $cond: continue", "if $cond:\n    $block\n    break"]
IN_GENERATOR = ["$vint = (yield $int) or $small", "yield $int", "yield from $list", "$vint = yield from gen_send($small)",
                "yield ($int, $str)", "try:\n    yield $int\nexcept ValueError as $@e:\n    show('y$tag', describe($@e))\nfinally:\n    $vint += 1"]
IN_COROUTINE = ["$vint = await pause($int)", "$vint = await pause($int)", "async with AsyncGuard($str):\n    $block",
                "async for $vint in async_count($small):\n    $block", "$vlist = [$@v async for $@v in async_count($small)]"]
