"""Hand-written model parts and the runtime's sections, joined to a complete file."""

import ast
from pathlib import Path

import black

SECTIONS = Path(__file__).parents[2] / "templates" / "fit"
CORE = ["program", "tables", "diagnostics", "runs", "nuts", "svi"]
CORE += ["fit", "predict", "command_line"]
# the sections that a model adds, after `tables`
EXTRA = {
    "radon": ["unit_priors"],
    "radon_uranium": ["by_columns"],
    "kid_iq": ["constants"],
    "overdispersed": ["blocks", "scalars", "dates"],
}


def split_imports(text: str) -> tuple[list[str], str]:
    """The import lines at the top level of a text, and the rest of it."""
    lines = text.splitlines()
    imports, drop = [], set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.append(ast.unparse(node))
            drop |= set(range(node.lineno - 1, node.end_lineno or node.lineno))
    return imports, "\n".join(x for i, x in enumerate(lines) if i not in drop)


def merge_imports(imports: list[str]) -> str:
    """Sorted as ruff sorts them: standard library first, `import` before `from`."""
    plain, names = set(), {}
    for line in imports:
        node = ast.parse(line).body[0]
        if isinstance(node, ast.Import):
            plain.add(line)
        elif isinstance(node, ast.ImportFrom):
            names.setdefault(node.module, set()).update(
                a.name + (f" as {a.asname}" if a.asname else "") for a in node.names
            )
    froms = {f"from {m} import {', '.join(sorted(n, key=order_name))}" for m, n in names.items()}
    third = ("jax", "numpyro", "numpy", "optax")
    groups: list[list[str]] = [[], []]
    for line in sorted(plain) + sorted(froms):
        groups[line.split()[1].split(".")[0] in third].append(line)
    return "\n\n".join("\n".join(g) for g in groups)


def order_name(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions, as isort has it."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def assemble(part: Path, target: Path) -> Path:
    """Write the complete file of a model part (`<name>.py`) and return it."""
    # the model part ends with PROGRAM, which comes after the sections
    head, program = part.read_text().split("PROGRAM = ")
    sections = list(CORE)
    sections[2:2] = EXTRA[part.stem]
    texts = [(SECTIONS / f"{s}.py.jinja").read_text() for s in sections]
    docstring = ast.get_docstring(ast.parse(head), clean=False)
    imports, head = split_imports(head)
    bodies = []
    for text in texts:
        more, body = split_imports(text)
        imports += more
        heading, _, body = body.partition("\n")
        bodies.append(f"{heading}\n\n\n{body.strip()}")
    head = head.split('"""', 2)[2]
    joined = [
        f'"""{docstring}"""\n',
        merge_imports(imports),
        head.strip(),
        "# " + "-" * 76 + "\n# From here on nothing depends on the model\n",
        "\n\n\n".join(bodies),
        "PROGRAM = " + program.strip(),
        'if __name__ == "__main__":\n    raise SystemExit(main(PROGRAM))\n',
    ]
    text = black.format_str("\n\n\n".join(joined), mode=black.Mode())
    target.write_text(text)
    return target
