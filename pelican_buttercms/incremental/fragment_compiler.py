"""How do templates look for fragments? Loops, and their bodies, are compiled to do it first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from itertools import chain
from typing import Any

from jinja2 import Environment, TemplateError, nodes
from jinja2.compiler import CodeGenerator
from jinja2.compiler import Frame as Scope
from jinja2.idtracking import VAR_LOAD_RESOLVE
from jinja2.meta import TrackingCodeGenerator

from pelican_buttercms.incremental.fragment_cache import MOST, TRIED, Fragments
from pelican_buttercms.incremental.input_registry import FILTERS, TESTS

FRAGMENTS = "_fragments"
"""The attribute of an environment that its compiled templates use."""

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


def keep_fragments(environment: Environment, fragments: Fragments) -> None:
    """Keep fragments of an environment's templates, as soon as they are compiled."""
    kind: Any = environment.code_generator_class
    environment.code_generator_class = _generator(kind)
    setattr(environment, FRAGMENTS, fragments)


@cache
def _generator(kind: Any) -> Any:
    """Return the class that compiles as another one does, and keeps fragments."""
    return type("FragmentGenerator", (FragmentGenerator, kind), {})


class FragmentGenerator(CodeGenerator):
    """Compiles templates so that loops, and their bodies, are looked up before they are rendered.

    A loop of a menu gives the same as a whole; that of a list of posts is another one on each page,
    but the body is the same wherever a post is listed.
    """

    _is_in_loop = _is_in_body = False
    _body: tuple[Any, tuple[str, ...]] | None = None

    def visit_For(self, node: nodes.For, frame: Scope) -> None:  # noqa: N802  (Jinja's name)
        """Compile a loop."""
        undecided = frame.eval_ctx.volatile or frame.require_output_check  # until it is rendered
        if self._fragments is None or self._is_in_body or undecided:
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
        tried = TRIED if self._is_in_loop and not self._is_in_body else MOST
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
        names: set[str] = set()
        try:
            others = self._others(template)
            for one in (template, *others):
                generator = _Names(self.environment)  # each may have blocks of the same names
                generator.visit(one)
                names |= generator.undeclared_identifiers
        except (TemplateError, UnicodeDecodeError):
            return None  # told when it is rendered, if ever
        if "loop" not in names:
            return tuple(sorted(names))
        of_loop = None if others or template.find(nodes.For) else _of_loop(template)
        return None if of_loop is None else (*sorted(names - {"loop"}), *sorted(of_loop))

    def _others(self, template: nodes.Node) -> list[nodes.Template]:
        """Give the templates that another includes or imports, and they in turn.

        Raises:
            TemplateError: their names are not known before it is rendered, or they cannot be read.
            UnicodeDecodeError: one of them is no text.
        """
        found: dict[str, nodes.Template] = {}
        waiting = [template]
        while waiting:
            use: Any
            for use in waiting.pop().find_all(_OTHERS):
                name = use.template.value if isinstance(use.template, nodes.Const) else None
                if not isinstance(name, str) or self.environment.loader is None:
                    raise TemplateError("its name is not known")
                if name in found:
                    continue
                source, file, _ = self.environment.loader.get_source(self.environment, name)
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
