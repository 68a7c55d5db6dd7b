"""The real terraform, on a copy of terraform/ that stands among the repository's other folders."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.definitions import ROOT

# Where packages of Terraform and its providers may lie on a machine without the registry.
MIRROR = "registry.terraform.io/hashicorp/aws"
PLACES = ("/opt", "/usr/local/share", "/usr/share", "/srv", str(Path.home() / ".terraform.d"))


def missing() -> str:
    """Return why terraform cannot run here, empty if it can."""
    if not shutil.which("terraform"):
        return "terraform is not on PATH: install Terraform 1.7 or later to test the deployment"
    return ""


def plugin_folder() -> Path | None:
    """Return a local mirror of the AWS provider, if this machine has one."""
    named = os.environ.get("TF_PLUGIN_DIR")
    if named:
        return Path(named)
    found = (folder.parents[2] for place in PLACES for folder in Path(place).glob(f"*/{MIRROR}") if folder.is_dir())
    return next(found, None)


@dataclass(frozen=True)
class Terraform:
    """A working copy with its state in it."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run terraform; what it says is part of the failure."""
        done = subprocess.run(
            ["terraform", *arguments],  # noqa: S607 - the one that is on PATH, as for whoever deploys
            cwd=self.folder,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"terraform {arguments[0]}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done

    def init(self) -> None:
        """Install the providers, from the local mirror where there is one."""
        mirror = plugin_folder()
        where = [f"-plugin-dir={mirror}"] if mirror else []
        self.run("init", "-input=false", "-no-color", *where)

    def destroy(self) -> None:
        """Take everything away, if anything is there."""
        self.run("destroy", "-auto-approve", "-input=false", "-no-color")

    def outputs(self) -> dict[str, Any]:
        """Return the outputs by name."""
        found = json.loads(self.run("output", "-json").stdout)
        return {name: output["value"] for name, output in found.items()}


def working_copy(folder: Path, environment: dict[str, str]) -> Terraform:
    """Copy terraform/ into an empty folder, so that no run touches the repository or another run."""
    code = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tfvars")
    shutil.copytree(ROOT / "terraform", folder / "terraform", ignore=code)
    for name in ("functions", "statemachine", "deploy", "build"):
        (folder / name).symlink_to(ROOT / name)
    return Terraform(folder / "terraform", {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1", **environment})
