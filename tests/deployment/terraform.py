"""The real terraform, on a copy of terraform/ that stands among the repository's other folders."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.definitions import ROOT
from tests.waiting import PROGRAM_LIMIT_SECONDS

# Where packages of Terraform and its providers may lie on a machine without the registry.
MIRROR = "registry.terraform.io/hashicorp/aws"
PLANS = Path(__file__).with_name("plans")
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
    """A copy of the repository's deployed parts, with a settings.json and Terraform's state in it."""

    root: Path
    environment: dict[str, str]

    def type(self, line: str) -> None:
        """Type a line of the documents into a shell, and yes to what it asks."""
        self._finish(line, line, check=True)

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run terraform with the settings."""
        return self._finish(["terraform", "-chdir=terraform", *arguments], arguments[0], check=check)

    def _finish(self, command: str | list[str], what: str, *, check: bool) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command,
            shell=isinstance(command, str),
            cwd=self.root,
            env={**os.environ, **self.environment},
            input="yes\n",
            capture_output=True,
            text=True,
            timeout=PROGRAM_LIMIT_SECONDS,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"{what}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done

    def plan(self) -> subprocess.CompletedProcess[str]:
        """Compare what there is with what should be; the status is 0 if it is the same, 2 if not."""
        return self.run("plan", "-detailed-exitcode", "-var-file=../settings.json", "-no-color", check=False)

    def destroy(self) -> None:
        """Take everything away, if anything is there."""
        self.type("terraform -chdir=terraform destroy -var-file=../settings.json")

    def outputs(self) -> dict[str, Any]:
        """Return the outputs by name."""
        found = json.loads(self.run("output", "-json").stdout)
        return {name: output["value"] for name, output in found.items()}


def working_copy(root: Path, environment: dict[str, str]) -> Terraform:
    """Copy terraform/ into an empty folder, so that no run touches the repository or another run."""
    code = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tfvars")
    shutil.copytree(ROOT / "terraform", root / "terraform", ignore=code)
    # Not kept in terraform/, because init in 1.6 reads tests and knows no mock provider.
    plans = shutil.copytree(PLANS, root / "terraform" / "tests")
    _copy_variables(plans / "variables")
    for name in ("functions", "statemachine", "deploy", "build"):
        (root / name).symlink_to(ROOT / name)
    mirror = plugin_folder()
    offline = {"TF_CLI_ARGS_init": f"-plugin-dir={mirror}"} if mirror else {}
    return Terraform(root, {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1", **offline, **environment})


def _copy_variables(module: Path) -> None:
    """Make a module of the variables alone: its plans need no provider, whose start takes seconds of each run."""
    module.mkdir()
    for name in ("variables.tf", "removed.tf"):
        shutil.copy(ROOT / "terraform" / name, module)
