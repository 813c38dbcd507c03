"""Names that no program can have, since the emitted file or NumPyro has them; words about names."""

from __future__ import annotations

#: What the emitted functions use, and what NumPyro's own methods call their arguments:
#: `trace(model).get_trace(**arguments)` and `MCMC(...).run(rng_key, **arguments)` are to work.
RESERVED = frozenset(
    [
        "numpyro",
        "dist",
        "jnp",
        "jax",
        "np",
        "optax",
        "Array",
        "rows",
        "row",
        "n_row",
        "location_scale",
        "normal_in_block",
        "joined_block",
        "given_block",
        "updated_normal",
        "updated_vectors",
        "self",
        "rng_key",
    ]
)
#: What an argument of the emitted model is, in a message.
KINDS = {"column": "constant", "design": "columns of a layer", "index": "slots of time"}


def with_article(what: str) -> str:
    if what.startswith(("columns", "slots")):
        return f"the {what}"
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"


def rename(name: str, type: str) -> str:
    """The remedy for a name that cannot be; ``type`` is that of a column."""
    other = f"{name.rstrip('_') or 'x'}_1"
    if not type:
        return f"choose another name, such as `{other}`"
    return f"rename it here; `{other}: {type}[{name}]` still reads the column `{name}`"
