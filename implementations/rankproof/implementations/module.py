"""What the losses have in common as torch modules: settings that are attributes, and are shown."""

from __future__ import annotations

from typing import Any

from torch import nn


class RankingLoss(nn.Module):
    """A loss whose keyword arguments are its attributes, read anew at each call."""

    def __init__(self, **settings: Any) -> None:
        super().__init__()
        self._names = tuple(settings)
        for name, value in settings.items():
            setattr(self, name, value)

    def settings(self) -> dict[str, Any]:
        """The keyword arguments of the function that computes the loss."""
        return {name: getattr(self, name) for name in self._names}

    def extra_repr(self) -> str:
        return ", ".join(f"{name}={value!r}" for name, value in self.settings().items())
