"""deploy/kubernetes before kubectl and Kubernetes' schemas: `python -m core.dev.manifests`, a part of `make check`."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from core.dev.console import say
from core.dev.paths import BASE_DIR

HOME = BASE_DIR / "deploy" / "kubernetes"
# What is given to kubectl; `settings` is a part of the first two.
BUILT = ("migrate", "app", "scaling")
PROGRAMS = Path(sys.executable).parent
# KEDA's own, of which Kubernetes has no schema.
WITHOUT_SCHEMA = "ScaledObject"


def built(name: str) -> list[dict[str, Any]]:
    """The objects as a cluster gets them. Raises `CalledProcessError` when kubectl cannot build them."""
    command = [str(PROGRAMS / "kubectl"), "kustomize", str(HOME / name)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return list(yaml.safe_load_all(told.stdout))


def main() -> int:
    failed = 0
    with tempfile.TemporaryDirectory(prefix="payshift-manifests-") as directory:
        for name in BUILT:
            try:
                objects = built(name)
            except subprocess.CalledProcessError as error:
                say(f"{name}: {error.stderr.strip()}")
                failed += 1
                continue
            path = Path(directory) / f"{name}.yaml"
            path.write_text(yaml.safe_dump_all(each for each in objects if each["kind"] != WITHOUT_SCHEMA))
            command = [str(PROGRAMS / "kubernetes-validate"), "--strict", "--quiet", str(path)]
            failed += bool(subprocess.run(command, check=False).returncode)  # noqa: S603
            say(f"{name}: {len(objects)} objects")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
