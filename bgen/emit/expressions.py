"""Typed expressions -> Python source: the model (JAX), ``encode`` (NumPy), or to be read."""

from __future__ import annotations

from abc import ABC, abstractmethod

from bgen.emit.lengths import length
from bgen.emit.text import literal
from bgen.ir import expressions as ir
from bgen.ir.dims import Dim, Dims, Fixed

# How tightly a fragment binds; an operand that binds less tightly gets parentheses.
_SUM, _PRODUCT, _UNARY, _POWER, _ATOM = 1, 2, 3, 4, 5
TIGHT = _ATOM
Fragment = tuple[str, int]


class Printer(ABC):
    """Source text of an expression; subclasses say how names and functions are written."""

    power = " ** "
    numbers = "jnp"

    def print(self, expression: ir.Expression) -> str:
        return self.fragment(expression)[0]

    def fragment(self, node: ir.Expression) -> Fragment:
        match node:
            case ir.Constant(value=value):
                return repr(float(value)), _ATOM if value >= 0 else _UNARY
            case ir.Column() | ir.Learnt() | ir.Input() | ir.Unknown() | ir.Local():
                return self.leaf(node), _ATOM
            case ir.Apply(function=function, operand=operand):
                return self.function(function, self.print(operand)), _ATOM
            case ir.Negative(operand=operand):
                return f"-{self.operand(operand, _UNARY)}", _UNARY
            case ir.Multiply(factors=(("*", only),)):
                return self.fragment(only)
            case ir.Add(terms=terms):
                return self.add(terms, node.dims), _SUM
            case ir.Multiply(factors=factors):
                return self.multiply(factors, node.dims), _PRODUCT
            case ir.Power(base=base, exponent=exponent):
                left = self.operand(base, _ATOM, node.dims)
                return f"{left}{self.power}{self.exponent(exponent, node)}", _POWER
            case ir.MatMul():
                return self.matmul(node)
            case ir.Gather(table=table, indices=indices):
                keys = ", ".join(map(self.index, indices))
                return f"{self.operand(table, _ATOM)}[{keys}]", _ATOM
            case ir.CumSum(operand=operand):
                return self.cumsum(self.print(operand)), _ATOM
            case ir.Total(operand=operand, over=over):
                return self.total(operand, operand.dims.index(over)), _ATOM
            case ir.PairProducts():
                return self.pairs(node), _ATOM
            case ir.Aligned(operand=operand):
                return self.fragment(operand)
            case ir.Spread(operand=operand, over=over):
                return self.spread(operand, (*operand.dims, *over)), _ATOM
            case ir.Length(of=dim):
                text = self.length(dim)
                plain = text.isidentifier() or text.isdigit() or text.endswith("]")
                return text, _ATOM if plain else _SUM
            case ir.Filled(value=value, over=dim):
                return f"{self.numbers}.full({self.length(dim)}, {self.print(value)})", _ATOM
            case ir.Listed(values=values):
                inside = ", ".join(self.print(value) for value in values)
                return f"{self.numbers}.array([{inside}])", _ATOM
            case ir.Beside(parts=parts):
                inside = ", ".join(self.print(part) for part in parts)
                return f"{self.numbers}.column_stack([{inside}])", _ATOM
            case ir.Stacked(parts=parts):
                return self.stacked(parts), _ATOM
            case ir.Helper():
                return self.helper(node), _ATOM

    def stacked(self, parts: tuple[ir.Expression, ...]) -> str:
        inside = ", ".join(self.print(part) for part in parts)
        if any(part.dims != parts[0].dims for part in parts):
            return f"{self.numbers}.stack({self.numbers}.broadcast_arrays({inside}), axis=-1)"
        return f"{self.numbers}.stack([{inside}], axis=-1)"

    def operand(self, node: ir.Expression, tightness: int, dims: Dims | None = None) -> str:
        """A part of an operation whose result has the axes ``dims``."""
        text, binds = self.fragment(node)
        given = node.dims
        if dims is not None:
            ordered = tuple(d for d in dims if d in given)
            if ordered != given and len(set(given)) == len(given) == len(ordered):
                places = ", ".join(str(given.index(d)) for d in ordered)
                text, binds = f"{self.numbers}.transpose({text}, ({places}))", _ATOM
        index = "" if dims is None else _alignment(given, dims)
        if index:
            return f"{text if binds == _ATOM else f'({text})'}[{index}]"
        return text if binds >= tightness else f"({text})"

    def spread(self, operand: ir.Expression, dims: Dims) -> str:
        return self.operand(operand, _ATOM, dims)

    def add(self, terms: tuple[tuple[str, ir.Expression], ...], dims: Dims) -> str:
        text = ""
        for place, (sign, term) in enumerate(terms):
            # The right side of a minus, and a nested sum on the right, keep their parentheses.
            part = self.operand(term, _SUM if place == 0 else _PRODUCT, dims)
            if place == 0:
                text = part if sign == "+" else f"-{self.operand(term, _UNARY, dims)}"
            else:
                text += f" {sign} {part}"
        return text

    def multiply(self, factors: tuple[tuple[str, ir.Expression], ...], dims: Dims) -> str:
        text = ""
        for place, (sign, factor) in enumerate(factors):
            loose = place == 0 and not isinstance(factor, ir.MatMul)
            part = self.operand(factor, _PRODUCT if loose else _UNARY, dims)
            if place == 0:
                text = part if sign == "*" else f"1.0 / {self.operand(factor, _UNARY, dims)}"
            else:
                text += f" {sign} {part}"
        return text

    def exponent(self, exponent: ir.Expression, node: ir.Power) -> str:
        return self.operand(exponent, _POWER, node.dims)

    def matmul(self, node: ir.MatMul) -> Fragment:
        if len(node.table.dims) > 2:  # @ would take the leading axes for a batch
            return f"{self.tensordot(node)}", _ATOM
        # `(x @ a) * (z @ b)`: few readers know that @ and * bind alike.
        left, right = self.operand(node.design, _UNARY), self.operand(node.table, _UNARY)
        return f"{left} @ {right}", _PRODUCT

    def tensordot(self, node: ir.MatMul) -> str:
        left, right = self.print(node.design), self.print(node.table)
        return f"{self.numbers}.tensordot({left}, {right}, axes=1)"

    def index(self, node: ir.Expression) -> str:
        """An index array, or the place of one element."""
        return str(int(node.value)) if isinstance(node, ir.Constant) else self.print(node)

    def helper(self, node: ir.Helper) -> str:
        parts = [*(self.print(operand) for operand in node.operands), *node.functions]
        for name, value in node.keywords:
            if isinstance(value, str):
                text = literal(value)
            else:
                text = repr(value) if isinstance(value, int | float) else self.print(value)
            parts.append(f"{name}={text}")
        return f"{node.function}({', '.join(parts)})"

    def length(self, dim: Dim) -> str:
        return length(dim)

    @abstractmethod
    def leaf(self, node: ir.Column | ir.Learnt | ir.Input | ir.Unknown | ir.Local) -> str: ...

    @abstractmethod
    def function(self, name: str, operand: str) -> str: ...

    @abstractmethod
    def cumsum(self, operand: str) -> str: ...

    @abstractmethod
    def total(self, operand: ir.Expression, axis: int) -> str: ...

    @abstractmethod
    def pairs(self, node: ir.PairProducts) -> str: ...


def _alignment(dims: Dims, result: Dims) -> str:
    """The subscript that lets axes broadcast by name: ``:, None`` for (row,) in (row, factor)."""
    if not dims or dims == result:
        return ""
    marks = [":" if d in dims else "None" for d in result]
    while marks and marks[0] == "None":
        marks.pop(0)  # NumPy adds leading axes by itself
    return ", ".join(marks) if "None" in marks else ""


#: Where JAX has the functions that ``jax.numpy`` lacks.
_MODULES = dict.fromkeys(("softplus", "log_sigmoid"), "jax.nn") | dict.fromkeys(
    ("expit", "ndtr", "ndtri", "gammaln"), "jax.scipy.special"
)
#: ``jax.nn.sigmoid`` does not take whole numbers.
_OTHERWISE = {"sigmoid": "expit"}


class ModelPrinter(Printer):
    """As the model computes it."""

    def leaf(self, node: ir.Column | ir.Learnt | ir.Input | ir.Unknown | ir.Local) -> str:
        assert isinstance(node, ir.Input | ir.Unknown | ir.Local), "host value in the model"
        return node.name

    def function(self, name: str, operand: str) -> str:
        name = _OTHERWISE.get(name, name)
        return f"{_MODULES.get(name, 'jnp')}.{name}({operand})"

    def cumsum(self, operand: str) -> str:
        return f"jnp.cumsum({operand}, axis=0)"

    def total(self, operand: ir.Expression, axis: int) -> str:
        where = -1 if axis == len(operand.dims) - 1 else axis
        return f"jnp.sum({self.print(operand)}, axis={where})"

    def exponent(self, exponent: ir.Expression, node: ir.Power) -> str:
        # JAX multiplies for a whole exponent and takes logarithms for a float; but a column of
        # integers stays one under a whole exponent, and overflows.
        is_float = ir.has_unknowns(node.base) or len(node.base.dims) == 2
        if is_float and isinstance(exponent, ir.Constant) and exponent.value in range(2, 10):
            return str(int(exponent.value))
        return super().exponent(exponent, node)

    def pairs(self, node: ir.PairProducts) -> str:
        left = self.operand(node.left, _ATOM)
        if node.right is None:
            extent = node.left.dims[1].extent
            width = extent.length if isinstance(extent, Fixed) else f"{left}.shape[1]"
            first, second = (f"{left}[:, np.triu_indices({width}, 1)[{i}]]" for i in (0, 1))
            return f"({first} * {second})"
        right = self.operand(node.right, _ATOM)
        return f"({left}[:, :, None] * {right}[:, None, :]).reshape(rows, -1)"


class HostPrinter(Printer):
    """As ``encode`` computes it, from ``columns`` and learnt constants."""

    numbers = "np"

    def helper(self, node: ir.Helper) -> str:
        name, rest = super().helper(node).split("(", 1)
        return f"{name}(encoding, {literal(node.label)}, {rest}"

    def leaf(self, node: ir.Column | ir.Learnt | ir.Input | ir.Unknown | ir.Local) -> str:
        if isinstance(node, ir.Learnt):
            missing = ", missing=True" if node.partial else ""
            value = self.print(node.of)
            if node.above_zero is not None:
                value = f"{self.operand(node.of, TIGHT)}[{self.print(node.above_zero)} > 0]"
            return f"constant({literal(node.label)}, lambda: {value}{missing})"
        assert isinstance(node, ir.Column), "unknown on the host"
        return f"columns[{literal(node.name)}]"

    def function(self, name: str, operand: str) -> str:
        match name:
            case "sigmoid":
                return f"(1.0 / (1.0 + np.exp(-({operand}))))"
            case "softplus":
                return f"np.logaddexp(0.0, {operand})"
            case _:
                return f"np.{name}({operand})"

    def cumsum(self, operand: str) -> str:
        return f"np.cumsum({operand}, axis=0)"

    def total(self, operand: ir.Expression, axis: int) -> str:
        return f"np.sum({self.print(operand)}, axis={axis})"

    def pairs(self, node: ir.PairProducts) -> str:
        raise AssertionError("pair products are computed by the model")


class FormulaPrinter(Printer):
    """As a reader of the docstring sees it: no modules, ``^`` for powers."""

    power = "^"

    def fragment(self, node: ir.Expression) -> Fragment:
        if isinstance(node, ir.Listed | ir.Beside | ir.Stacked):
            parts = node.values if isinstance(node, ir.Listed) else node.parts
            return f"[{', '.join(self.print(part) for part in parts)}]", _ATOM
        if isinstance(node, ir.Filled):
            return self.fragment(node.value)
        if isinstance(node, ir.Constant):
            return f"{node.value:g}", _ATOM if node.value >= 0 else _UNARY
        return super().fragment(node)

    def operand(self, node: ir.Expression, tightness: int, dims: Dims | None = None) -> str:
        return super().operand(node, tightness, None)

    def spread(self, operand: ir.Expression, dims: Dims) -> str:
        return self.print(operand)

    def leaf(self, node: ir.Column | ir.Learnt | ir.Input | ir.Unknown | ir.Local) -> str:
        return node.label if isinstance(node, ir.Learnt) else node.name

    def tensordot(self, node: ir.MatMul) -> str:
        return f"{self.operand(node.design, _UNARY)} @ {self.operand(node.table, _UNARY)}"

    def function(self, name: str, operand: str) -> str:
        return f"{name}({operand})"

    def cumsum(self, operand: str) -> str:
        return f"cumsum({operand})"

    def total(self, operand: ir.Expression, axis: int) -> str:
        return f"sum({self.print(operand)})"

    def pairs(self, node: ir.PairProducts) -> str:
        right = "" if node.right is None else f", {self.print(node.right)}"
        return f"pairs({self.print(node.left)}{right})"


MODEL, HOST, FORMULA = ModelPrinter(), HostPrinter(), FormulaPrinter()
