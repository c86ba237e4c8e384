"""The values of a sweep: grids, values that change together, values with commas, some drawn at random."""

import pytest

from albumlib.batch.grid import combinations, read_grid
from albumlib.errors import InputError


def test_every_combination_in_order():
    found = combinations({"a": ["x"], "b": [0, 1], "c": [2, 3]})
    assert [tuple(each.values()) for each in found] == [("x", 0, 2), ("x", 0, 3), ("x", 1, 2), ("x", 1, 3)]
    assert combinations({}) == [{}]


def test_a_file_has_lists_pairs_and_values_with_commas(tmp_path):
    path = tmp_path / "values.yml"
    path.write_text("""
        source, data_dir: [[fma, /data/fma], [folder, /data/a b]]
        only: ["Pop, Rock", ""]
        layers: [[1, 2], [3]]
        seed: 7
    """)
    found = combinations(read_grid(path))
    assert len(found) == 8
    assert found[0] == {"source": "fma", "data_dir": "/data/fma", "only": "Pop, Rock", "layers": [1, 2], "seed": 7}
    assert {(each["source"], each["data_dir"]) for each in found} == {("fma", "/data/fma"), ("folder", "/data/a b")}


def test_yaml_makes_no_other_values_of_what_is_written(tmp_path):
    path = tmp_path / "values.yml"
    path.write_text("a: [1:30, 2024-01-01, 010, 1_000, 0x10, .inf]\nb: [7, -7, 0, 1e-3, .5, 2., true, null, text]")
    found = read_grid(path)
    assert found["a"] == ["1:30", "2024-01-01", "010", "1_000", "0x10", ".inf"]
    assert found["b"] == [7, -7, 0, 0.001, 0.5, 2.0, True, None, "text"]


def test_samples_are_different_and_more_of_them_begin_with_the_same():
    values = {"a": range(100), "b, c": [(number, -number) for number in range(1000)]}
    few, many = (combinations(values, samples=count) for count in (5, 50))
    assert few == many[:5]
    assert len({tuple(each.values()) for each in many}) == 50
    assert all(each["b"] == -each["c"] for each in many)
    assert combinations({"a": [1, 2]}, samples=9) == combinations({"a": [1, 2]})
    assert len(combinations({"a": list("abcdef")}, samples=6)) == 6


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"a": []}, "a: cannot sweep over these"),
        ({"a": [1, 1]}, "a: cannot sweep over these; expected different values"),
        ({"a, b": [[1, 2], [3]]}, "a, b: cannot sweep over these; expected lists of 2 values"),
        ({"a, b": [1]}, "expected lists of 2 values"),
        ({"a": [1], "a, b": [[1, 2]]}, "a parameter is given twice"),
        ({"a": range(400), "b": range(400)}, "too many values.* 160,000; draw some"),
    ],
)
def test_odd_values(values, message):
    with pytest.raises(InputError, match=message):
        combinations(values)


@pytest.mark.parametrize("text", ["", "- 1", "a: [", "5: 1", "\0", "a: !!python/object:os.system x"])
def test_odd_files(tmp_path, text):
    (tmp_path / "values.yml").write_text(text)
    with pytest.raises(InputError, match=r"values\.yml: (cannot be read|holds no values)"):
        read_grid(tmp_path / "values.yml")
