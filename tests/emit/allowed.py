"""What emitted code may import, reach and call: all else is refused, whatever it is.

A list of what is forbidden forgets things. This is the list of what may be there; whoever adds to
it says why a file that fits a model needs it.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator


def _words(text: str) -> set[str]:
    return set(text.split())


#: Modules taken whole, and what may be read of those that could do harm (``*``: all).
MODULES: dict[str, set[str]] = {
    "argparse": {"ArgumentParser", "BooleanOptionalAction", "Namespace"},
    "contextlib": {"closing", "contextmanager", "nullcontext", "suppress"},
    "copy": {"deepcopy"},
    "csv": {"DictReader", "Error", "QUOTE_ALL", "reader", "writer"},
    "datetime": {"*"},
    "difflib": {"get_close_matches"},
    "fnmatch": {"*"},
    "hashlib": {"sha256"},
    "inspect": {"signature"},
    "io": {"BytesIO", "StringIO", "TextIOWrapper"},
    "json": {"dumps", "load", "loads"},
    "logging": {"ERROR", "INFO", "StreamHandler", "getLogger"},
    "math": {"*"},
    # the cache of compiled programs, and files that are written whole or not at all
    "os": {"cpu_count", "environ", "fsync", "makedirs", "path", "replace", "sched_getaffinity"},
    "platform": {"python_version"},
    "re": {"findall"},
    # Ctrl-C waits for the end of a block; only the main thread may ask for that
    "signal": {"SIGINT", "SIG_DFL", "default_int_handler", "getsignal", "signal"},
    "sys": {"stderr"},
    # rows larger than memory, in files without a name
    "mmap": {"ACCESS_READ", "MADV_DONTNEED", "mmap"},
    "tempfile": {"TemporaryDirectory", "TemporaryFile", "gettempdir"},
    "threading": {"Event", "current_thread", "main_thread"},
    "time": {"monotonic", "min", "max"},  # (the library calls an array of times so)
    "warnings": {"catch_warnings", "simplefilter"},
    "zipfile": {"ZipFile"},
    "h5netcdf": {"File"},
    # no callbacks of the host, no profiler, nothing experimental
    "jax": _words(
        """Array block_until_ready config custom_jvp default_backend devices enable_x64 eval_shape
        grad jacfwd jit jvp lax local_device_count nn numpy pmap random scipy tree value_and_grad
        vmap"""
    ),
    "jax.numpy": {"*"},
    "numpy": {"*"},
    "numpyro": {"*"},
    "numpyro.distributions": {"*"},
    "optax": {"*"},
    "pyarrow.parquet": {"*"},
}
#: Modules of which names are imported.
FROM: dict[str, set[str]] = {
    "collections.abc": {"*"},
    "concurrent.futures": {"Executor", "ThreadPoolExecutor"},
    "contextlib": {"contextmanager"},
    "dataclasses": {"dataclass", "field", "replace"},
    "functools": {"lru_cache", "partial"},
    "importlib.metadata": {"version"},
    "importlib.util": {"find_spec"},
    "pathlib": {"Path"},
    "statistics": {"NormalDist"},
    "typing": {"*"},
    "jax": {"Array", "lax"},
    "jax.flatten_util": {"ravel_pytree"},
    "jax.nn": {"*"},
    "jax.scipy.linalg": {"block_diag", "cho_solve", "solve_triangular"},
    "jax.scipy.special": {"*"},
    "numpyro.distributions": {"biject_to", "constraints"},
    "numpyro.handlers": {"*"},
    "numpyro.infer": {"*"},
    "numpyro.infer.reparam": {"*"},
    "numpyro.infer.util": {"constrain_fn", "log_density", "potential_energy", "unconstrain_fn"},
    "pyarrow.types": {"is_binary", "is_floating", "is_integer", "is_large_binary"},
}
#: Of Python itself: no eval, exec, compile, globals, setattr, input, ...
BUILTINS = _words(
    """abs all any bool bytes dict enumerate float getattr hasattr id int isinstance iter len list
    map max min next open print property range reversed round set slice sorted str sum super tuple
    type vars zip
    AttributeError Exception ImportError IndexError KeyError KeyboardInterrupt
    NotImplementedError OSError OverflowError SystemExit TypeError UnicodeDecodeError ValueError
    __name__"""
)
#: Doors of NumPy and of others through which more comes in, or goes out.
DOORS = _words(
    """builtins ctypeslib f2py fromfile genfromtxt importlib loadtxt memmap os pickle popen save
    savez subprocess sys system tofile"""
)


def breaches(text: str) -> Iterator[str]:
    """Everything in a file that is on none of the lists."""
    tree = ast.parse(text)
    modules: dict[str, str] = {}
    own = names_of_its_own(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name not in MODULES:
                    yield f"import {alias.name}"
                modules[alias.asname or alias.name.split(".")[0]] = alias.name
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            allowed = FROM.get(node.module or "", set())
            for alias in node.names:
                if alias.name == "*" or not allowed & {alias.name, "*"}:
                    yield f"from {node.module} import {alias.name}"
        elif isinstance(node, ast.ImportFrom):
            if node.level > 1 or "." in (node.module or ""):
                yield f"from {'.' * node.level}{node.module}"
        elif isinstance(node, ast.Attribute):
            yield from _attribute(node, modules)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            foreign = hasattr(builtins, node.id) and node.id not in own
            if node.id not in BUILTINS and (foreign or node.id.startswith("__")):
                yield node.id
        elif isinstance(node, ast.Call):
            yield from _call(node)
        elif isinstance(node, ast.Global | ast.Nonlocal | ast.Delete) and not (
            isinstance(node, ast.Delete) and all(isinstance(t, ast.Subscript) for t in node.targets)
        ):
            yield ast.unparse(node)


def _attribute(node: ast.Attribute, modules: dict[str, str]) -> Iterator[str]:
    if isinstance(node.value, ast.Name) and node.value.id in modules:
        allowed = MODULES.get(modules[node.value.id], set())
        if not allowed & {node.attr, "*"}:
            yield ast.unparse(node)
    if node.attr in DOORS or (
        node.attr.startswith("__") and node.attr not in ("__init__", "__name__")
    ):
        yield ast.unparse(node)


def _call(node: ast.Call) -> Iterator[str]:
    """Reading an array never unpickles, and a name is not looked up by a text that is computed."""
    pickles = [k.value for k in node.keywords if k.arg == "allow_pickle"]
    if any(not isinstance(v, ast.Constant) or v.value is not False for v in pickles):
        yield ast.unparse(node)
    if ast.unparse(node.func) == "type" and len(node.args) != 1:
        yield ast.unparse(node)
    if ast.unparse(node.func) == "getattr" and not isinstance(
        node.args[1], ast.Constant | ast.Name
    ):
        yield ast.unparse(node)


def names_of_its_own(text: str) -> set[str]:
    """What a file assigns, defines, or takes as an argument."""
    found = set[str]()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
    return found
