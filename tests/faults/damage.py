"""Ways in which a file of a RUN folder is damaged, or made by somebody who means harm."""

from __future__ import annotations

import io
import json
import os
import pickle
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Damage = Callable[[Path, random.Random], None]


def emptied(path: Path, draw: random.Random) -> None:
    path.write_bytes(b"")


def truncated(path: Path, draw: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: draw.randrange(1, len(data))])


def one_bit(path: Path, draw: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    path.write_bytes(data)


def random_bytes(path: Path, draw: random.Random) -> None:
    path.write_bytes(draw.randbytes(draw.choice([1, 100, 10_000])))


def removed(path: Path, draw: random.Random) -> None:
    path.unlink()


def a_folder(path: Path, draw: random.Random) -> None:
    path.unlink()
    path.mkdir()


def a_pipe(path: Path, draw: random.Random) -> None:
    """Whoever opens it waits for ever."""
    path.unlink()
    os.mkfifo(path)


def a_link(path: Path, draw: random.Random) -> None:
    """To a good copy that is not in the folder."""
    beside = next(p / "elsewhere" for p in path.parents if (p / "elsewhere").is_dir())
    shutil.move(path, beside / path.name)
    path.symlink_to(beside / path.name)


#: For every file.
ANY: list[Damage] = [
    emptied,
    truncated,
    one_bit,
    random_bytes,
    removed,
    a_folder,
    a_pipe,
    a_link,
]


def _text(name: str, text: str) -> Damage:
    def write(path: Path, draw: random.Random) -> None:
        path.write_text(text)

    write.__name__ = name
    return write


def _edited(name: str, edit: Callable[[dict[str, Any]], Any]) -> Damage:
    def write(path: Path, draw: random.Random) -> None:
        content = json.loads(path.read_text())
        edit(content)
        path.write_text(json.dumps(content))

    write.__name__ = name
    return write


#: For JSON.
JSON: list[Damage] = [
    _text("nested", "[" * 200_000),
    _text("nested_objects", '{"fit":' * 200_000),
    _text("huge_list", '{"levels": [' + "0," * 3_000_000 + "0]}"),
    _text("huge_number", '{"rows": ' + "9" * 100_000 + "}"),
    _text("not_an_object", "[1, 2]"),
    _text("null", "null"),
    _text("not_a_number", '{"status": NaN, "rows": Infinity}'),
    _text("no_keys", "{}"),
    _text("surrogate", '{"status": "\\ud800"}'),
]

#: For run.json.
REPORT: list[Damage] = [
    _edited("another_version", lambda r: r["fit"].update(source="another")),
    _edited("fit_is_a_list", lambda r: r.update(fit=[1])),
    _edited("fit_is_null", lambda r: r.update(fit=None)),
    _edited("precision_is_text", lambda r: r["fit"].update(x64="yes")),
    _edited("status_is_a_list", lambda r: r.update(status=["complete"])),
    _edited("no_digest", lambda r: r.pop("encoding")),
]


def arrays(path: Path) -> dict[str, Any]:
    with np.load(path) as archive:
        return dict(archive)


def save(path: Path, members: dict[str, Any], **options: Any) -> None:
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, value in members.items():
            file = io.BytesIO()
            if isinstance(value, bytes):
                file.write(value)
            else:
                np.lib.format.write_array(file, np.asarray(value))
            archive.writestr(f"{name}.npy", file.getvalue())


class Harm:
    """What a pickle does when it is loaded: here, a folder ``harm`` where the process stands."""

    def __reduce__(self) -> Any:
        return os.mkdir, ("harm",)


def pickled(path: Path, draw: random.Random) -> None:
    members = arrays(path)
    objects = np.empty(1, object)
    objects[0] = Harm()
    members[next(iter(members))] = objects
    save(path, members)


def a_pickle(path: Path, draw: random.Random) -> None:
    path.write_bytes(pickle.dumps(Harm()))


def bomb(path: Path, draw: random.Random) -> None:
    """64 MB of zeros in 64 kB."""
    members = {name: np.zeros(2**23) for name in arrays(path)}
    save(path, members, compression=zipfile.ZIP_DEFLATED)


def boasting(path: Path, draw: random.Random) -> None:
    """A header that promises more than any memory holds."""
    header = io.BytesIO()
    shape = {"shape": (2**45,), "fortran_order": False, "descr": "<f8"}
    np.lib.format.write_array_header_1_0(header, shape)
    save(path, {name: header.getvalue() + b"\0" * 64 for name in arrays(path)})


def texts(path: Path, draw: random.Random) -> None:
    save(path, {name: np.array(["a", "b"]) for name in arrays(path)})


def one_array(path: Path, draw: random.Random) -> None:
    """An .npy, which numpy.load takes for an answer too."""
    with open(path, "wb") as file:
        np.save(file, np.zeros(3))


def wrong_names(path: Path, draw: random.Random) -> None:
    save(path, {f"../../{name}": value for name, value in arrays(path).items()})


def shorter(path: Path, draw: random.Random) -> None:
    """One element fewer in each last axis: JAX would read the last that is there."""
    save(path, {k: v[..., :-1] if v.ndim else v for k, v in arrays(path).items()})


def locked(path: Path, draw: random.Random) -> None:
    """The flag of an encrypted member."""
    data = bytearray(path.read_bytes())
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.find(start)
        data[at + (6 if start[2] == 3 else 8)] |= 1
    path.write_bytes(data)


#: For arrays.
NPZ: list[Damage] = [
    pickled,
    a_pickle,
    bomb,
    boasting,
    texts,
    one_array,
    wrong_names,
    shorter,
    locked,
]
