"""Which way the imports run. The arrows stand in pyproject.toml under [tool.importlinter]."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from importlinter.api import read_configuration
from importlinter.application.use_cases import create_report, read_user_options
from importlinter.cli import lint_imports

from tests.house.reading import ROOMS, ROOT


def broken_contracts(config: Path) -> list[str]:
    """Names of the contracts that do not hold."""
    from importlinter.application.use_cases import _register_contract_types

    options = read_user_options(str(config))
    _register_contract_types(options)
    report = create_report(options, cache_dir=None)
    return [contract.name for contract, check in report.get_contracts_and_checks() if not check.kept]


def test_every_import_runs_down(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    outcome = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert outcome == 0, capsys.readouterr().out


def test_each_room_has_a_contract_that_names_all_its_modules() -> None:
    contracts = read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]
    exhaustive = {room for one in contracts if one.get("exhaustive") for room in one["containers"]}
    assert exhaustive == set(ROOMS)


WRONG = {
    "shop/__init__.py": "",
    "shop/urls.py": "from shop import views\n",
    "shop/views.py": "from shop import models\n",
    "shop/models.py": "",
}
CONTRACT = """
[tool.importlinter]
root_packages = ["shop"]
[[tool.importlinter.contracts]]
name = "inside the shop"
type = "layers"
containers = ["shop"]
exhaustive = true
layers = ["urls", "views", "models"]
"""


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({}, []),
        ({"shop/models.py": "import shop.views\n"}, ["inside the shop"]),
        ({"shop/newcomer.py": ""}, ["inside the shop"]),
    ],
    ids=["all down", "one up", "a module without a place"],
)
def test_an_arrow_that_runs_up_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, str], broken: list[str]
) -> None:
    for name, text in {**WRONG, **change, "pyproject.toml": CONTRACT}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name in [name for name in sys.modules if name.split(".")[0] == "shop"]:
        monkeypatch.delitem(sys.modules, name)
    assert broken_contracts(tmp_path / "pyproject.toml") == broken
