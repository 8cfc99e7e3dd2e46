"""Subjects as options name them: ``[LOSS/]NAME[@DTYPES]=TARGET``, or a target alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rankproof.conformance.cases.dtypes import FORMATS
from rankproof.conformance.subjects.subject import SubjectError

_OPTION = re.compile(r"(?:(?P<loss>[A-Za-z_]\w*)/)?(?P<name>[\w.+-]+)(?:@(?P<dtypes>[\w,]+))?=(?P<target>.+)")


@dataclass(frozen=True)
class NamedTarget:
    """A target with the name that reports give it, and the losses and dtypes that it is for (None: all)."""

    name: str
    target: str  # may contain {loss}
    loss: str | None = None
    dtypes: tuple[str, ...] | None = None

    def applies(self, loss: str, dtype: str) -> bool:
        """Whether this subject is to be judged under a loss in a dtype."""
        return self.loss in (None, loss) and (self.dtypes is None or dtype in self.dtypes)

    def target_for(self, loss: str) -> str:
        """The target with the loss's id filled in."""
        return self.target.replace("{loss}", loss)


def parse_dtypes(text: str) -> tuple[str, ...]:
    """A comma-separated list of dtypes."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        raise SubjectError(f"unknown dtype {', '.join(unknown) or repr(text)}: expected some of {', '.join(FORMATS)}")
    return names


def parse_named_target(text: str) -> NamedTarget:
    """The subject that an option's text names."""
    match = _OPTION.fullmatch(text)
    if match is None:
        if ":" not in text:
            raise SubjectError(
                f"cannot read the subject {text!r}: expected module:attribute, path/to/file.py:attribute,"
                " or [LOSS/]NAME[@DTYPES]=TARGET"
            )
        return NamedTarget(text, text)
    dtypes = parse_dtypes(match["dtypes"]) if match["dtypes"] else None
    return NamedTarget(match["name"], match["target"], match["loss"], dtypes)
