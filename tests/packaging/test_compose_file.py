"""docker-compose.yml is valid compose, and keeps the promises that need no engine to check."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from image_environment import STAGES

from service.settings import Settings

FILE = Path(__file__).parents[2] / "docker-compose.yml"
GUIDE = FILE.parent / "docs" / "operator.md"
VALIDATOR = Path(sys.executable).parent / "check-jsonschema"
OURS = ("migrate", "api", "dispatcher", "inbox", "worker", "worker-cuda")
ON_A_GPU = ("worker-cuda", "vllm")
BY_PROFILE = (*ON_A_GPU, "inbox")
ONCE = {"migrate"}
"""Ends with a status of its own, so it has no health to check."""


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    return loaded


def verdict(file: Path) -> subprocess.CompletedProcess[str]:
    """Against the schema of the Compose specification, as its maintainers publish it."""
    command = [str(VALIDATOR), "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_file_fits_the_compose_specification() -> None:
    found = verdict(FILE)
    assert found.returncode == 0, found.stdout


def _misspelt(loaded: dict[str, Any]) -> None:
    loaded["services"]["api"]["helthcheck"] = loaded["services"]["api"].pop("healthcheck")


def _condition(loaded: dict[str, Any]) -> None:
    loaded["services"]["worker"]["depends_on"]["postgres"]["condition"] = "healthy"


def _mounts(loaded: dict[str, Any]) -> None:
    loaded["services"]["api"]["volumes"] = "data:/data"


@pytest.mark.parametrize(
    ("breaks", "place"), [(_misspelt, "helthcheck"), (_condition, "depends_on"), (_mounts, "volumes")]
)
def test_a_broken_file_is_found(tmp_path: Path, breaks: Callable[[dict[str, Any]], None], place: str) -> None:
    loaded = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    breaks(loaded)
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(yaml.safe_dump(loaded), encoding="utf-8")
    found = verdict(broken)
    assert found.returncode == 1
    assert place in found.stdout


def test_every_role_is_there_with_a_health_check(services: dict[str, dict[str, Any]]) -> None:
    assert {"postgres", "redis", "vllm", *OURS} == set(services)
    for name in set(services) - ONCE:
        check = services[name]["healthcheck"]
        assert check["test"][0] in {"CMD", "CMD-SHELL"}, name
        assert {"interval", "timeout", "retries"} <= set(check), name


def test_what_is_waited_for_can_become_ready(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if needed in ONCE else "service_healthy"
            assert how["condition"] == expected, (name, needed)


def test_nothing_runs_as_root_or_gains_rights(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert str(service["user"]).split(":")[0] not in {"", "0", "root"}, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
        assert "cap_add" not in service, name


def test_ours_write_to_the_data_volume_only(services: dict[str, dict[str, Any]]) -> None:
    for name in OURS:
        assert services[name]["read_only"] is True, name
        more = ["./model-weights:/models:ro"] if name.startswith("worker") else []
        if name == "inbox":  # the folder it takes meetings from, and moves the files in
            more = ["${INBOX_FOLDER:-./inbox}:/inbox"]
        assert services[name]["volumes"] == ["data:/data", *more], name
        assert services[name]["tmpfs"] == ["/tmp"], name


def test_no_default_secret() -> None:
    text = FILE.read_text(encoding="utf-8")
    loaded = yaml.safe_load(text)
    secret = re.compile(r"PASSWORD|SECRET|TOKEN(?!S)|_KEY")
    found = [
        (name, key, value)
        for name, service in loaded["services"].items()
        for key, value in service.get("environment", {}).items()
        if secret.search(key)
    ]
    assert found
    for name, key, value in found:
        assert re.fullmatch(r"\$\{[A-Z_]+:\?[^}]+\}", value), (name, key)
    # Nor inside a URL, nor as the default of a variable.
    assert not re.search(r"://[^/\s]*:[^/\s@]*@", text)
    assert all(rest.startswith(":?") for name, rest in re.findall(r"\$\{(\w+)([^}]*)\}", text) if secret.search(name))


def test_only_the_api_can_be_reached_and_nothing_can_call_out(services: dict[str, dict[str, Any]]) -> None:
    networks = yaml.safe_load(FILE.read_text(encoding="utf-8"))["networks"]
    assert networks["inside"] == {"internal": True}
    assert [name for name, service in services.items() if "ports" in service] == ["api"]
    assert [name for name, service in services.items() if service["networks"] != ["inside"]] == ["api"]
    assert services["api"]["ports"] == ["${GIJIYOSHI_LISTEN:-127.0.0.1:8000}:8000"]


def test_the_model_server_is_a_profile_and_offline(services: dict[str, dict[str, Any]]) -> None:
    vllm = services["vllm"]
    assert vllm["profiles"] == ["vllm"]
    assert vllm["environment"]["HF_HUB_OFFLINE"] == "1"
    assert vllm["read_only"] is True
    read_only, cache = vllm["volumes"]
    assert read_only == "./model-weights:/models:ro"
    name, place = cache.split(":")
    assert name in yaml.safe_load(FILE.read_text(encoding="utf-8"))["volumes"]
    assert vllm["environment"]["VLLM_CACHE_ROOT"].startswith(place)
    assert vllm["environment"]["HOME"] == vllm["tmpfs"][0].split(":")[0]


def test_what_the_guide_tells_to_write_for_the_model_server_is_what_it_answers_to(
    services: dict[str, dict[str, Any]],
) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    (block,) = [each for each in blocks if "COMPOSE_PROFILES=vllm" in each]
    told = dict(line.split("=", 1) for line in block.splitlines() if line and not line.startswith("#"))
    folder, *flags = services["vllm"]["command"]
    options = dict(zip(flags[::2], flags[1::2], strict=True))
    settings = Settings(**{name.removeprefix("GIJIYOSHI_").lower(): v for name, v in told.items() if name[:3] == "GIJ"})
    assert settings.model == "openai"
    assert settings.openai_model == options["--served-model-name"]
    assert settings.openai_base_url == "http://vllm:8000/v1"
    assert options["--max-model-len"] == f"${{GIJIYOSHI_OPENAI_CONTEXT_TOKENS:-{Settings().openai_context_tokens}}}"
    assert options["--max-num-seqs"] == f"${{GIJIYOSHI_OPENAI_SLOTS:-{Settings().openai_slots}}}"
    assert folder == "/models/current"
    assert "-o model-weights/current" in GUIDE.read_text(encoding="utf-8")


def test_only_what_is_on_a_gpu_asks_for_one_and_what_not_all_need_is_a_profile(
    services: dict[str, dict[str, Any]],
) -> None:
    for name, service in services.items():
        devices = service.get("deploy", {}).get("resources", {}).get("reservations", {}).get("devices", [])
        assert bool(devices) is (name in ON_A_GPU), name
        assert ("profiles" in service) is (name in BY_PROFILE), name


def test_the_settings_in_the_env_file_reach_ours_and_no_other(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert ("env_file" in service) is (name in OURS), name
    # What is said here wins over the file: a setting of the model must not be among it.
    assert not [
        key for key in services["worker"]["environment"] if key.startswith("GIJIYOSHI_MODEL") and key[-3:] != "DIR"
    ]


def test_images_carry_the_version_of_the_project_and_are_the_targets_of_one_file(
    services: dict[str, dict[str, Any]],
) -> None:
    project = tomllib.loads((FILE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for name in OURS:
        target = name if name.startswith("worker") else "api"
        image = "gijiyoshi" if target == "api" else f"gijiyoshi-{target}"
        assert services[name]["image"] == f"{image}:{project['version']}", name
        assert services[name]["build"]["target"] == target, name
        assert target in STAGES
        given = set(services[name]["build"].get("args", {}))
        assert given == (set() if target == "api" else {"TORCH", "TORCH_INDEX"})
