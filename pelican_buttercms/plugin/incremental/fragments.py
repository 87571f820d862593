"""Which parts of a page are the same on many pages? Fragments: rendered once, and used again.

A menu of all categories is on every page, and each post in many lists. The text of a loop, or of
its body, is kept with what was read for it, by the values that it is given; a page with the same
values takes both. What a fragment rests on is followed as it is for a page, so it is right for the
same reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from jinja2 import Environment, TemplateNotFound, nodes
from jinja2.compiler import CodeGenerator
from jinja2.compiler import Frame as Scope
from jinja2.idtracking import VAR_LOAD_RESOLVE
from jinja2.meta import TrackingCodeGenerator
from jinja2.utils import missing
from markupsafe import Markup

from pelican_buttercms.plugin.incremental.frames import Frame, now
from pelican_buttercms.plugin.incremental.objects import FILTERS, TESTS
from pelican_buttercms.plugin.text import Text

FRAGMENTS = "butter_fragments"
"""The attribute of an environment that its compiled templates use."""

_BY_VALUE = frozenset((int, bool, type(None), type(missing), Markup, Text))
_NOT_ALONE = (  # reaches beyond the block, or has a context of its own
    nodes.Block,
    nodes.Break,
    nodes.CallBlock,
    nodes.ContextReference,
    nodes.Continue,
    nodes.DerivedContextReference,
    nodes.EvalContextModifier,
    nodes.ExprStmt,
    nodes.Extends,
    nodes.ExtensionAttribute,
    nodes.Macro,
    nodes.NSRef,
    nodes.OverlayScope,
)
_OTHERS = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_COSTLY = (nodes.Getattr, nodes.Getitem, nodes.Call, nodes.Filter)
_OF_LOOP = frozenset(("first", "last", "index", "index0", "revindex", "revindex0", "length"))
_LONG = 4
"""Lookups and calls in a body that are worth a fragment."""

_TRIED = 64
"""So often a loop may give nothing that was known."""

_MOST = 20_000
"""Fragments of one part; a body may be that of a list of all posts."""

_LARGEST = 32 * 2**20
"""Characters of all fragments."""


@dataclass(slots=True)
class Fragment:
    """The text of a part, and what was read for it.

    Attributes:
        text: what it prints.
        group: the number of the group of facts that it rests on.
        is_sure: whether what was read can be told.
    """

    text: str
    group: int
    is_sure: bool = False


class Open(NamedTuple):
    """A part that is being rendered.

    Attributes:
        key: what tells its values from others.
        frame: what is read around it.
    """

    key: tuple[Any, ...]
    frame: Frame


class Fragments:
    """The fragments of all templates of an environment in this build.

    Args:
        is_steady: says whether an object is the same to whoever reads it, as long as what was read
            of it is the same; of one that is not, everything is rendered anew.
        are_told: says whether the facts of these numbers can be told.
        is_pure: says whether a filter, or a test, of a name gives the same each time.
        group: gives the number that stands for several facts.

    Attributes:
        parts: the parts of templates, in the order in which they were compiled.
        left: how many characters may still be kept.
    """

    def __init__(
        self,
        is_steady: Callable[[Any], bool],
        are_told: Callable[[Iterable[int]], bool],
        is_pure: Callable[[str, str], bool],
        group: Callable[[Iterable[int]], int],
    ) -> None:
        self.is_steady, self.are_told, self.is_pure = is_steady, are_told, is_pure
        self.group = group
        self.parts: list[Part] = []
        self._numbers: dict[str, int] = {}
        self.left = _LARGEST

    def begin(self, environment: Environment) -> None:
        """Keep fragments of an environment's templates, as soon as they are compiled."""
        environment.code_generator_class = FragmentGenerator
        setattr(environment, FRAGMENTS, self)

    def end(self) -> None:
        """Keep nothing any more; templates that were compiled meanwhile go on as usual."""
        for part in self.parts:
            part.stop()

    def add(self, code: str, names: tuple[str, ...], tried: int) -> int:
        """Make room for a part that reads names from around it; gives its number.

        Where several templates have the same code, they have one part.
        """
        number = self._numbers.setdefault(code, len(self.parts))
        if number == len(self.parts):
            self.parts.append(Part(self, names, tried))
        return number


class Part:
    """A part of a template, with the fragments that it has given.

    One that seldom gives the same is rendered as usual, after a while.
    """

    def __init__(self, owner: Fragments, names: tuple[str, ...], tried: int) -> None:
        self._owner, self._names, self._tried = owner, frozenset(names), tried
        self._kept: dict[tuple[Any, ...], Fragment] = {}
        self._changes = 0
        self._hits = self._misses = 0
        self._is_off = False

    def find(self, values: tuple[Any, ...]) -> tuple[str | None, Open | None]:
        """Give the text for some values; without one, what `keep` needs when it is rendered."""
        frame = now.frame
        if frame is None or self._is_off:
            return None, None
        key = self._key(values)
        if key is None:
            self._miss(_TRIED)
            return None, None
        if self._changes != now.changes:
            self._forget()
            self._changes = now.changes
        kept = self._kept.get(key)
        if kept is None:
            self._miss(self._tried)
            now.frame = Frame(frame.text)
            return None, Open(key, frame)
        if not kept.is_sure:
            kept.is_sure = self._owner.are_told((kept.group,))
            if not kept.is_sure:
                self.stop()
                return None, None
        self._hits += 1
        frame.facts.add(kept.group)
        return kept.text, None

    def keep(self, opened: Open | None, text: str) -> str:
        """Take what was rendered, and keep it if it is known what it rests on."""
        inner = now.frame
        if opened is None or inner is None:
            return text
        now.frame = frame = opened.frame
        if not self._is_known(inner):
            frame.absorb(inner)
            return text
        if self._is_off or len(self._kept) >= _MOST or self._owner.left < len(text):
            frame.facts |= inner.facts
            return text
        group = self._owner.group(inner.facts)
        self._kept[opened.key] = Fragment(text, group)
        self._owner.left -= len(text)
        frame.facts.add(group)
        return text

    def stop(self) -> None:
        """Keep nothing any more."""
        self._is_off = True
        self._forget()

    def _is_known(self, inner: Frame) -> bool:
        """Say whether only facts were read; other objects are reached by names alone."""
        return not (
            inner.blocker
            or inner.effects
            or inner.follows
            or now.spoilt
            or not inner.names <= self._names
        )

    def _key(self, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Give what tells some values from others, None if they may change."""
        key: list[Any] = []
        for value in values:
            kind = type(value)
            if kind is str:  # equal to nothing else that is put here
                key.append(value)
            elif kind in _BY_VALUE:
                key.append((kind, value))
            elif self._owner.is_steady(value):
                key.append(id(value))
            else:
                return None
        return tuple(key)

    def _miss(self, tried: int) -> None:
        self._misses += 1
        if self._misses > tried and self._misses > self._hits:
            self.stop()

    def _forget(self) -> None:
        self._owner.left += sum(len(one.text) for one in self._kept.values())
        self._kept.clear()


class FragmentGenerator(CodeGenerator):
    """Compiles templates so that loops, and their bodies, are looked up before they are rendered.

    A loop of a menu gives the same as a whole; that of a list of posts is another one on each page,
    but the body is the same wherever a post is listed.
    """

    _is_in_loop = _is_in_body = False
    _body: tuple[Any, tuple[str, ...]] | None = None

    def visit_For(self, node: nodes.For, frame: Scope) -> None:  # noqa: N802  (Jinja's name)
        """Compile a loop."""
        if self._fragments is None or self._is_in_body or frame.eval_ctx.volatile:
            super().visit_For(node, frame)
            return
        if _is_long(node.body):
            names = self._names(node.body)
            self._body = None if names is None else (node.body, names)
        names = None if self._is_in_loop or node.recursive else self._names([node])
        if names is None:
            super().visit_For(node, frame)
            return
        self._is_in_loop = True
        self._keep([node], partial(super().visit_For, node), names, frame)
        self._is_in_loop = False

    def blockvisit(self, block: Iterable[nodes.Node], frame: Scope) -> None:
        """Compile what stands in a block; the body of a loop is one."""
        body = self._body
        if body is None or body[0] is not block:
            super().blockvisit(block, frame)
            return
        self._body = None
        self._is_in_body = True
        self._keep(list(block), partial(super().blockvisit, block), body[1], frame)
        self._is_in_body = False

    @property
    def _fragments(self) -> Fragments | None:
        return None if self.environment.is_async else vars(self.environment).get(FRAGMENTS)

    def _keep(
        self,
        block: list[nodes.Node],
        compiled: Callable[[Scope], None],
        names: tuple[str, ...],
        frame: Scope,
    ) -> None:
        """Compile something that is rendered only if its text is not known yet."""
        if self._fragments is None:
            raise AssertionError
        one, text, opened = (self.temporary_identifier() for _ in range(3))
        code = f"{block} {frame.eval_ctx.autoescape}"
        tried = _TRIED if self._is_in_loop and not self._is_in_body else _MOST
        number = self._fragments.add(code, names, tried)
        values = "".join(f"{_value(name, frame)}, " for name in names)
        self.writeline(f"{one} = environment.{FRAGMENTS}.parts[{number}]")
        self.writeline(f"{text}, {opened} = {one}.find(({values}))")
        self.writeline(f"if {text} is None:")
        self.indent()
        around = frame.buffer
        self.buffer(frame)
        compiled(frame)
        self.writeline(f"{text} = {one}.keep({opened}, concat({frame.buffer}))")
        frame.buffer = around
        self.outdent()
        self.start_write(frame)
        self.write(text)
        self.end_write(frame)

    def _is_pure(self, template: nodes.Node) -> bool:
        """Say whether its filters and tests are; templates look them up before their blocks."""
        is_pure = self._fragments.is_pure if self._fragments else lambda *_: False
        uses = [(FILTERS, one.name) for one in template.find_all(nodes.Filter)]
        uses += [(TESTS, one.name) for one in template.find_all(nodes.Test)]
        return all(is_pure(*use) for use in uses)

    def _names(self, block: list[nodes.Node]) -> tuple[str, ...] | None:
        """Give the names that a block reads from around it, None if it cannot stand alone."""
        template = nodes.Template(block, lineno=1).set_environment(self.environment)
        if next(template.find_all(_NOT_ALONE), None) is not None or not self._is_pure(template):
            return None
        others = self._others(template)
        if others is None:
            return None
        generator = _Names(self.environment)
        for one in (template, *others):
            generator.visit(one)
        names = generator.undeclared_identifiers
        if "loop" not in names:
            return tuple(sorted(names))
        of_loop = None if others or template.find(nodes.For) else _of_loop(template)
        return None if of_loop is None else (*sorted(names - {"loop"}), *sorted(of_loop))

    def _others(self, template: nodes.Node) -> list[nodes.Template] | None:
        """Give the templates that another includes or imports, and they in turn.

        None if their names are not known before it is rendered.
        """
        found: dict[str, nodes.Template] = {}
        waiting = [template]
        while waiting:
            use: Any
            for use in waiting.pop().find_all(_OTHERS):
                name = use.template.value if isinstance(use.template, nodes.Const) else None
                if not isinstance(name, str) or self.environment.loader is None:
                    return None
                if name in found:
                    continue
                try:
                    source, file, _ = self.environment.loader.get_source(self.environment, name)
                except TemplateNotFound:
                    return None
                found[name] = self.environment.parse(source, name, file)
                waiting.append(found[name])
        return list(found.values())


def _is_long(body: list[nodes.Node]) -> bool:
    """Say whether a body takes longer than looking for its fragment."""
    found = list(chain.from_iterable(one.find_all((*_COSTLY, *_OTHERS)) for one in body))
    return len(found) >= _LONG or any(isinstance(one, _OTHERS) for one in (*body, *found))


def _of_loop(template: nodes.Node) -> set[str] | None:
    """Give what is read of `loop`, such as `loop.last`; None if it is used in another way."""
    looked = [
        one.attr
        for one in template.find_all(nodes.Getattr)
        if isinstance(one.node, nodes.Name) and one.node.name == "loop"
    ]
    uses = sum(one.name == "loop" for one in template.find_all(nodes.Name))
    if uses != len(looked) or not _OF_LOOP.issuperset(looked):
        return None
    return {f"loop.{one}" for one in looked}


def _value(name: str, scope: Scope) -> str:
    """Give the code of a value that is read: a variable, a name of the context, or of a loop."""
    name, _, attribute = name.partition(".")
    found = scope.symbols.find_ref(name) or f"resolve({name!r})"
    return f"{found}.{attribute}" if attribute else found


class _Names(TrackingCodeGenerator):
    """Finds the names that a template looks up, global ones included."""

    def enter_frame(self, frame: Scope) -> None:
        """Look at the names of a scope."""
        super().enter_frame(frame)
        for action, name in frame.symbols.loads.values():
            if action == VAR_LOAD_RESOLVE and name is not None:
                self.undeclared_identifiers.add(name)
