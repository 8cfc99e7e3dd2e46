"""What the losses have in common as torch modules: settings that are attributes, and are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

from rankproof.implementations.checks import check_choice, check_flag
from rankproof.implementations.variants import VARIANTS


class RankingLoss(nn.Module):
    """A loss whose keyword arguments are its attributes, read anew at each call.

    ``check_settings`` refuses, before the first call, what the function would refuse at it.
    """

    check_settings: Callable[..., None]

    def __init__(self, *, validate: bool, variant: str | None, **settings: Any) -> None:
        super().__init__()
        self.check_settings(**settings)
        check_flag("validate", validate)
        if variant is not None:
            check_choice("variant", variant, VARIANTS)
        settings |= {"validate": validate, "variant": variant}
        self._names = tuple(settings)
        for name, value in settings.items():
            setattr(self, name, value)

    def settings(self) -> dict[str, Any]:
        """The keyword arguments of the function that computes the loss."""
        return {name: getattr(self, name) for name in self._names}

    def extra_repr(self) -> str:
        return ", ".join(f"{name}={value!r}" for name, value in self.settings().items())
