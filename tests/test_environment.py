"""The three lists of dependencies say the same."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def wanted(project):
    extras = project["optional-dependencies"]
    lines = project["dependencies"] + extras["course"] + extras["test"]
    return {canonicalize_name(Requirement(line).name): Requirement(line).specifier for line in lines}


@pytest.fixture(scope="module")
def environment():
    return yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]


def test_conda_users_get_the_same_set(wanted, environment):
    requirements = [Requirement(line) for line in environment[-1]["pip"]]
    assert {canonicalize_name(found.name): found.specifier for found in requirements} == wanted


def test_binder_adds_what_the_makefile_adds():
    call = r"pip install .*?(--no-deps musicnn==\S+ -e \.)"
    binder = ROOT / "postBuild"
    assert binder.stat().st_mode & 0o100
    assert re.findall(call, binder.read_text()) == re.findall(call, (ROOT / "Makefile").read_text()) != []


def test_conda_users_get_the_same_python(project, environment):
    assert f"python{project['requires-python']}" in environment


def test_every_dependency_says_what_it_is_for():
    lines = [line for line in (ROOT / "environment.yml").read_text().splitlines() if line.startswith("      - ")]
    assert lines
    assert [line for line in lines if not re.search(r"  # \w+", line)] == []


def test_the_lock_holds_exact_versions_of_everything_wanted(wanted):
    locked = {}
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[\w.!+-]+( ; .+)?", line), f"neither name nor version: {line}"
        requirement = Requirement(line)
        locked.setdefault(canonicalize_name(requirement.name), []).append(next(iter(requirement.specifier)).version)
    for name, specifier in wanted.items():
        assert name in locked, f"{name} is not in requirements.lock; make lock"
        for version in locked[name]:
            assert version in specifier, f"{name} {version} is outside {specifier}"
