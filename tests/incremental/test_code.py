"""What stands for a function's code: another text for another code or state, and no other one."""

import json
import os
import subprocess
import sys

import pytest

STEADY = {
    "a set": """
WORDS={'a','b','c','d','e'}
def f(x): return x in WORDS
""",
    "a default": """
from collections import defaultdict
D=defaultdict(lambda: 1)
def f(x): return D[x]
""",
    "a method of a class": """
f=str.upper
""",
    "an enum": """
import enum
class E(enum.Enum):
    A='a'
def f(x): return E.A.value
""",
    "a closure that is not filled yet": """
def mk():
    def f(x): return g(x)
    if 0:
        def g(x): return x
    return f
f=mk()
""",
    "a closure that holds itself": """
def mk():
    def f(x): return f(x) if x else 1
    return f
f=mk()
""",
    "a list that holds itself": """
L=[1]
L.append(L)
def f(x): return L
""",
    "an object that fails": """
class P:
    def __getattr__(s,n): raise RuntimeError('no app')
G=P()
def f(x): return G.x
""",
    "a member that fails": """
class P:
    def __getattr__(s,n): raise RuntimeError('no app')
class C:
    p=P()
    def go(s,x): return x
def f(x): return C().go(x)
""",
    "a path whose hash was asked": """
from pathlib import Path
P=Path('/a/b')
D={P:1}
class C:
    def __init__(s): s.p=P
    def __call__(s,x): return x
f=C()
""",
    "a weak mapping": """
import weakref
W=weakref.WeakKeyDictionary()
def f(x): return W.get(x)
""",
    "a dispatcher": """
from functools import singledispatch
@singledispatch
def f(x): return x
@f.register
def _(x:int): return 1
""",
    "a set in a list": """
S={('a',1),('b',2)}
G=[S]
def f(x): return G
""",
    "a set in a mapping": """
S={'k':{'a','b','c','d'}}
def f(x): return S
""",
    "a set as a default": """
def f(x, s=frozenset(['a','b','c','d'])): return x in s
""",
}
CHANGING = {
    "a mapping's method": """
import os
f={'a':os.environ['WORD']}.get
""",
    "a pattern's method": """
import os,re
f=re.compile(os.environ['WORD']).sub
""",
    "a mapping's method by name": """
import os
g={'a':os.environ['WORD']}.get
def f(x): return g(x)
""",
    "an operator": """
import os,operator
f=operator.itemgetter(os.environ['WORD'])
""",
    "an operator by name": """
import os,operator
g=operator.itemgetter(os.environ['WORD'])
def f(x): return g(x)
""",
    "a queue": """
import os,collections
G=collections.deque([os.environ['WORD']])
def f(x): return G[0]
""",
    "an object of a library": """
import os,markdown
M=markdown.Markdown(extensions=[] if os.environ['WORD']=='one' else ['tables'])
def f(x): return M.convert(x)
""",
    "another one": """
import os,jinja2
M=jinja2.Environment(autoescape=os.environ['WORD']=='one')
def f(x): return M.from_string('x')
""",
    "private slots": """
import os
class C:
    __slots__=('__word','other')
    def __init__(s): s.__word=os.environ['WORD']; s.other=1
    def __call__(s,x): return s.__word
f=C()
""",
    "an object of a class": """
import os
class H:
    def __init__(s,w): s.w=w
class C:
    helper=H(os.environ['WORD'])
    def go(s,x): return s.helper.w
def f(x): return C().go(x)
""",
    "a value of a class": """
import os
class C:
    h=os.environ['WORD']
    def go(s,x): return s.h
def f(x): return C().go(x)
""",
    "a value of a base": """
import os
class B: word = os.environ['WORD']
class C(B):
    def go(self, x): return self.word
def f(x): return C().go(x)
""",
    "a record": """
import os,dataclasses
@dataclasses.dataclass
class E:
    a: str
G=E(os.environ['WORD'])
def f(x): return G.a
""",
    "a record with slots": """
import os,dataclasses
@dataclasses.dataclass(frozen=True,slots=True)
class E:
    a: str
G=E(os.environ['WORD'])
def f(x): return G.a
""",
    "a named tuple": """
import os,collections
E=collections.namedtuple('E','a')
G=E(os.environ['WORD'])
def f(x): return G.a
""",
    "a function's closure": """
import os
def mk(w): return lambda x: w
g=mk(os.environ['WORD'])
def f(x): return g(x)
""",
    "a range": """
import os
R=range(len(os.environ['WORD']))
def f(x): return list(R)
""",
    "a partial": """
import os,functools
f=functools.partial(int, base=len(os.environ['WORD']))
""",
    "an attribute of a function": """
import os
def f(x): return x+f.word
f.word=os.environ['WORD']
""",
    "an attribute of another": """
import os
def g(x): return x+g.word
g.word=os.environ['WORD']
def f(x): return g(x)
""",
    "an attribute by its name": """
import os
class O: pass
O.word=os.environ['WORD']
def f(x): return getattr(O,'word')
""",
    "a variable by its name": """
import os
word=os.environ['WORD']
def f(x): return globals()['word']
""",
    "a text's method": """
import os
f=os.environ['WORD'].join
""",
    "a time zone": """
import os,datetime
Z=datetime.timezone(datetime.timedelta(hours=len(os.environ['WORD'])))
def f(x): return Z
""",
    "a text's template": """
import os,string
T=string.Template(os.environ['WORD'])
def f(x): return T.substitute()
""",
}
FAILING = {
    "a module that fails": """
import sys, types
class Lazy(types.ModuleType):
    def __getattr__(self, name): raise RuntimeError("lazy")
sys.modules["lazy"] = Lazy("lazy")
def f(x):
    from lazy import thing
""",
    "a module that ends the program": """
import sys, types
def f(x):
    import exiting
""",
    "names of two kinds": """
class C:
    def __call__(self, x): return x
f = C()
f.__dict__[1] = f.a = 2
""",
}
TELL = """
import importlib
import json
import sys
import time

from pelican_buttercms.incremental import process_start
from pelican_buttercms.incremental.function_fingerprint import code_of
from pelican_buttercms.incremental.fingerprint import UntrackableError

sys.path.insert(0, "")
sys.dont_write_bytecode = True
told = {}
for name in json.loads(sys.argv[1]):
    module = importlib.import_module(name)
    process_start.STARTED = time.time_ns() + 10**12
    try:
        told[name] = code_of(module.f)
    except UntrackableError as exc:
        told[name] = f"untrackable: {exc}"
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Tell of all of them in processes of other hash seeds, and with another word."""
    folder = tmp_path_factory.mktemp("modules")
    (folder / "exiting.py").write_text("raise SystemExit(3)")
    cases = {**STEADY, **CHANGING, **FAILING}
    names = {case: f"case_{number}" for number, case in enumerate(cases)}
    for case, code in cases.items():
        (folder / f"{names[case]}.py").write_text(code)

    def tell(seed, word):
        done = subprocess.run(
            [sys.executable, "-c", TELL, json.dumps([*names.values()])],
            cwd=folder,
            env={**os.environ, "PYTHONHASHSEED": seed, "WORD": word},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    found = tell("1", "one"), tell("2", "one"), tell("1", "three")
    return {case: [one[name] for one in found] for case, name in names.items()}


@pytest.mark.parametrize("case", STEADY)
def test_the_same_is_told_alike(told, case):
    """In any process."""
    first, second, _ = told[case]
    assert first == second
    assert not first.startswith("untrackable")


@pytest.mark.parametrize("case", CHANGING)
def test_what_it_holds_counts(told, case):
    """Wherever it is."""
    first, second, other = told[case]
    assert first == second
    assert first != other


@pytest.mark.parametrize("case", FAILING)
def test_what_fails_is_rendered_each_time(told, case):
    """And nothing else happens."""
    assert all(text.startswith("untrackable: ") for text in told[case])
