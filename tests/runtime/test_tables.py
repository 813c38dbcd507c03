"""Tables in, problems named: column, row, line, value, rule."""

import numpy as np
import pytest

from tests.clock import clock

HEADER = "log_radon,floor,uranium,county\n"
ROW = "0.5,0,1.5,A\n"

BROKEN = {
    "empty": (b"", ["empty"]),
    "header only": (HEADER.encode(), ["no rows"]),
    "utf-16": ((HEADER + ROW).encode("utf-16"), ["UTF-16"]),
    "latin-1": ((HEADER + "0.5,0,1.5,K\xf6ln\n").encode("latin-1"), ["line 2", "Latin-1"]),
    "nul": ((HEADER + "0.5,0,\0,A\n").encode(), ["line 2", "NUL"]),
    "duplicate": (b"log_radon,floor,floor,uranium,county\n1,1,1,1,A\n", ["floor"]),
    "ragged": ((HEADER + ROW + "1,2\n").encode(), ["line 3", "2 fields", "4"]),
    "absent": (b"log_radon,Floor,uranium,county\n1,0,1,A\n", ["'floor'", "'Floor'"]),
    "word": ((HEADER + ROW + "0.5,x,1.5,A\n").encode(), ["'floor'", "row 2 (line 3)", "'x'"]),
    "missing": ((HEADER + "0.5,NA,1.5,\n").encode(), ["'floor'", "'county'", "--na drop"]),
    "infinite": ((HEADER + "0.5,inf,1.5,A\n").encode(), ["'floor'", "finite", "'inf'"]),
    "underscore": ((HEADER + "0.5,1_0,1.5,A\n").encode(), ["'1_0'"]),
    "rounded": ((HEADER + f"0.5,{2**53 + 1},1.5,A\n").encode(), ["'floor'", "9007199254740993"]),
    "quote": ((HEADER + '0.5,"1"2,1.5,A\n').encode(), ["line 2"]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_table_is_named(radon, tmp_path, name):
    content, words = BROKEN[name]
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(radon.DataError) as error:
        radon.encode(path)
    for word in words:
        assert word in str(error.value)


def test_files_that_are_none(radon, tmp_path):
    (tmp_path / "t.xls").write_text("x")
    (tmp_path / "bad.parquet").write_text("x")
    for name in ("nothing.csv", "", "t.xls", "bad.parquet"):
        with pytest.raises(radon.DataError):
            radon.encode(tmp_path / name)


def test_several_problems_at_once(radon, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(HEADER + "x,0,1,A\n0.5,0,inf,A\n")
    with pytest.raises(radon.DataError) as error:
        radon.encode(path)
    assert len(str(error.value).splitlines()) == 2


def test_lines_and_rows_differ_after_a_quoted_break(radon, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(HEADER + '0.5,0,1,"A\nB"\n0.5,x,1,A\n')
    with pytest.raises(radon.DataError, match=r"row 2 \(line 4\)"):
        radon.encode(path)


def test_bom_crlf_and_parquet_are_silent(radon, homes, tmp_path):
    pyarrow_csv = pytest.importorskip("pyarrow.csv")
    import pyarrow.parquet as parquet

    want, _ = radon.encode(homes)
    text = homes.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    (tmp_path / "bom.csv").write_bytes(b"\xef\xbb\xbf" + text)
    parquet.write_table(pyarrow_csv.read_csv(homes), tmp_path / "t.parquet")
    for name in ("bom.csv", "t.parquet"):
        got, _ = radon.encode(tmp_path / name)
        for key in want:
            np.testing.assert_array_equal(got[key], want[key])


def test_numbers_as_levels(radon):
    base = {"log_radon": [0.0] * 4, "floor": [0] * 4, "uranium": [0] * 4}
    got, encoding = radon.encode(base | {"county": ["10", "2", "1.0", "1"]})
    assert encoding["levels"]["county"] == ["1", "2", "10"]
    assert got["county"].tolist() == [2, 1, 0, 0]
    _, encoding = radon.encode(base | {"county": ["10", "2", "b", "B"]})
    assert encoding["levels"]["county"] == ["10", "2", "B", "b"]
    big = [str(2**53), str(2**53 + 1), "7", "7"]  # no two of them may become one
    _, encoding = radon.encode(base | {"county": big})
    assert len(encoding["levels"]["county"]) == 3


def test_drop_counts_and_forgets_what_it_drops(radon, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(HEADER + ROW + "0.5,NA,1.5,B\n" + "0.5,1,1.5,C\n")
    got, encoding = radon.encode(path, na="drop")
    assert encoding["levels"]["county"] == ["A", "C"] and encoding["dropped"] == [2]
    assert encoding["rows"] == 2 and got["county"].tolist() == [0, 1]
    path.write_text(HEADER + "0.5,NA,1.5,B\n" + "0.5,x,1.5,C\n")
    with pytest.raises(radon.DataError, match=r"row 2 \(line 3\)"):
        radon.encode(path, na="drop")


def test_encoding_reproduces_training(radon, kid_iq, radon_uranium, homes, kids):
    for program, data in ((radon, homes), (kid_iq, kids)):
        want, encoding = program.encode(data)
        got, again = program.encode(data, encoding)
        assert again["levels"] == encoding["levels"] and not again["training"]
        for key in want:
            np.testing.assert_array_equal(got[key], want[key])
    # a constant is looked up, not learnt from the new rows
    want, encoding = kid_iq.encode(kids)
    part = {k: v[:5] for k, v in kid_iq.load(kids).columns.items()}
    got, _ = kid_iq.encode(part, encoding)
    np.testing.assert_array_equal(got["mu_linear"], want["mu_linear"][:5])


def test_constants_that_cannot_be(kid_iq):
    rows = {"kid_score": [1, 2], "mom_hs": [1, 1], "mom_iq": [90, 100]}
    with pytest.raises(kid_iq.DataError, match=r"sd\(mom_hs\)"):
        kid_iq.encode(rows)
    one = {k: v[:1] for k, v in rows.items()}
    with pytest.raises(kid_iq.DataError, match="one row"):
        kid_iq.encode(one)


def test_binary(kid_iq):
    rows = {"kid_score": [1, 2], "mom_hs": ["TRUE", "false"], "mom_iq": [90, 100]}
    got, _ = kid_iq.encode(rows)
    assert got["mu_linear"][0, 0] > 0 > got["mu_linear"][1, 0]
    with pytest.raises(kid_iq.DataError, match="row 2 has '2'"):
        kid_iq.encode(rows | {"mom_hs": [0, 2]})


def test_unseen_levels(radon, homes):
    _, encoding = radon.encode(homes)
    new = {"floor": [0] * 3, "uranium": [0] * 3, "county": ["Y", "county 1", "X"]}
    with pytest.raises(radon.DataError, match="row 1 has 'Y', row 3 has 'X'"):
        radon.encode(new, encoding)
    got, learnt = radon.encode(new, encoding, unseen="sample")
    assert got["county"].tolist() == [11, 1, 10] and got["n_county"] == 12
    assert learnt["levels"] == encoding["levels"] and "unseen" not in encoding
    assert got["log_radon"] is None


def test_a_value_for_each_level(radon_uranium):
    rows = {
        "log.radon": [0.0] * 4,
        "floor": [0] * 4,
        "uranium": [3.0, 1.0, 3.0, 2.0],
        "county": ["b", "a", "b", "c"],
    }
    got, encoding = radon_uranium.encode(rows)
    assert got["uranium"].tolist() == [1.0, 3.0, 2.0]
    new = {"floor": [0], "uranium": [9.0], "county": ["d"]}
    got, _ = radon_uranium.encode(new, encoding, unseen="sample")
    assert got["uranium"].tolist() == [1.0, 3.0, 2.0, 9.0]
    with pytest.raises(radon_uranium.DataError, match=r"row 3 has '4\.0'"):
        radon_uranium.encode(rows | {"uranium": [3.0, 1.0, 4.0, 2.0]})


def test_block_scalar_and_date(overdispersed, claims):
    got, encoding = overdispersed.encode(claims)
    assert encoding["columns"]["x"] == ["x_b", "x_a"]  # the file's order; not x_skip
    assert float(got["exposure"]) == 5
    table = dict(overdispersed.load(claims).columns)
    del table["exposure"]
    with pytest.raises(overdispersed.DataError, match="--set exposure"):
        overdispersed.encode(table)
    got, _ = overdispersed.encode(table, settings={"exposure": 2.0})
    assert float(got["exposure"]) == 2
    with pytest.raises(overdispersed.DataError, match="no such scalar"):
        overdispersed.encode(claims, settings={"x_a": 2.0})
    none = {k: v for k, v in table.items() if k not in ("x_a", "x_b")}
    with pytest.raises(overdispersed.DataError, match="no column matches 'x_"):
        overdispersed.encode(none, settings={"exposure": 2.0})
    with pytest.raises(overdispersed.DataError, match="2024-13-01"):
        overdispersed.encode(table | {"x_skip": ["2024-13-01"] * 60})


def test_what_is_missing(radon):
    base = {"log_radon": [0.0] * 3, "floor": [0.0] * 3, "uranium": [0.0] * 3}
    _, encoding = radon.encode(base | {"county": ["None", "nan", "a"]})
    assert encoding["levels"]["county"] == ["None", "a", "nan"]  # words are words
    for none in (None, float("nan"), "NA", ""):
        with pytest.raises(radon.DataError, match="'county': missing"):
            radon.encode(base | {"county": ["a", none, "b"]})
    with pytest.raises(radon.DataError, match="'floor': missing"):
        radon.encode(base | {"floor": ["0", "nan", "1"], "county": ["a"] * 3})


def test_pandas(radon, homes):
    pandas = pytest.importorskip("pandas")
    want, _ = radon.encode(homes)
    got, _ = radon.encode(pandas.read_csv(homes))
    for key in want:
        np.testing.assert_array_equal(got[key], want[key])


TYPES = {"log_radon": float, "floor": int, "uranium": np.float32, "county": int}


def arrays(**changed):
    table = {
        "log_radon": [0.5, -1.25, 2.0],
        "floor": [0, 1, 0],
        "uranium": [0.25, 0.5, -1.5],
        "county": [10, 9, 10],
    }
    return {k: np.asarray(v, TYPES[k]) for k, v in (table | changed).items()}


def test_arrays_are_read_as_lists_are(radon):
    want, known = radon.encode({k: v.tolist() for k, v in arrays().items()})
    got, learnt = radon.encode(arrays())
    assert learnt == known and learnt["levels"]["county"] == ["9", "10"]
    for key in want:
        np.testing.assert_array_equal(got[key], want[key])


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"log_radon": [0.5, np.nan, 2.0]}, "'log_radon': missing value .*row 2 has 'nan'"),
        ({"log_radon": [0.5, np.inf, 2.0]}, "'log_radon': expected a finite number; row 2"),
        ({"floor": [0, 2**53 + 1, 0]}, r"'floor': expected .*2\^53\); row 2"),
    ],
)
def test_an_array_breaks_rules_as_a_list_does(radon, changed, told):
    for table in (arrays(**changed), {k: v.tolist() for k, v in arrays(**changed).items()}):
        with pytest.raises(radon.DataError, match=told):
            radon.encode(table)


def test_numbers_in_an_array_do_not_pass_through_python(radon):
    """A million numbers a column, and fifty of them: seconds, not minutes."""
    values = np.random.RandomState(0).normal(size=100_000)
    spent = []
    for column in (values, values.tolist()):
        with clock() as read:
            x, _ = radon.read_columns({"x": column}, {"x": {"type": "real"}})
        spent.append(read.seconds)
        np.testing.assert_array_equal(x["x"], values)
    assert 5 * spent[0] < spent[1], spent
