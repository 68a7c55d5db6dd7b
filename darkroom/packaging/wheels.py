"""Which files of an installed wheel a Lambda needs. Less to unpack is a shorter cold start.

What is left out: bytecode that came with a wheel, type stubs, tests, headers, scripts, installers' notes (they differ
from run to run), and AWS services that no function calls. Licences and METADATA stay: the first by law, the second for
importlib.metadata.
"""

from pathlib import PurePath

# boto3 loads a service by name when a client is made. The functions make the first four; the others serve botocore's
# own credential providers.
SERVICES = {"dynamodb", "s3", "sns", "stepfunctions", "sts", "sso", "sso-oidc"}
LEFT_OUT_FOLDERS = {"__pycache__", "tests", "include", "bin"}
LEFT_OUT_SUFFIXES = {".a", ".c", ".h", ".pxd", ".pyc", ".pyi", ".pyx"}
KEPT_METADATA = {"METADATA", "entry_points.txt"}
LICENCES = ("licen", "copying", "notice", "author")


def is_needed(name: PurePath) -> bool:
    """Return whether a file, named by its path from the installation's top, belongs into the zip."""
    top = name.parts[0]
    if top.endswith(".dist-info"):
        return name.name in KEPT_METADATA or any(word in str(name).lower() for word in LICENCES)
    if name.parts[:2] in {("botocore", "data"), ("boto3", "data")} and len(name.parts) > 3:
        return name.parts[2] in SERVICES and not name.name.startswith("examples")
    skipped_folder = not LEFT_OUT_FOLDERS.isdisjoint(name.parts[:-1]) or top.endswith("-stubs")
    return not skipped_folder and name.suffix not in LEFT_OUT_SUFFIXES and name.name != ".lock"
