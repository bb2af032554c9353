"""Registries of entries: a folder whose file names are the names on the command line.

Every module or package in a registry's package has one class derived from the registry's base,
except those that begin with an underscore and those that the registry excludes. The class's fields
are the entry's options, its docstring the help.
Other packages add entries by an entry point in the group ``vqe_cli.<kind>``. An entry point that
cannot be loaded affects no other entry: it is loaded only when selected by name or listed.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.metadata import EntryPoint, distributions, entry_points
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import ValidationError, field_validator

from vqe_cli._core.log import package_logger
from vqe_cli._core.validation import InputPart, SpecError, input_error, other_word
from vqe_cli.errors import InputError, Path, UnavailableError, did_you_mean

LOG = package_logger(__name__)

MAX_WHOLE = 2**31 - 1
"""Largest whole number of an option; compiled minimisers and simulators use 32 bits."""


class Entry(InputPart):
    """A selectable entry, whose fields are its options."""

    name: ClassVar[str]
    limits: ClassVar[frozenset[str]] = frozenset()
    """Options that only limit a run's cost, which may change when the run is resumed."""

    @field_validator("*")
    @classmethod
    def _is_within_reach(cls, value: Any) -> Any:
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, int) and abs(one) > MAX_WHOLE:
                raise SpecError(f"is {one:.3g}, and can be at most {MAX_WHOLE:,}")
        return value

    @classmethod
    def summary(cls) -> str:
        """The first line of the docstring."""
        return (inspect.getdoc(cls) or "").split("\n", 1)[0].rstrip(".")

    @classmethod
    def guarantees(cls) -> tuple[str, ...]:
        """What holds for all options, in a few words each, for `vqe list`."""
        return ()

    def selection(self) -> dict[str, Any]:
        """The name and all options, as in an input file."""
        return {"name": self.name, **self.model_dump(mode="json")}


@dataclass(frozen=True)
class Family:
    """Names that select one entry with options, such as those of devices or ``cas(2,2)``.

    Args:
        pattern: Regular expression that matches the whole name in small letters. Its named groups,
            if it has any, are whole numbers, the options of their names.
        entry: Name of the entry.
        option: The entry's option that is set to the name; None if the groups are the options.
        example: A name of the family, for hints.
    """

    pattern: str
    entry: str
    option: str | None = None
    example: str | None = None

    def options_of(self, name: str) -> dict[str, Any] | None:
        """The options that a name stands for; None for other names.

        Args:
            name: The name in any case.
        """
        found = re.fullmatch(self.pattern, name.strip().lower())
        if found is None:
            return None
        if self.option is not None:
            return {self.option: found[0]}
        return {key: int(digits) for key, digits in found.groupdict().items()}

    @property
    def own_options(self) -> tuple[str, ...]:
        """The options that a name of the family sets."""
        return (self.option,) if self.option else tuple(re.compile(self.pattern).groupindex)


E = TypeVar("E", bound=Entry)


class Registry(Generic[E]):
    """The entries of one kind, found by file name and loaded when needed.

    Args:
        kind: The kind of the entries, as on the command line: ``"ansatz"``.
        base: The class that every entry derives from.
        package: The package whose modules and packages are the entries.
        family: Further names that select one of the entries.
        beside: Names of modules in the package that are not entries.
        aliases: Other names of entries in small letters without hyphens; a name that stands for
            itself is that of no entry, however similar it is to one.
    """

    def __init__(
        self,
        kind: str,
        base: type[E],
        package: str,
        family: Family | None = None,
        beside: Iterable[str] = (),
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = kind
        self.family = family
        self._aliases = dict(aliases or {})
        self._beside = frozenset(beside)
        self._base = base
        self._package = package
        self._loaded: dict[str, type[E]] = {}
        self._broken: dict[str, UnavailableError] = {}

    @cached_property
    def _modules(self) -> dict[str, str]:
        path = import_module(self._package).__path__
        LOG.debug("%s: entries of %s", self.kind, self._package)
        return {
            module.name.replace("_", "-"): f"{self._package}.{module.name}"
            for module in pkgutil.iter_modules(path)
            if not module.name.startswith("_") and module.name not in self._beside
        }

    @cached_property
    def _plugins(self) -> dict[str, tuple[EntryPoint, ...]]:
        """Entry points by name; several if packages conflict."""
        found: dict[str, tuple[EntryPoint, ...]] = {}
        for point in _points(f"vqe_cli.{self.kind}"):
            LOG.info("plug-in of %s: %s '%s'", _owner(point), self.kind, point.name)
            found[point.name] = (*found.get(point.name, ()), point)
        return found

    def names(self) -> list[str]:
        """All names, in alphabetical order, found without imports."""
        return sorted({*self._modules, *self._plugins})

    def usable(self) -> list[str]:
        """Names of the entries that can be loaded, in alphabetical order; see also `broken`."""
        for name in self.names():
            try:
                self.get(name)
            except UnavailableError as error:
                self._broken[name] = error
        return [name for name in self.names() if name not in self._broken]

    @property
    def broken(self) -> tuple[UnavailableError, ...]:
        """Errors of the plug-ins that are not `usable`, those with a taken name included."""
        taken = sorted(self._modules.keys() & self._plugins.keys())
        hidden = (
            self._unusable(name, _owners(self._plugins[name]), "vqe has an entry of this name")
            for name in taken
        )
        return (*self._broken.values(), *hidden)

    def canonical(self, name: str) -> str:
        """The name as it is listed, for one in another case or with other hyphens.

        Args:
            name: A name such as ``UCCSD``, ``jordan_wigner`` or ``EfficientSU2``; an unknown one
                is returned unchanged.
        """
        if name in self._loaded or name in self._modules or name in self._plugins:
            return name
        if (alias := self._aliases.get(_folded(name))) is not None:
            return name if alias == _folded(name) else alias
        alike = [known for known in self.names() if _folded(known) == _folded(name)]
        return alike[0] if len(alike) == 1 else name

    def get(self, name: str, path: Path = ()) -> type[E]:
        """The class of an entry.

        Args:
            name: The entry's name, in any case.
            path: Path of the name in the input, for messages.

        Raises:
            InputError: There is no such entry.
            UnavailableError: The entry belongs to another package and cannot be loaded.
        """
        name = self.canonical(name)
        if name in self._loaded:
            return self._loaded[name]
        if name in self._modules:
            found = self._find_class(self._modules[name])
        elif name in self._plugins:
            found = self._load(name, self._plugins[name])
        else:
            message = f"there is no {self.kind} called '{name}'"
            raise InputError(message, path=path, hint=self._name_hint(name))
        found.name = name
        self._loaded[name] = found
        return found

    def create(self, selection: str | Mapping[str, Any], path: Path = ()) -> E:
        """An entry made from a name, or from a mapping of ``name`` and options.

        Args:
            selection: The selection in the input.
            path: Path of the selection in the input, for messages.

        Raises:
            InputError: Unknown name, unknown option, or invalid value.
        """
        given = {"name": selection} if isinstance(selection, str) else selection
        if not (isinstance(given, Mapping) and isinstance(given.get("name"), str)):
            message = f"{self.kind} has no name: {selection!r}"
            hint = f"a name, or a mapping with 'name'; known: {', '.join(self.names())}"
            raise InputError(message, path=path, hint=hint)
        options = self.long_form(given)
        cls = self.get(options.pop("name"), path)
        try:
            return cls.model_validate(options)
        except ValidationError as error:
            raise self._explain(error, cls, path) from None

    def long_form(self, selection: Mapping[str, Any]) -> dict[str, Any]:
        """The selection with its canonical name; one of the family becomes an entry with options.

        Args:
            selection: A mapping of ``name`` and options.
        """
        name = self.canonical(selection["name"])
        of_family = None if self.family is None else self.family.options_of(name)
        if self.family is None or of_family is None:
            return {**selection, "name": name}
        return {**of_family, **selection, "name": self.family.entry}

    def _explain(self, error: ValidationError, cls: type[E], path: Path) -> InputError:
        found = input_error(error, cls, path)
        unknown = {
            str(fault["loc"][0]): fault["input"]
            for fault in error.errors()
            if fault["type"] == "extra_forbidden"
        }
        if not unknown or len(found.path) != len(path) + 1:
            return found
        for key, value in unknown.items():
            if (name := self._name_meant(key, value)) is not None:
                message = f"{self.kind} has no option '{key}'"
                return InputError(message, path=(*path, key), hint=f"write 'name: {name}'")
        key = str(found.path[-1])
        message = f"{self.kind} '{cls.name}' has no option '{key}'"
        return InputError(message, path=found.path, hint=self._option_hint(key, cls))

    def _name_hint(self, name: str) -> str:
        """A hint with the nearest name, or with all names and a short form."""
        hint = did_you_mean(name, self.names())
        example = None if self.family is None else self.family.example
        return hint if example is None or hint.startswith("did") else f"{hint}, or {example}"

    def _name_meant(self, key: str, value: Any) -> str | None:
        """The entry that an unknown option names: ``{type: uccsd}``, ``{uccsd: }``."""
        names = self.names()
        is_name = self.canonical(value) in names if isinstance(value, str) else False
        if is_name or (isinstance(value, str) and key.lower() in ("type", "kind")):
            return self.canonical(value)
        return self.canonical(key) if self.canonical(key) in names else None

    def _option_hint(self, key: str, cls: type[E]) -> str:
        """A hint with the entries that have the option, or with this entry's similar options."""
        if ":" in key:
            return "a blank follows a colon, as in {name: frontier, electrons: 4, orbitals: 4}"
        if key.isdigit():
            return "a comma separates options: write a decimal point, as in 0.5"
        if (other := other_word(key, cls.model_fields)) is not None:
            return f"write '{other}'"
        others = [name for name in self.usable() if key in self.get(name).model_fields]
        if others:
            verb = "has" if len(others) == 1 else "have"
            *first, last = map(repr, others)
            listed = f"{', '.join(first)} and {last}" if first else last
            return f"{self.kind} {listed} {verb} it"
        options = sorted(cls.model_fields)
        return did_you_mean(key, options) if options else "it has no options"

    def _load(self, name: str, points: tuple[EntryPoint, ...]) -> type[E]:
        """The class of a plug-in, whose errors get its package's name."""
        owners = _owners(points)
        if len(points) > 1:
            raise self._unusable(name, owners, "each has an entry of this name")
        try:
            found = points[0].load()
        except (Exception, SystemExit) as error:
            first = str(error).strip().partition("\n")[0]
            raise self._unusable(name, owners, f"{type(error).__name__}: {first}") from error
        if not (inspect.isclass(found) and issubclass(found, self._base)):
            raise self._unusable(name, owners, f"it is no {self._base.__name__}")
        if inspect.isabstract(found):
            missing = ", ".join(sorted(found.__abstractmethods__))
            raise self._unusable(name, owners, f"it does not have {missing}")
        if (misfit := _misfit(found, self._base)) is not None:
            raise self._unusable(name, owners, misfit)
        if found.__module__.startswith(f"{self._package}.") or found in self._loaded.values():
            raise self._unusable(name, owners, f"it is {found.__name__}, which has another name")
        return found

    def _unusable(self, name: str, owner: str, why: str) -> UnavailableError:
        return UnavailableError(
            f"{self.kind} '{name}' of {owner} cannot be used: {why}",
            hint=f"update or remove {owner}",
        )

    def _find_class(self, module_name: str) -> type[E]:
        module = import_module(module_name)
        found = [
            value
            for value in vars(module).values()
            if inspect.isclass(value)
            and issubclass(value, self._base)
            and value.__module__ == module_name
        ]
        if len(found) != 1:
            raise TypeError(
                f"{module_name} must define one {self._base.__name__}, not {len(found)}"
            )
        return found[0]


def _folded(name: str) -> str:
    """The name in small letters, without hyphens, underscores and blanks."""
    return re.sub(r"[-_\s]", "", name.lower())


def _points(group: str) -> Iterable[EntryPoint]:
    """Entry points of all packages with readable metadata."""
    try:
        return tuple(entry_points(group=group))
    except Exception:
        return tuple(point for point in _readable_points() if point.group == group)


def _readable_points() -> Iterable[EntryPoint]:
    """Entry points read package by package, so that damaged metadata hide only one package's."""
    for distribution in distributions():
        try:
            found = tuple(distribution.entry_points)
        except Exception as error:
            warnings.warn(
                f"package {distribution.name} has a damaged list of plug-ins: {error}", stacklevel=2
            )
            continue
        yield from found


def _owners(points: Iterable[EntryPoint]) -> str:
    """The names of the packages of entry points, as they stand in a sentence."""
    return " and ".join(dict.fromkeys(map(_owner, points)))


def _misfit(found: type[Entry], base: type[Entry]) -> str | None:
    """Why a method cannot be called as the base class's is; None if all can be."""
    for name, method in inspect.getmembers(base, inspect.isfunction):
        own = getattr(found, name)
        if name.startswith("_") or own is method or not inspect.isfunction(own):
            continue
        wanted = inspect.signature(method).parameters.values()
        by_place = [one for one in wanted if one.kind is not one.KEYWORD_ONLY]
        by_name = {one.name: None for one in wanted if one.kind is one.KEYWORD_ONLY}
        try:
            inspect.signature(own).bind(*by_place, **by_name)
        except TypeError as error:
            arguments = ", ".join(one.name for one in wanted)
            return f"its {name}() cannot be called as {name}({arguments}): {error}"
    return None


def plugin_packages() -> dict[str, str]:
    """The packages with plug-ins: their names by their top-level modules."""
    points = (point for point in _readable_points() if point.group.startswith("vqe_cli."))
    return {point.module.partition(".")[0]: _owner(point) for point in points}


def _owner(point: EntryPoint) -> str:
    """The name of an entry point's package."""
    return f"package {point.dist.name}" if point.dist is not None else f"module {point.module}"


def docstring_section(cls: type[Entry], title: str) -> str:
    """The text below ``Title:`` in an entry's docstring; empty without such a section."""
    doc = inspect.getdoc(cls) or ""
    match = re.search(rf"^{title}:\s*\n((?:[ \t]+.*\n?|\s*\n)+)", doc + "\n", re.MULTILINE)
    return inspect.cleandoc(match.group(1)) if match else ""
