"""Intercepts that vary by level, as one writes them with NumPyro, PyMC and Stan.

A `Design` is the model: blocks of columns, factors, priors. Its effects are `Normal(0, tau)`,
centred, or standardised ones times tau. The binary response is a Bernoulli by logits, and Stan has
its GLM primitives: the fast and stable form of each library.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.bench.tables import Table


@dataclass(frozen=True)
class Block:
    """Columns under normal priors of one sd: the site, and the columns as a matrix of rows."""

    site: str
    columns: Callable[[Table], Any]
    sd: float


@dataclass(frozen=True)
class Design:
    """The family is normal, lognormal or bernoulli; sites are named as bgen names them."""

    predictor: str
    response: str
    family: str
    intercept: tuple[float, float]
    blocks: tuple[Block, ...]
    factors: tuple[str, ...]

    def site(self, factor: str, part: str) -> str:
        return f"{self.predictor}_{factor}_{part}"

    @property
    def sites(self) -> tuple[str, ...]:
        effects = [self.site(f, part) for f in self.factors for part in ("scale", "effect")]
        sigma = [] if self.family == "bernoulli" else [f"{self.response}_sigma"]
        return (f"{self.predictor}_intercept", *(b.site for b in self.blocks), *effects, *sigma)

    def arguments(self, table: Table) -> Table:
        """What a NumPyro model of this design takes."""
        import numpy as np

        y = table[self.response]
        return {
            "xs": {b.site: np.asarray(b.columns(table), float) for b in self.blocks},
            "codes": {f: table[f].astype(np.int32) for f in self.factors},
            "levels": {f: int(table[f].max()) + 1 for f in self.factors},
            "y": np.log(y) if self.family == "lognormal" else y.astype(float),
        }

    def numpyro(self, *centred: str) -> Callable[..., None]:
        """The model with the effects of these factors centred, the others not."""

        def model(xs: Any, codes: Any, levels: dict[str, int], y: Any) -> None:
            import numpyro
            import numpyro.distributions as dist

            eta = numpyro.sample(f"{self.predictor}_intercept", dist.Normal(*self.intercept))
            for b in self.blocks:
                x = xs[b.site]
                prior = dist.Normal(0, b.sd).expand([x.shape[1]]).to_event(1)
                eta = eta + x @ numpyro.sample(b.site, prior)
            for f, code in codes.items():
                scale = numpyro.sample(self.site(f, "scale"), dist.HalfNormal(1))
                name = self.site(f, "effect")
                if f in centred:
                    prior = dist.Normal(0, scale).expand([levels[f]]).to_event(1)
                    effect = numpyro.sample(name, prior)
                else:
                    prior = dist.Normal(0, 1).expand([levels[f]]).to_event(1)
                    z = numpyro.sample(f"{name}_z", prior)
                    effect = numpyro.deterministic(name, scale * z)
                eta = eta + effect[code]
            if self.family == "bernoulli":
                numpyro.sample("y", dist.Bernoulli(logits=eta), obs=y)
            else:
                sigma = numpyro.sample(f"{self.response}_sigma", dist.Exponential(1))
                numpyro.sample("y", dist.Normal(eta, sigma), obs=y)

        return model

    def pymc(self, *centred: str) -> Callable[[Table], Any]:
        def build(table: Table) -> Any:
            import pymc as pm

            given = self.arguments(table)
            with pm.Model() as model:
                loc, sd = self.intercept
                eta = pm.Normal(f"{self.predictor}_intercept", loc, sd)
                for b in self.blocks:
                    x = given["xs"][b.site]
                    eta = eta + x @ pm.Normal(b.site, 0, b.sd, shape=x.shape[1])
                for f, code in given["codes"].items():
                    scale = pm.HalfNormal(self.site(f, "scale"), 1)
                    name, levels = self.site(f, "effect"), given["levels"][f]
                    if f in centred:
                        effect = pm.Normal(name, 0, scale, shape=levels)
                    else:
                        z = pm.Normal(f"{name}_z", 0, 1, shape=levels)
                        effect = pm.Deterministic(name, scale * z)
                    eta = eta + effect[code]
                if self.family == "bernoulli":
                    pm.Bernoulli("y", logit_p=eta, observed=given["y"])
                else:
                    sigma = pm.Exponential(f"{self.response}_sigma", 1)
                    pm.Normal("y", eta, sigma, observed=given["y"])
            return model

        return build

    def stan(self, *centred: str) -> str:
        """The program; all blocks are one matrix `x`."""
        binary = self.family == "bernoulli"
        a, loc_sd = f"{self.predictor}_intercept", f"{self.intercept[0]}, {self.intercept[1]}"
        data = ["int<lower=1> n;", "int<lower=1> p;", "matrix[n, p] x;"]
        data.append("array[n] int<lower=0, upper=1> y;" if binary else "vector[n] y;")
        parameters, made = [f"real {a};"], []
        model = [f"{a} ~ normal({loc_sd});"]
        data += [f"int<lower=1> p_{b.site};" for b in self.blocks]
        for b in self.blocks:
            parameters.append(f"vector[p_{b.site}] {b.site};")
            model.append(f"{b.site} ~ normal(0, {b.sd});")
        sum_of = [f"rep_vector({a}, n)"]
        for f in self.factors:
            effect, scale = self.site(f, "effect"), self.site(f, "scale")
            data += [f"int<lower=1> n_{f};", f"array[n] int<lower=1, upper=n_{f}> {f};"]
            parameters.append(f"real<lower=0> {scale};")
            model.append(f"{scale} ~ normal(0, 1);")
            if f in centred:
                parameters.append(f"vector[n_{f}] {effect};")
                model.append(f"{effect} ~ normal(0, {scale});")
            else:
                parameters.append(f"vector[n_{f}] {effect}_z;")
                made.append(f"vector[n_{f}] {effect} = {scale} * {effect}_z;")
                model.append(f"{effect}_z ~ std_normal();")
            sum_of.append(f"{effect}[{f}]")
        sites = [b.site for b in self.blocks]
        beta = sites[0]
        for s in sites[1:]:
            beta = f"append_row({beta}, {s})"
        alpha = " + ".join(sum_of)
        if binary:
            model.append(f"y ~ bernoulli_logit_glm(x, {alpha}, {beta});")
        else:
            parameters.append(f"real<lower=0> {self.response}_sigma;")
            model.append(f"{self.response}_sigma ~ exponential(1);")
            model.append(f"y ~ normal_id_glm(x, {alpha}, {beta}, {self.response}_sigma);")
        parts = {
            "data": data,
            "parameters": parameters,
            "transformed parameters": made,
            "model": model,
        }
        return "\n".join(
            f"{name} {{\n  " + "\n  ".join(lines) + "\n}" for name, lines in parts.items() if lines
        )

    def stan_data(self, table: Table) -> Table:
        import numpy as np

        given = self.arguments(table)
        x = np.concatenate(list(given["xs"].values()), axis=1)
        sizes: Table = {f"p_{name}": v.shape[1] for name, v in given["xs"].items()}
        for f, code in given["codes"].items():
            sizes |= {f"n_{f}": given["levels"][f], f: code + 1}
        y = given["y"].astype(int) if self.family == "bernoulli" else given["y"]
        return sizes | {"n": len(y), "p": x.shape[1], "x": x, "y": y}
