"""The snippet of a wrong sampler: it draws again and again, and compares what comes with the formula's law."""

from __future__ import annotations

import re

from rankproof.conformance.checks.frequencies import accepted, accepted_entropy
from rankproof.conformance.checks.outcomes import Law

DRAWS = 4096  # more than the clause makes, one by one, so that what failed there fails here
ALARM = 1e-6

_LOADING = ("import ", "from ", "sys.path", "specification", "subject_module =", "sys.modules[", "os.environ")
_SEED = re.compile(r"\b(manual_seed|default_rng|random\.seed)\(\d+\)")
_COMPARISON = """\
counts = [0] * len(outcomes)
for seed in range(1, {draws} + 1):
    value, gradient = draw(seed)
    for row, (_, expected, slopes, near, widths, *_) in enumerate(outcomes):
        if abs(value - expected) <= near and all(abs(g - s) <= w for g, s, w in zip(gradient, slopes, widths)):
            counts[row] += 1
            break
    else:
        raise AssertionError(f"seed {{seed}}: the value {{value}} with the gradient {{gradient}} is no outcome")
for count, (_, expected, slopes, _, _, least, most) in zip(counts, outcomes):
    told = f"the value {{expected}} with the gradient {{slopes}} came {{count}} times in {draws} draws"
    assert least <= count <= most, f"{{told}}, expected {{least}} to {{most}}"
divergence = sum(n * math.log(n / ({draws} * outcome[0])) for n, outcome in zip(counts, outcomes) if n)
assert divergence <= {limit}, f"the counts are wrong together: {{counts}} in {draws} draws, divergence {{divergence}}"
"""


def drawn_snippet(call: str, score: str, law: Law) -> str:
    """Source that makes a subject's ``call`` under many seeds and fails where its draws are wrong.

    Every outcome stands in it with the least and the largest count that right draws have.
    """
    lines = _SEED.sub(r"\1(seed)", call).splitlines()
    loaded = 1 + max((place for place, line in enumerate(lines) if line.startswith(_LOADING)), default=-1)
    body = [f"    {line}" if line else "" for line in lines[loaded:]]
    rows = zip(
        law.probabilities.tolist(),
        law.values.tolist(),
        law.gradients.tolist(),
        law.value_budgets.tolist(),
        law.gradient_budgets.tolist(),
        accepted(DRAWS, law.probabilities.tolist(), ALARM / 2).tolist(),
        strict=True,
    )
    return "\n".join(
        [
            "import math",
            *lines[:loaded],
            "",
            "def draw(seed):",
            *body,
            f"    return value, gradient[{score!r}]",
            "",
            "# probability, value, gradient, the error budget of each, the least and the largest count",
            "outcomes = [",
            *(f"    {(*numbers, *bounds)!r}," for *numbers, bounds in rows),
            "]",
            _COMPARISON.format(draws=DRAWS, limit=round(accepted_entropy(len(law.values), ALARM / 2), 3)),
        ]
    )
