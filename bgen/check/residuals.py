"""The scale of a response's errors, for layers whose priors are stated in its units."""

from __future__ import annotations

from bgen.check.priors import prior_of
from bgen.check.scaled import rescale_link
from bgen.check.scope import Scope
from bgen.check.targets import Target
from bgen.check.unknowns import ModelTranslator
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.links import links
from bgen.links.joint import each_response

#: What stands for the errors of a link without a scale parameter (Piironen and Vehtari 2017).
_PSEUDO = {"logit": 2.0, "softmax": 2.0}


def residual_scale(scope: Scope, target: Target | None) -> ir.Expression:
    """The link's scale parameter, sampled here if it is an unknown of the link; else a number."""
    if target is None or target.call is None:
        return ir.ONE
    spec = next((p for p in links()[target.link].parameters if p.role == "scale"), None)
    if spec is None:
        return ir.Constant(_PSEUDO.get(target.location, 1.0))
    given = next((a for a in target.call.arguments if a.name == spec.name), None)
    if given is not None and given.relation == "=":
        return ModelTranslator(scope, ()).translate(given.value)
    joint = links()[target.link].joint
    axes = (each_response(target.responses),) if joint else ()
    name = f"{target.prefix}_{spec.name}"
    if name not in scope.early:
        node = given.value if given is not None else spec.prior
        assert node is not None
        prior = prior_of(node, ModelTranslator(scope, axes))
        span = given.span if given is not None else target.call.span
        if given is None and scope.policy == "scaled":
            about = target.responses if joint else (target.response,)
            prior = rescale_link(scope, target, about, axes, prior, span)
        sample = m.Sample(name, axes, prior, default=given is None)
        scope.early[name] = scope.sample(sample, span, "parameter of the link")
    if not axes:
        return scope.early[name]
    place = ir.Constant(float(target.responses.index(target.response)))
    return ir.Gather(scope.early[name], (place,))
