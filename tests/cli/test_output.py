"""Files are written all or none, over nothing that a person wrote, whatever fails on the way."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bgen.emit import stamp
from bgen.output import Refused, write_all


def emitted(text: str) -> str:
    return stamp.add(f"{text}\n", "abc", "-O0")


def tree(folder: Path) -> dict[str, bytes | str]:
    """All that is in a folder, hidden files too."""
    return {
        str(path.relative_to(folder)): (
            f"-> {os.readlink(path)}"
            if path.is_symlink()
            else "folder" if path.is_dir() else path.read_bytes()
        )
        for path in sorted(folder.rglob("*"))
    }


#: What the system is asked to do on the way, each of which can fail.
CALLS = [(os, "replace"), (os, "fsync"), (os, "fdopen"), (os, "chmod"), (os, "mkdir")]
CALLS += [(tempfile, "mkstemp")]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
@pytest.mark.parametrize(("module", "name"), CALLS, ids=lambda x: str(getattr(x, "__name__", x)))
def test_a_failure_anywhere_leaves_all_as_it_was(
    module: Any, name: str, error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there.py").write_text(emitted("old = 1"))
    (tmp_path / "also.py").write_text(emitted("old = 2"))
    files = {
        tmp_path / "there.py": emitted("new = 1"),
        tmp_path / "a" / "b" / "new.py": emitted("new = 2"),
        tmp_path / "also.py": emitted("new = 3"),
    }
    before = tree(tmp_path)
    original: Callable[..., Any] = getattr(module, name)
    for place in range(20):
        calls = 0

        def failing(*args: Any, place: int = place, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == place + 1:
                raise error
            return original(*args, **kwargs)

        monkeypatch.setattr(module, name, failing)
        try:
            write_all(files)
        except (Refused, KeyboardInterrupt) as refusal:
            monkeypatch.undo()
            assert isinstance(refusal, Refused) == isinstance(error, OSError)
            assert "new" in str(refusal) or ".py" in str(refusal) or not str(refusal)
            assert tree(tmp_path) == before, f"call {place + 1}"
        else:
            monkeypatch.undo()
            assert place > 0, f"{name} is never called"
            assert {p: p.read_text() for p in files} == files
            return
    pytest.fail(f"{name} is called more than 20 times")


def test_writing_itself_may_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk shows in `write`, after the file is open."""

    class Full:
        def __init__(self, descriptor: int) -> None:
            self.descriptor = descriptor

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            os.close(self.descriptor)

        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fdopen", lambda descriptor, mode: Full(descriptor))
    with pytest.raises(Refused, match=r"cannot write .*x\.py: No space left on device"):
        write_all({tmp_path / "x.py": emitted("x = 1")})
    assert not tree(tmp_path)


def test_equal_bytes_are_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    assert write_all({path: emitted("x = 1")}) == [path]
    os.utime(path, ns=(1, 1))
    assert write_all({path: emitted("x = 1")}) == []
    assert path.stat().st_mtime_ns == 1
    assert write_all({path: emitted("x = 2")}) == [path]


@pytest.mark.parametrize(
    ("old", "why"),
    [
        ("x = 1\n", "was not written by bgen"),
        (emitted("x = 1").replace("1", "2", 1), "was edited by hand"),
        (emitted("x = 1") + "x = 3\n", "was not written by bgen"),
        (emitted("x = 1").replace("\n", "\r\n"), "was "),
    ],
)
def test_what_a_person_wrote_is_kept(old: str, why: str, tmp_path: Path) -> None:
    path, other = tmp_path / "x.py", tmp_path / "y.py"
    path.write_bytes(old.encode())
    with pytest.raises(Refused, match=why):
        write_all({other: emitted("y = 1"), path: emitted("x = 9")})
    assert tree(tmp_path) == {"x.py": old.encode()}
    write_all({path: emitted("x = 9")}, force=True)
    assert path.read_text() == emitted("x = 9")


def test_an_empty_file_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "x.py").touch()
    assert write_all({tmp_path / "x.py": emitted("x = 1")})


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "x.py").write_text(emitted("x = 1"))
    (tmp_path / "x.py").symlink_to(Path("far") / "x.py")
    (tmp_path / "nowhere.py").symlink_to(Path("made") / "y.py")
    write_all({tmp_path / "x.py": emitted("x = 2"), tmp_path / "nowhere.py": emitted("y = 1")})
    assert tree(tmp_path) == {
        "far": "folder",
        "far/x.py": emitted("x = 2").encode(),
        "made": "folder",
        "made/y.py": emitted("y = 1").encode(),
        "nowhere.py": "-> made/y.py",
        "x.py": "-> far/x.py",
    }


def test_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.py").symlink_to("y.py")
    (tmp_path / "y.py").symlink_to("x.py")
    for force in (False, True):
        with pytest.raises(Refused):
            write_all({tmp_path / "x.py": emitted("x = 1")}, force=force)
    assert set(tree(tmp_path)) == {"x.py", "y.py"}


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_is_not_replaced(force: bool, tmp_path: Path) -> None:
    (tmp_path / "x.py").mkdir()
    with pytest.raises(Refused, match=r"x\.py"):
        write_all({tmp_path / "x.py": emitted("x = 1")}, force=force)
    assert tree(tmp_path) == {"x.py": "folder"}


def test_a_file_in_the_way_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with pytest.raises(Refused, match="cannot"):
        write_all({tmp_path / "a" / "x.py": emitted("x = 1")})
    assert tree(tmp_path) == {"a": b"x"}


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    longest = "x" * 252 + ".py"
    assert write_all({tmp_path / longest: emitted("x = 1")})
    with pytest.raises(Refused, match="cannot"):
        write_all({tmp_path / f"x{longest}": emitted("x = 1")})
    assert list(tree(tmp_path)) == [longest]


def test_modes(tmp_path: Path) -> None:
    """A new file as others are made; an old one keeps what it had."""
    path = tmp_path / "x.py"
    mask = os.umask(0o027)
    try:
        write_all({path: emitted("x = 1")})
        assert path.stat().st_mode & 0o777 == 0o640
        path.chmod(0o755)
        write_all({path: emitted("x = 2")})
        assert path.stat().st_mode & 0o777 == 0o755
    finally:
        os.umask(mask)
