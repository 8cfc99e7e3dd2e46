"""Texts that have broken readers of YAML, of JSON and of formulas."""

from __future__ import annotations

from hypothesis import strategies as st

SCALARS = (
    *("", "~", "null", "true", "yes", "no", "on", "0", "-1", "+1", "1.5", "-0.0", "1e999", "-1e-999", "1e-400", "1e20"),
    *("9223372036854775807", "9223372036854775808", "9" * 41, "9" * 5000, "0." + "1" * 5000, "0x1F", "0o17", "017"),
    *("1_000", "0b11", "1:30:45", "190:20:30.15", "2024-01-01", "2024-13-45", "2001-12-14t21:59:43.10-05:00"),
    *(".nan", "-.inf", ".INF", "nan", "inf", "1.", ".5", "1e5", "\uff11\uff12", "\u0663", "²", "1️⃣"),
    *(
        "'",
        '"',
        "'a",
        '"\\ud800"',
        '"\\UFFFFFFFF"',
        '"\\x00"',
        '"\\u2028"',
        '"\\',
        "|",
        ">-",
        "|99\n x",
        "- ",
        "? ",
        ": ",
    ),
    *("!!str 1", "!!binary aGk=", "!!set {a}", "!!timestamp x", "!!python/object/apply:os.system [echo]", "!<x> 1"),
    *("&a", "*a", "&a [*a]", "&a {b: *a}", "<<: *a", "{<<: 1}", "[[], [[]]]", "{}", "[", "]", "{", "}", "{a: {a: {}}}"),
    *(
        "\x00",
        "\x07",
        "\x1b[31m",
        "\x85",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "\U0010ffff",
        "\u202e",
        "\t",
        "\r\n",
        "\r",
        "#",
    ),
    *("\u0455cores", "scores\u200b", "\ufb01", "e\u0301", "İ", "ß", "\U0001d7cf", "\u0131"),
    *("%YAML 9.9\n---\n", "%YAML 1" + "0" * 30 + ".1\n---\n", "%TAG ! !\n---\n", "---\n", "...\n", "--- a\n--- b\n"),
    *("k" * 5000, "k" * 300 + ": 1", "a: " * 60, "- " * 60, "[" * 60, "{a: " * 60, "? " * 60, "&a " * 9, "!a " * 9),
)

FORMULAS = (
    *("9**9**9", "2**2**2**2**2**2", "2**4096", "2**-99999", "0**-1", "(-8)**0.5", "1e308*1e308", "1/0", "0/0", "7//0"),
    *("(" * 300 + "1" + ")" * 300, "-" * 500 + "1", "not " * 300 + "True", "1" + "+1" * 5000, "a" + "[0]" * 300),
    *("1 if 1 else " * 200 + "0", "0 < " * 200 + "1", "1 and " * 1500 + "1", "f(" * 100 + "1" + ")" * 100),
    *(
        "().__class__.__bases__[0]",
        "__import__('os')",
        "exec('1')",
        "lambda: 0",
        "(x := 1)",
        "f'{x}'",
        "b'x'",
        "...",
        "1j",
    ),
    *("[x for x in x]", "sum(i for i in items for j in items for k in items for l in items)", "sum(sum(1))", "max()"),
    *("sum(i for i in sum(j for j in items))", "{**a}", "max(*a)", "exp(x=1)", "a[::2]", "a[:]", "a[b[c[0]]]", "a[-1]"),
    *("permutations(items)", "len(permutations(range(8)))", "range(10**9)", "sum(1 for i in range(10**9))", "first(1)"),
    *("harmonic(10**18)", "exp(710)", "exp(-exp(exp(9)))", "log(0)", "sqrt(-1)", "floor(1e300)", "erf(1e9)", "stop(1)"),
    *(
        "scores",
        "scores[0]",
        "scores[scores[0]]",
        "scores[99]",
        "items",
        "margin",
        "shortfall(i)",
        "\u0430 + b",
        "x\ny",
        "1\\\n+1",
    ),
    *(
        "'a' == \"b\"",
        "gain == 'linear'",
        "k is None",
        "1 is 1",
        "a in b",
        "1 == 1.0 == True",
        "0777",
        "1__0",
        "0x1",
        "1e999",
    ),
    *(
        "yield 1",
        "await x",
        "x = 1",
        "import os",
        "a;b",
        "#",
        "",
        " ",
        "\x00",
        "\ufeff1",
        "`ls`",
        "$x",
        "a.b",
        "@",
        "a@b",
    ),
    *(
        "first((i for i in items), default=first((j for j in items), default=0))",
        "sorted([i for i in items], reverse=2)",
    ),
)


def repeated(words: st.SearchStrategy[str], longest: int = 16_384) -> st.SearchStrategy[str]:
    """One word over and over, as deep or long as a reader may have to take."""
    return st.builds(lambda word, times: (word * times)[:longest], words, st.sampled_from((2, 9, 41, 99, 1000, 9999)))


def soup(words: tuple[str, ...], joints: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Words one after the other, with something between them."""
    part = st.tuples(st.one_of(st.sampled_from(words), st.text(max_size=6)), st.sampled_from(joints))
    return st.lists(part, max_size=12).map(lambda parts: "".join(word + joint for word, joint in parts))


def cut(base: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """A right text with some bytes gone, changed, or there twice."""

    def change(data: bytes, start: int, length: int, patch: bytes, times: int) -> bytes:
        begin = start % (len(data) + 1)
        return data[:begin] + patch + data[begin : begin + length] * (times if times else 0) + data[begin + length :]

    whole = st.builds(
        change,
        base,
        st.integers(0, 2**16),
        st.integers(0, 40),
        st.one_of(st.binary(max_size=4), st.sampled_from(SCALARS).map(str.encode)),
        st.integers(0, 3),
    )
    return st.builds(
        lambda data, again: change(data, *again),
        whole,
        st.tuples(st.integers(0, 2**16), st.integers(0, 9), st.binary(max_size=2), st.integers(0, 2)),
    )


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-7", "cp037", "latin-1", "shift_jis")


def encoded(text: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    """The text in some encoding, mostly the one that is expected."""
    return st.builds(
        lambda each, name: each.encode(
            name, "surrogatepass" if name.startswith("utf") and name != "utf-7" else "replace"
        ),
        text,
        st.sampled_from(("utf-8",) * 12 + ENCODINGS),
    )
