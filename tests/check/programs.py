"""Well-typed programs that use every part of the language, and what to break them with."""

from __future__ import annotations

import random
import re
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "language"

RICH = """model rich "Everything at once"
data {
  y: real  n: count  died: binary  t: integer  when: date  size: scalar
  x: real  z: real  p: positive  share: proportion
  w: real[w1, w2, w3]  genes: real["gene_*"]
  county: category  person: category  sex: category("female", "male")
  uranium: real by county  grade: ordinal("low", "high")
}
layer wide(v) = adaptive(v, scale ~ Exponential(1), coef ~ LogNormal(0, scale))
layer both(a, b) = linear(a, b) + interaction(a, b)
z_x = (x - mean(x)) / sd(x)
doubled = 2 * n
tau ~ HalfNormal(1)
alpha[county] ~ Normal(uranium, tau)
beta[county, person] ~ Normal(0, tau)
gamma[county:person] ~ Normal(0, 1)
eps[row] ~ Normal(0, tau)
theta[county] = 2 * alpha[county] + tau
slope = wide(w)
mu = intercept() + linear(z_x, x^2, sex, sex:x) + slope + random_effects(county) + eps[row]
walk = random_walk(t)
eta = intercept() + both(x, z) + fm(genes, rank = 2) + fm3(w, rank = 2) + walk - alpha[county]
risk = intercept() + dot(embedding(county, dim = 2), embedding(person, dim = 2)) + theta[county]
log_sd = intercept() + lowrank_interaction(w, genes, rank = 2) + random_slopes(x, by = county)
y ~ gaussian(mu + beta[county, person], sigma = exp(log_sd))
n ~ negative_binomial(eta + gamma[county:person] + offset(log(p)), concentration ~ Exponential(1))
died ~ bernoulli(risk + fixed_effects(person))
share ~ Beta(exp(intercept() + linear(standardize(z))), 2)
doubled ~ poisson(intercept() + linear(center(when_slot)))
fit { method = svi  batch = 10  steps = 100 }
reparam { eps = 0.5 }
report mu, theta
"""
RICH = RICH.replace("linear(center(when_slot))", "linear(center(size * x))")
RICH = RICH.replace("walk - alpha", "random_walk(when, step = 7) + walk - alpha")

PROGRAMS = (RICH, *(path.read_text() for path in sorted(CORPUS.glob("*.bl"))))

_WORDS = """
intercept linear adaptive fixed_effects random_effects random_slopes embedding fm fm3 interaction
lowrank_interaction random_walk offset correlated_effects pspline hsgp horseshoe monotonic bspline
gaussian lognormal bernoulli logit poisson negative_binomial student_t cumulative zero_inflated
censored weighted mixture categorical Normal HalfNormal Exponential Poisson Flat Truncated Uniform
HalfStudentT TruncatedNormal Dirichlet LKJ Beta Gamma LogNormal standardize center mean sd min max
exp log sqrt sigmoid dot sum row rows n_county county person x y z w mu eta tau alpha beta theta
size when t sex grade uranium genes slope wide both class lambda None jnp np model data layer fit
by report scale coef rank dim step horizon full treatment centered noncentered nuts svi mean_field
n_row mu_intercept mu_x_coef y_sigma undefined
"""
WORDS = _WORDS.split()
NUMBERS = ("0", "1", "2", "-1", "0.5", "1e12", "1e300", "3", "1_000_000")
STATEMENTS = """
layer a(x) = b(x)  layer b(x) = a(x)  again = a(x)
layer a(x) = a(x)  again = a(x)
layer a(x) = a(x) + a(x)  again = a(x)
layer exp(v) = linear(v)
layer twice(v, v) = linear(v)
layer unused(v) = nonsense(v)
layer row(v) = linear(v)
layer none() = intercept()  again = none()
again = linear(x, coef ~ Normal(linear(x), 1))
again = adaptive(adaptive(x))
again = fm(w, rank = 1e12)
again = random_walk(t, dim = 100_000, horizon = 1e15)
again = genes * 2
again = county + 1
again = "text"
again[county] = "text"
again[row, row] ~ Normal(0, 1)
again["county"] ~ Normal(0, 1)
again[2] = x
again[x] ~ Normal(0, 1)
again[county:county] ~ Normal(0, 1)
again[county:(person:sex)] ~ Normal(0, 1)
again = alpha[person]
again = beta[county]
again = mean(county) + sd(size) + mean(mean(x)) + mean(w)
again = mean(later)  later = x + 1
later = sooner + 1  sooner = later
y, n ~ gaussian(mu)
y[county] ~ gaussian(mu)
size ~ gaussian(1)
county ~ categorical(mu)
w ~ gaussian(intercept())
y ~ Normal(Normal(0, 1), 1)
y ~ 3
y ~ mu
a ~ Normal
b ~ Normal(0, scale ~ HalfNormal(1))
c ~ Normal(scale = 1, 0)
d ~ Normal(0, 1, 2)
e ~ Uniform(1, 0)
f ~ Truncated(low = 0)
g ~ Truncated(Flat(), low = 0)
h ~ Truncated(Truncated(Normal(0, 1), low = 0), high = 1)
i ~ Normal(eps, 1)
j ~ HalfNormal(x)
k ~ Flat(low = 1, high = 0)
n_county ~ Normal(0, 1)
mu_intercept ~ Normal(0, 1)
report mu, mu, y, tau, wide, nothing, w1, county_person
fit { chains = 0  chains = 2  method = mean_field  guide = low_rank(2)  seed = x  batch = 1e30 }
reparam { tau = centered  nothing = 2  eps = "a"  mu = noncentered  eps = centered }
priors scaled
priors unit
priors weak
model again
data { }
data { x: real }
data { n_county: real  row: real  class: real  q: what  r: real?  s: category("one") }
data { u: real by x  v: category by county  o: scalar[a, b]  m: real[a, a]  l: real("a", "b") }
data { county_person: real  mu_x: real  t_slot: real  y_sigma: real  mean_x: real }
again = x:z + tau
again = dot(x, z) + sum(x)
again = offset(tau) + offset(tau * x) + offset(county)
again = linear(tau, alpha[county], eps[row])
again = exp(linear(x), 2) ^ intercept()
again = gaussian(mu)
again = Normal(0, 1)
again = tau * (intercept() + x)
again = -x + -tau
again = random_slopes(x, by = x)
again = random_slopes(x, by = county, by = person)
again = embedding(county, dim = 2) * embedding(person, dim = 3)
again = interaction(x) + interaction(genes, genes) + interaction(sex, grade)
""".strip().splitlines()

_TOKEN = re.compile(r"\s+|#.*|[A-Za-z_]\w*|\d[\d_.eE]*|\"[^\"\n]*\"|.")
_STATEMENT = re.compile(r"^(?=\S)(?!})", re.MULTILINE)


def mutant(rng: random.Random) -> str:
    """A program after one to four changes that keep it readable by the parser, mostly."""
    text = rng.choice(PROGRAMS) if rng.random() < 0.5 else RICH
    for _ in range(rng.randint(1, 4)):
        text = rng.choice(_CHANGES)(text, rng)
    return text


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _replace(text: str, rng: random.Random, kind: re.Pattern[str], by: tuple[str, ...]) -> str:
    tokens = _tokens(text)
    places = [i for i, token in enumerate(tokens) if kind.fullmatch(token)]
    if places:
        tokens[rng.choice(places)] = rng.choice(by)
    return "".join(tokens)


_NAME, _NUMBER = re.compile(r"[A-Za-z_]\w*"), re.compile(r"\d.*")


def _other_word(text: str, rng: random.Random) -> str:
    return _replace(text, rng, _NAME, tuple(WORDS))


def _other_name(text: str, rng: random.Random) -> str:
    return _replace(text, rng, _NAME, tuple(_NAME.findall(text)))


def _other_number(text: str, rng: random.Random) -> str:
    return _replace(text, rng, _NUMBER, NUMBERS)


def _wrap(text: str, rng: random.Random) -> str:
    tokens = _tokens(text)
    places = [i for i, token in enumerate(tokens) if _NAME.fullmatch(token)]
    place = rng.choice(places)
    other = rng.choice(WORDS)
    forms = ("{w}({t})", "{t}[{w}]", "-{t}", "({t} + {w})", "{t}:{w}", "{t} * {w}", "{t}, {w}")
    tokens[place] = rng.choice(forms).format(t=tokens[place], w=other)
    return "".join(tokens)


def _statements(text: str) -> list[str]:
    return [part for part in _STATEMENT.split(text) if part]


def _drop(text: str, rng: random.Random) -> str:
    parts = _statements(text)
    parts.pop(rng.randrange(len(parts)))
    return "".join(parts) or text


def _repeat(text: str, rng: random.Random) -> str:
    parts = _statements(text)
    parts.insert(rng.randrange(len(parts) + 1), f"{rng.choice(parts)}\n")
    return "".join(parts)


def _swap(text: str, rng: random.Random) -> str:
    parts = [f"{part}\n" for part in _statements(text)]
    i, j = rng.randrange(len(parts)), rng.randrange(len(parts))
    parts[i], parts[j] = parts[j], parts[i]
    return "".join(parts)


def _insert(text: str, rng: random.Random) -> str:
    parts = _statements(text)
    parts.insert(rng.randrange(len(parts) + 1), f"\n{rng.choice(STATEMENTS)}\n")
    return "".join(parts)


def _flip(text: str, rng: random.Random) -> str:
    tokens = _tokens(text)
    places = [i for i, token in enumerate(tokens) if token in "=~+-*/:^"]
    if places:
        tokens[rng.choice(places)] = rng.choice("=~+-*/:^")
    return "".join(tokens)


_CHANGES = (
    _other_word,
    _other_name,
    _other_name,
    _other_number,
    _wrap,
    _drop,
    _repeat,
    _swap,
    _insert,
    _flip,
)
