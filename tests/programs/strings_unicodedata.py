# unicodedata, version 17 and ucd_3_2_0.
import unicodedata as u


def e(s, **names):
    try:
        print(ascii(s), '->', ascii(eval(s, dict(globals(), **names))).split(' at 0x')[0])
    except BaseException as x:
        print(ascii(s), '->', type(x).__name__, ascii(str(x)), getattr(x, '__notes__', ''))


for s in [
    "u.name('a')",
    "u.name('\\0')",
    "u.name('\\0',None)",
    "u.name('ab')",
    'u.name(1)',
    "u.lookup('DIGIT ONE')",
    "u.lookup('nope')",
    "u.lookup('KEYCAP NUMBER SIGN')",
    "u.lookup(b'DIGIT ONE')",
    "u.lookup('x'*300)",
    "u.decimal('5')",
    "u.decimal('a')",
    "u.decimal('a',3)",
    "u.digit('\xb2')",
    "u.digit('a')",
    "u.numeric('\xbd')",
    "u.numeric('a')",
    "u.numeric('\u096b')",
    "u.category('a')",
    "u.bidirectional('a')",
    "u.combining('\\u0301')",
    "u.east_asian_width('\u3042')",
    "u.mirrored('(')",
    "u.decomposition('\xe9')",
    "u.decomposition('\xbd')",
    "u.decomposition('\\uac00')",
    "u.normalize('NFD','\xe9')",
    "u.normalize('NFC','e\\u0301')",
    "u.normalize('x','a')",
    "u.normalize('NFC',1)",
    "u.is_normalized('NFC','\xe9')",
    "u.is_normalized('NFD','\xe9')",
    "u.is_normalized('q','a')",
    'u.unidata_version',
    'u.ucd_3_2_0',
    'u.ucd_3_2_0.unidata_version',
    "u.ucd_3_2_0.name('a')",
    "u.ucd_3_2_0.category('\\u0221')",
    "u.ucd_3_2_0.category('\\u0220')",
    'u.UCD',
    "u.ucd_3_2_0.lookup('DIGIT ONE')",
    "u.ucd_3_2_0.normalize('NFKC','\\u2f868')",
    "u.ucd_3_2_0.numeric('\\u5146')",
    "u.numeric('\\u4e00')",
    "u.name('\\u4e00')",
    "u.name('\\uac00')",
    "u.name('\\U0001f600')",
    "u.lookup('LATIN SMALL LETTER GHA')",
    "u.block('a')",
    "u.grapheme_cluster_break('a')",
    "u.indic_conjunct_break('a')",
    "u.extended_pictographic('a')",
    "u.iter_graphemes('ab')",
    "list(u.iter_graphemes('e\\u0301b'))",
    "[str(x) for x in u.iter_graphemes('e\\u0301b')]",
    "u.isxidstart('a')",
    "u.isxidcontinue('1')",
    "u.ucd_3_2_0.decomposition('\\u0221')",
    "u.ucd_3_2_0.east_asian_width('\\u4e00')",
    "u.ucd_3_2_0.name('\\u0221')",
    "u.ucd_3_2_0.lookup('KEYCAP NUMBER SIGN')",
    "u.ucd_3_2_0.is_normalized('NFC','a')",
    "u.ucd_3_2_0.bidirectional('\\u0221')",
    "u.ucd_3_2_0.combining('\\u0221')",
    "u.ucd_3_2_0.mirrored('\\u2a00')",
    "u.ucd_3_2_0.decimal('\\u0660')",
]:
    e(s)

def total(name, database, *default):
    f = getattr(database, name)
    n = 0
    for i in range(0, 0x110000, 1 if i_small(name) else 37):
        for c in str(f(chr(i), *default)):
            n = (n * 31 + ord(c)) % 1000003
        if i > 0x3000 and i_small(name):
            break
    return n


def i_small(name):
    return name in ('decimal', 'digit', 'numeric')


for name in ('category', 'bidirectional', 'combining', 'east_asian_width', 'mirrored', 'decomposition'):
    print(name, total(name, u), total(name, u.ucd_3_2_0))
for name in ('decimal', 'digit', 'numeric'):
    print(name, total(name, u, None), total(name, u.ucd_3_2_0, None))
for c in '\U0002f868', '\U0002f91f', 'e\u0301\u1e9e', '\u0958\u0221':
    print([ascii(d.normalize(form, c)) for d in (u, u.ucd_3_2_0) for form in ('NFC', 'NFD', 'NFKC', 'NFKD')])
