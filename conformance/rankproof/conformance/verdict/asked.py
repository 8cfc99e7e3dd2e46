"""How a subject was asked: which of its arguments take what, what its result is taken for, as what it is judged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

PROPERTY = "rankproof-subject"  # the name under which it travels with a pytest report


@dataclass(frozen=True)
class Asked:
    """What probing found out about one subject under one loss on one device."""

    loss: str
    subject: str
    device: str
    called: str  # "hinge(input=scores, target=relevance, margin=margin)"
    returns: str = ""  # what its result is taken for; empty where it is told the reduction
    conventions: Mapping[str, Any] = field(default_factory=dict)  # of the parameters that it does not take
    unmatched: int = 0  # how many combinations of conventions were tried, if none of them gives its values
    settable: Mapping[str, str] = field(default_factory=dict)  # what --set can say of a parameter that it does not take

    def lines(self) -> Iterator[str]:
        """What a reader of the verdict has to know, a sentence each."""
        taken = f", taken to return {self.returns}" if self.returns else ""
        yield f"called as {self.called}{taken}"
        followed = ", ".join(f"{name}={setting_text(value)}" for name, value in self.conventions.items())
        if self.unmatched:
            tried = f"{self.unmatched} combinations" if self.unmatched > 1 else "one combination"
            yield f"none of the {tried} of conventions that were tried gives its values; judged as if {followed}"
            choices = ", ".join(f"{name}={values}" for name, values in self.settable.items())
            yield f"if it is meant otherwise, say so with --set NAME=VALUE: {choices}"
        elif followed:
            yield f"judged as {followed}"


def setting_text(value: Any) -> str:
    """A value as ``--set`` and a spec file write it."""
    return value if isinstance(value, str) else json.dumps(value).replace("Infinity", ".inf")
