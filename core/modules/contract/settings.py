"""The typed settings of a module; the référent's form and the region's locks are generated from them."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from core.people.choices import Role


@dataclass(frozen=True, kw_only=True)
class Setting:
    """`key` is stable (it is stored), `label` and `help` are what the référent reads."""

    key: str
    label: Any
    help: Any = ""
    default: Any = None

    def clean(self, value: Any) -> Any:
        """The value as it is stored (JSON). Raises ValueError for what does not fit."""
        raise TypeError(f"{type(self).__name__} must say which values it takes")


@dataclass(frozen=True, kw_only=True)
class BoolSetting(Setting):
    default: bool = False

    def clean(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError(f"{self.key}: {value!r} is neither true nor false")
        return value


@dataclass(frozen=True, kw_only=True)
class IntSetting(Setting):
    """A whole number from `minimum` to `maximum`, in `unit` (shown beside the field)."""

    default: int = 0
    minimum: int = 0
    maximum: int = 1000
    unit: Any = ""

    def clean(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not self.minimum <= value <= self.maximum:
            raise ValueError(f"{self.key}: {value!r} is not from {self.minimum} to {self.maximum}")
        return value


@dataclass(frozen=True, kw_only=True)
class ChoiceSetting(Setting):
    """One of `choices`, pairs of stored value and label."""

    choices: tuple[tuple[str, Any], ...]
    default: str = ""

    def clean(self, value: Any) -> str:
        if value not in [key for key, _ in self.choices]:
            raise ValueError(f"{self.key}: {value!r} is not offered")
        return str(value)


@dataclass(frozen=True, kw_only=True)
class TextSetting(Setting):
    default: str = ""
    max_length: int = 200
    multiline: bool = False

    def clean(self, value: Any) -> str:
        if not isinstance(value, str) or len(value) > self.max_length:
            raise ValueError(f"{self.key}: not a text of at most {self.max_length} characters")
        return value


@dataclass(frozen=True, kw_only=True)
class TimeSetting(Setting):
    """A time of the day, local, stored as "07:30"; `time.fromisoformat` reads it."""

    default: str = "08:00"

    def clean(self, value: Any) -> str:
        if not isinstance(value, time | str):
            raise ValueError(f"{self.key}: {value!r} is not a time")
        try:
            read = value if isinstance(value, time) else time.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f"{self.key}: {value!r} is not a time") from error
        return f"{read:%H:%M}"


@dataclass(frozen=True, kw_only=True)
class RolesSetting(Setting):
    """A set of roles, stored as a sorted list."""

    default: tuple[str, ...] = ()
    among: tuple[str, ...] = tuple(Role.values)

    def clean(self, value: Any) -> list[str]:
        if not isinstance(value, list | tuple) or set(value) - set(self.among):
            raise ValueError(f"{self.key}: {value!r} holds roles that are not offered")
        return sorted(set(value))
