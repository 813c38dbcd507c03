"""The sites of each golden model, and how its Stan program samples them."""

from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from stan_data import read_table, sorted_levels, stan_data

GOLDEN = Path(__file__).resolve().parents[2] / "golden"

Labels = dict[str, list[str]]
#: Labels; the name of a category (its levels) or "row"; a number of elements, counted from 0.
Dimension = tuple[str, ...] | str | int


@dataclass(frozen=True)
class Case:
    """A golden model as its Stan program sees it."""

    sites: dict[str, tuple[Dimension, ...]]  # the dimensions of each, none for a scalar
    reported: tuple[str, ...] = ()  # sites that follow from the others
    # sites that Stan samples in other coordinates: the parameter that takes their place
    instead: dict[str, str] = field(default_factory=dict)
    # sites whose elements are bound to one another (an order, a simplex, a Cholesky factor)
    bound: tuple[str, ...] = ()
    fixed: dict[str, tuple[str, ...]] = field(default_factory=dict)  # elements that cannot vary
    heavy: tuple[str, ...] = ()  # sites without moments: their quantiles are compared
    draws: int = 10_000  # of each of four chains


CRIME = (
    *("young", "south", "schooling", "police60", "police59", "labour", "males", "population"),
    *("nonwhite", "idle_young", "idle_old", "wealth", "inequality", "prison", "served"),
)

CASES = {
    "radon": Case(
        sites={
            "mu_intercept": (),
            "mu_adaptive_scale": (),
            "mu_adaptive_coef": (("floor", "uranium"),),
            "mu_county_scale": (),
            "mu_county_effect": ("county",),
            "log_radon_sigma": (),
        },
    ),
    "factories": Case(
        sites={
            "linear_part_scale": (),
            "linear_part_coef": (("a", "b", "c"),),
            "square_part_scale": (),
            "square_part_coef": (("a^2", "b^2", "c^2"),),
            "y_sigma": (),
        },
    ),
    "eight_schools": Case(
        sites={
            "theta_intercept": (),
            "theta_school_scale": (),
            "theta_school_effect": ("school",),
            "theta": ("row",),
        },
        reported=("theta",),
    ),
    "loss_curves": Case(
        sites={
            "ult_mean": (),
            "ult_sd": (),
            "ult": ("ay",),
            "omega": (),
            "theta": (),
            "cum_sigma": (),
        },
    ),
    "irt_2pl": Case(
        sites={
            "sigma_a": (),
            "sigma_b": (),
            "mu_b": (),
            "ability": ("person",),
            "discrimination": ("item",),
            "difficulty": ("item",),
        },
        instead={"discrimination": "log_discrimination"},
    ),
    "kid_iq": Case(
        sites={
            "mu_intercept": (),
            "mu_linear_coef": (("z_hs", "z_iq", "z_hs:z_iq"),),
            "kid_score_sigma": (),
        },
    ),
    "scale_too": Case(
        sites={
            "mu_intercept": (),
            "mu_x_coef": (("x",),),
            "log_sigma_intercept": (),
            "log_sigma_z_coef": (("z",),),
        },
    ),
    "contraception": Case(
        sites={
            "mu_intercept": (),
            "mu_linear_coef": (("decades", "urban", "children=1", "children=2", "children=3+"),),
            "mu_district_scale": (),
            "mu_district_effect": ("district",),
            "mu_urban_slope_scale": (("urban",),),
            "mu_urban_slope": ("district", ("urban",)),
        },
    ),
    "orthodont": Case(
        sites={
            "mu_intercept": (),
            "mu_linear_coef": (("years", "sex=male", "years:sex=male"),),
            "mu_subject_scale": (),
            "mu_subject_effect": ("subject",),
            "log_sigma_intercept": (),
            "log_sigma_sex_coef": (("sex=male",),),
        },
    ),
    "radon_uranium": Case(
        sites={
            "a": (),
            "b": (),
            "tau": (),
            "alpha": ("county",),
            "log_radon_floor_coef": (("floor",),),
            "log_radon_sigma": (),
        },
        instead={"alpha": "alpha_rest"},
    ),
    "wine": Case(
        sites={
            "eta_linear_coef": (("temp=warm", "contact=yes"),),
            "eta_judge_scale": (),
            "eta_judge_effect": ("judge",),
            "rating_cutpoints": (("2", "3", "4", "5"),),
        },
        bound=("rating_cutpoints",),
    ),
    "kidney": Case(
        sites={
            "mu_intercept": (),
            "mu_linear_coef": (("age", "sex=female"),),
            "mu_patient_scale": (),
            "mu_patient_effect": ("patient",),
            "time_shape": (),
        },
    ),
    "epilepsy": Case(
        sites={
            "eta_intercept": (),
            "eta_linear_coef": (("lbase", "treatment=progabide", "lage", "period4"),),
            "eta_subject_scale": (),
            "eta_subject_effect": ("subject",),
            "seizures_concentration": (),
        },
    ),
    "biochemists": Case(
        sites={
            "eta_intercept": (),
            "eta_linear_coef": (("fem=Women", "mar=Single", "kid5", "phd", "ment"),),
            "gate_intercept": (),
            "gate_ment_coef": (("ment",),),
            "art_concentration": (),
        },
    ),
    "sleepstudy": Case(
        sites={
            "mu_intercept": (),
            "mu_days_coef": (("days",),),
            "mu_days_scale": (("1", "days"),),
            "mu_days_corr_cholesky": (2, 2),
            "mu_days_effect": ("subject", ("1", "days")),
            "reaction_sigma": (),
            "mu_days_corr": (("1", "days"), ("1", "days")),
        },
        reported=("mu_days_corr",),
        bound=("mu_days_corr_cholesky",),
        instead={"mu_days_effect": "standard_effect"},
        fixed={
            "mu_days_corr_cholesky": ("0,0", "0,1"),
            "mu_days_corr": ("1,1", "days,days"),
        },
    ),
    "evaluations": Case(
        sites={
            "mu_intercept": (),
            "mu_service_coef": (("service",),),
            "mu_student_scale": (),
            "mu_student_effect": ("student",),
            "mu_lecturer_scale": (),
            "mu_lecturer_effect": ("lecturer",),
            "rating_sigma": (),
        },
    ),
    "cattle": Case(
        sites={
            "eta_intercept": (),
            "eta_period_coef": (("period=2", "period=3", "period=4"),),
            "eta_herd_scale": (),
            "eta_herd_effect": ("herd",),
        },
    ),
    "motorcycle": Case(
        sites={
            "mu_intercept": (),
            "mu_times_scale": (),
            "mu_times_difference": (12,),
            "mu_times_trend": (),
            "accel_sigma": (),
        },
    ),
    "discoveries": Case(
        sites={
            "eta_intercept": (),
            "eta_year_lengthscale": (),
            "eta_year_amplitude": (),
            "eta_year_weight": (20,),
        },
    ),
    "nile": Case(
        sites={
            "mu_intercept": (),
            "mu_year_rho": (),
            "mu_year_scale": (),
            "mu_year_state": ("year",),
            "flow_sigma": (),
        },
        instead={"mu_year_state": "standard_state"},
    ),
    "huron": Case(
        sites={
            "mu_intercept": (),
            "mu_decade_coef": (("decade",),),
            "level_ar": (("1", "2"),),
            "level_sigma": (),
        },
    ),
    "iris": Case(
        sites={
            "eta_intercept": (("versicolor", "virginica"),),
            "eta_x_scale": (("versicolor", "virginica"),),
            "eta_x_coef": (
                ("sepal_length", "sepal_width", "petal_length", "petal_width"),
                ("versicolor", "virginica"),
            ),
        },
        instead={"eta_x_coef": "standard_x"},
    ),
    "verbal_aggression": Case(
        sites={
            "sigma_a": (),
            "sigma_b": (),
            "mu_b": (),
            "ability": ("person",),
            "discrimination": ("item",),
            "difficulty": ("item",),
        },
        instead={"discrimination": "log_discrimination"},
    ),
    "crime": Case(
        sites={
            "mu_intercept": (),
            "crime_z_sigma": (),
            "mu_x_tau": (),
            "mu_x_lambda": (CRIME,),
            "mu_x_c2": (),
            "mu_x_coef": (CRIME,),
        },
        instead={"mu_x_coef": "standard_coef"},
        heavy=("mu_x_tau", "mu_x_lambda", "mu_x_c2"),
    ),
}


def folder(name: str) -> Path:
    """Where a golden model stands; in golden/ahead what does not compile yet."""
    return next(path.parent for path in GOLDEN.glob(f"*/{name}/model.stan"))


@dataclass(frozen=True)
class Study:
    """A golden model with its data."""

    case: Case
    program: str
    data: dict[str, object]
    shapes: dict[str, tuple[int, ...]]
    labels: Labels  # of each site's elements, row-major; "" for a scalar


def read_study(model_dir: Path) -> Study:
    """What stands in a golden folder, as Stan sees it."""
    case = CASES[model_dir.name]
    table = read_table(model_dir / "data.csv")
    program = (model_dir / "model.stan").read_text(encoding="utf-8")

    def along(dimension: Dimension) -> list[str]:
        if dimension == "row":
            dimension = len(next(iter(table.values())))
        if isinstance(dimension, int):
            return [str(place) for place in range(dimension)]
        return sorted_levels(table[dimension]) if isinstance(dimension, str) else list(dimension)

    axes = {site: [along(one) for one in dims] for site, dims in case.sites.items()}
    return Study(
        case,
        program,
        stan_data(program, table),
        {site: tuple(map(len, axis)) for site, axis in axes.items()},
        {site: [",".join(one) for one in product(*axis)] for site, axis in axes.items()},
    )
