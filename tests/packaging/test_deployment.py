"""The compose file and the image keep the promises that need no engine to check."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


def test_every_role_is_there_with_a_health_check(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {"postgres", "redis", "api", "dispatcher", "worker", "vllm"} <= set(services)
    for name, service in services.items():
        if name != "migrate":
            assert service["healthcheck"]["test"], name


def test_no_default_secret(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    secrets = re.findall(r"\$\{([A-Z_]*(?:PASSWORD|KEY|SECRET|TOKEN)[A-Z_]*)(.*?)\}", text)
    assert secrets
    assert all(rest.startswith(":?") for _, rest in secrets)
    assert compose["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")


def test_model_server_is_a_profile_and_offline(compose: dict[str, Any]) -> None:
    vllm = compose["services"]["vllm"]
    assert vllm["profiles"] == ["vllm"]
    assert vllm["environment"]["HF_HUB_OFFLINE"] == "1"


def test_image_runs_as_an_ordinary_user_and_installs_offline() -> None:
    final = (ROOT / "Dockerfile").read_text(encoding="utf-8").split("FROM ")[-1]
    assert re.search(r"^USER gijiyoshi$", final, re.MULTILINE)
    assert "--no-index" in final


def test_every_package_is_in_the_image() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE))
    packages = {p.parent.name for p in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert copied == packages
