"""What can be said about docker-compose.yml without Docker."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

BASE: Path = settings.BASE_DIR


@pytest.fixture
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((BASE / "docker-compose.yml").read_text())
    return loaded


def test_every_variable_is_in_the_example() -> None:
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", (BASE / "docker-compose.yml").read_text()))
    given = set(re.findall(r"^(\w+)=", (BASE / "deploy" / "example.env").read_text(), re.MULTILINE))
    assert asked == given


def test_system_has_its_six_parts(compose: dict[str, Any]) -> None:
    assert {"web", "worker", "beat", "postgres", "redis", "nginx"} <= set(compose["services"])


def test_only_who_must_knows_the_owner_of_the_tables(compose: dict[str, Any]) -> None:
    knows = {
        name
        for name, part in compose["services"].items()
        if "DATABASE_OWNER_URL" in part.get("environment", {})
    }
    assert knows == {"prepare", "worker"}


def test_mounted_files_exist(compose: dict[str, Any]) -> None:
    mounts = [
        volume.split(":")[0] for part in compose["services"].values() for volume in part.get("volumes", [])
    ]
    files = [mount for mount in mounts if mount.startswith("./")]
    assert files
    assert [mount for mount in files if not (BASE / mount).exists()] == []


def test_image_copies_only_what_the_context_holds() -> None:
    allowed = set(re.findall(r"^!(\S+)", (BASE / ".dockerignore").read_text(), re.MULTILINE))
    lines = re.findall(r"^COPY (?!--from)(.+)", (BASE / "Dockerfile").read_text(), re.MULTILINE)
    copied = {name.split("/")[0] for line in lines for name in line.split()[:-1]}
    assert copied <= allowed
