"""The teacher model: MAXIM (Tu et al. 2022), trained on MIT-Adobe FiveK to finish raw exports as an expert does.

`python -m tools.training.maxim MODEL PAIRS` retouches PAIRS/input into PAIRS/target. MODEL is a folder with Google's
weights (Apache 2.0) as TensorFlow.js keeps them; the npm package @upscalerjs/maxim-retouching holds one.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.progress import track

# The network downsamples a picture so often that its edges must be multiples of this.
MULTIPLE_PIXELS = 64
EDGE_PIXELS = 192
TYPES = {"float32": "<f4", "int32": "<i4", "bool": "?"}

Levels = NDArray[np.uint8]


def main(model: str, pairs: str) -> None:
    """Retouch every flat export that has no target yet."""
    folder = Path(pairs)
    (folder / "target").mkdir(exist_ok=True)
    missing = [path for path in (folder / "input").glob("*.png") if not (folder / "target" / path.name).exists()]
    # In no order of the photos, so that the pairs can be learned from while more are made.
    missing.sort(key=lambda path: crc32(path.name.encode()))
    retouch = retoucher(Path(model))
    for path in track(missing, "Retouching"):
        with Image.open(path) as image:
            photo = image.convert("RGB")
        photo.thumbnail((EDGE_PIXELS, EDGE_PIXELS), Image.Resampling.LANCZOS)
        made = folder / "target" / f"{path.stem}.part"
        Image.fromarray(retouch(np.asarray(photo))).save(made, format="png")
        made.rename(folder / "target" / path.name)


def retoucher(folder: Path) -> Callable[[Levels], Levels]:
    """Return a function from the levels of a picture, shape (rows, columns, 3), to those of the retouched one."""
    # Only `make retouch` installs TensorFlow.
    import tensorflow as tf  # noqa: PLC0415

    graph = tf.Graph()
    with graph.as_default():
        tf.import_graph_def(_graph_of(folder), name="")
    session = tf.compat.v1.Session(graph=graph)

    def retouched(levels: Levels) -> Levels:
        rows, columns = levels.shape[:2]
        top, left = (-edge % MULTIPLE_PIXELS // 2 for edge in (rows, columns))
        margins = ((top, -rows % MULTIPLE_PIXELS - top), (left, -columns % MULTIPLE_PIXELS - left), (0, 0))
        padded = np.pad(levels, margins, "reflect")[None] / np.float32(255)
        made = session.run("Identity:0", {"xs_0:0": padded})[0, top : top + rows, left : left + columns]
        return np.asarray(np.rint(made.clip(0, 1) * 255).astype(np.uint8))

    return retouched


def _graph_of(folder: Path) -> Any:
    """Return TensorFlow's graph: TensorFlow.js keeps the constants outside of it."""
    import tensorflow as tf  # noqa: PLC0415
    from google.protobuf import json_format  # noqa: PLC0415

    topology = json.loads((folder / "model.json").read_text())["modelTopology"]
    for node in topology["node"]:
        if "inputs" in node:
            node["input"] = node.pop("inputs")
        if node["op"] == "Const":
            node["attr"].pop("value", None)
    graph = tf.compat.v1.GraphDef()
    json_format.ParseDict({name: topology[name] for name in ("node", "versions") if name in topology}, graph)
    constants = dict(weights_of(folder))
    for node in graph.node:
        if node.op == "Const":
            node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(constants[node.name]))
    return graph


def weights_of(folder: Path) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the name and the values of each weight of a TensorFlow.js model, which are concatenated over its shards."""
    for group in json.loads((folder / "model.json").read_text())["weightsManifest"]:
        body = b"".join((folder / path).read_bytes() for path in group["paths"])
        start = 0
        for weight in group["weights"]:
            kind = np.dtype(TYPES[weight["dtype"]])
            values = np.frombuffer(body, kind, int(np.prod(weight["shape"], dtype=int)), start)
            start += values.nbytes
            yield weight["name"], values.reshape(weight["shape"])


if __name__ == "__main__":
    main(*sys.argv[1:])
