"""The names of everything in a deployment, and the values of the placeholders in the repository's JSON files."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from darkroom.deployment.settings import Settings
from darkroom.packaging.repository import BUILD, ROOT, STATE_MACHINES

MACHINES = "*.asl.json"
RULES = "*-pattern.json"


@dataclass(frozen=True)
class Names:
    """What is called how, from the settings and the account; `key_arn` is empty until there is a key."""

    settings: Settings
    account_id: str
    key_arn: str = ""

    @property
    def functions(self) -> dict[str, Path]:
        """Each function's folder, by room."""
        return {path.parent.name: path.parent for path in sorted(ROOT.glob("functions/*/function.json"))}

    @property
    def machines(self) -> dict[str, Path]:
        """Each state machine's definition."""
        return {path.name.removesuffix(".asl.json"): path for path in sorted(STATE_MACHINES.glob(MACHINES))}

    @property
    def rules(self) -> dict[str, Path]:
        """Each rule's pattern."""
        return {path.name.removesuffix("-pattern.json"): path for path in sorted(STATE_MACHINES.glob(RULES))}

    def started_by(self, rule: str) -> str:
        """Return the machine that a rule starts: the one of its name, and uploads start the pipeline."""
        return "pipeline" if rule == "upload" else rule

    @property
    def started_by_events(self) -> set[str]:
        """The machines that a rule starts, and no person."""
        return {self.started_by(rule) for rule in self.rules}

    @property
    def enhanced_bucket(self) -> str:
        """Where the enhanced copies go."""
        return self.settings.enhanced_bucket_name or self.settings.raw_bucket_name

    @property
    def photo_buckets(self) -> list[str]:
        """One bucket, or two."""
        return list(dict.fromkeys([self.settings.raw_bucket_name, self.enhanced_bucket]))

    @property
    def artifacts_bucket(self) -> str:
        """Where the zips go."""
        return f"{self.settings.project_name}-artifacts-{self.account_id}-{self.settings.region}"

    @property
    def global_name(self) -> str:
        """Prefix of what has no Region: roles and the dashboard."""
        return f"{self.settings.project_name}-{self.settings.region}"

    @property
    def zip_folder(self) -> Path:
        """Where the zips are."""
        folder = self.settings.zip_folder or BUILD / "lambda"
        # Relative to terraform/, as Terraform takes it.
        return (ROOT / "terraform" / folder).resolve()

    def of(self, name: str) -> str:
        """Return the project's name for something."""
        return f"{self.settings.project_name}-{name}"

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of something of this deployment."""
        return f"arn:aws:{service}:{self.settings.region}:{self.account_id}:{resource}"

    def machine_arn(self, machine: str) -> str:
        """Return a state machine's ARN."""
        return self.arn("states", f"stateMachine:{self.of(machine)}")

    def role_arn(self, role: str) -> str:
        """Return the ARN of the role of a room, a machine or a rule."""
        return f"arn:aws:iam::{self.account_id}:role/{self.global_name}-{role}"

    @cached_property
    def values(self) -> dict[str, str]:
        """The values of the placeholders."""
        return {
            "project_name": self.settings.project_name,
            "region": self.settings.region,
            "account_id": self.account_id,
            "bucket_name": self.settings.raw_bucket_name,
            "bucket_arn": f"arn:aws:s3:::{self.settings.raw_bucket_name}",
            "enhanced_bucket_name": self.enhanced_bucket,
            "enhanced_bucket_arn": f"arn:aws:s3:::{self.enhanced_bucket}",
            "artifacts_bucket": self.artifacts_bucket,
            "table_name": self.of("images"),
            "table_arn": self.arn("dynamodb", f"table/{self.of('images')}"),
            "topic_arn": self.arn("sns", self.of("results")),
            "key_arn": self.key_arn,
            "state_machine_arn": self.machine_arn("pipeline"),
            **{
                f"{function}_function_arn": self.arn("lambda", f"function:{self.of(function)}")
                for function in self.functions
            },
            **{f"{machine}_machine_arn": self.machine_arn(machine) for machine in self.machines},
        }
