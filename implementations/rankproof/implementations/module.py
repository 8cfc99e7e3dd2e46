"""What the losses have in common as torch modules: settings that are attributes, and are shown."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterable
from typing import Any, ClassVar, dataclass_transform

from torch import Tensor, nn

from rankproof.implementations.arguments import check_settings
from rankproof.implementations.checks import check_choice, check_flag
from rankproof.implementations.variants import VARIANTS
from rankproof.spec.arguments import arguments_of


@dataclass_transform(kw_only_default=True)
class RankingLoss(nn.Module):
    """A loss whose settings are keyword arguments of the constructor, and attributes, read anew at each call.

    A subclass names its ``loss`` and lists the settings of the function of that name, with the same defaults. What
    the function would refuse at a call is refused when the module is made.
    """

    loss: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        settings = [name for name in inspect.get_annotations(cls) if name != "loss"]
        fields = (
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=getattr(cls, name),
                annotation=inspect.get_annotations(cls)[name],
            )
            for name in settings
        )
        cls.__signature__ = inspect.Signature(list(fields))  # type: ignore[attr-defined]
        cls._names = tuple(settings)

    _names: ClassVar[tuple[str, ...]]

    def __init__(self, *positional: Any, **settings: Any) -> None:
        super().__init__()
        self._refuse_positional(positional)
        self._refuse_unknown(settings)
        bound = inspect.signature(type(self)).bind(**settings)
        bound.apply_defaults()
        check_settings(arguments_of(self.loss), bound.arguments)
        check_flag("validate", bound.arguments["validate"])
        if bound.arguments["variant"] is not None:
            check_choice("variant", bound.arguments["variant"], VARIANTS)
        for name, value in bound.arguments.items():
            setattr(self, name, value)

    @classmethod
    def _refuse_positional(cls, given: tuple[Any, ...]) -> None:
        if any(isinstance(value, Tensor) for value in given):
            inputs = ", ".join(each.name for each in arguments_of(cls.loss).inputs if not each.optional)
            raise TypeError(f"{cls.__name__} takes no tensors; give them to the module, {cls.__name__}()({inputs})")
        if given:
            meant = ", ".join(f"{name}={value!r}" for name, value in zip(cls._names, given, strict=False))
            raise TypeError(f"{cls.__name__} takes its settings by keyword: {cls.__name__}({meant})")

    @classmethod
    def _refuse_unknown(cls, settings: Iterable[str]) -> None:
        for name in settings:
            if name not in cls._names:
                close = difflib.get_close_matches(name, cls._names, 1)
                hint = f"did you mean {close[0]!r}?" if close else f"expected some of {', '.join(cls._names)}"
                raise TypeError(f"{cls.__name__} has no setting {name!r}; {hint}")

    def settings(self) -> dict[str, Any]:
        """The keyword arguments of the function that computes the loss."""
        return {name: getattr(self, name) for name in self._names}

    def extra_repr(self) -> str:
        return ", ".join(f"{name}={value!r}" for name, value in self.settings().items())
