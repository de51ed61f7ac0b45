"""Files written whole or not at all, by one process or several."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tinyagent_cli.desktops import files
from tinyagent_cli.errors import DesktopError

HERE = Path(__file__).parent.parent.parent


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Run a piece of Python in another process."""
    env = {**os.environ, "PYTHONPATH": str(HERE)}
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), *arguments], env=env, text=True)


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB, which only root can make."""
    place = tmp_path / "small"
    place.mkdir()
    if os.geteuid() != 0 or sys.platform != "linux":
        pytest.skip("only root can mount")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_new_file_is_complete_private_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "a" / "b" / "new.ics"
    assert files.create(path, b"data") is True
    assert path.read_bytes() == b"data"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["new.ics"]


def test_a_file_that_is_there_is_never_written_over(tmp_path):
    path = tmp_path / "there"
    path.write_bytes(b"old")
    assert files.create(path, b"new") is False
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert files.create(tmp_path / "link", b"new") is False
    assert path.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "there"]


def test_where_files_without_names_are_unknown_a_hidden_one_serves(tmp_path):
    assert files.beside(tmp_path / "new", b"data", 0o600) is True
    assert files.beside(tmp_path / "new", b"other", 0o600) is False
    assert (tmp_path / "new").read_bytes() == b"data"
    assert [p.name for p in tmp_path.iterdir()] == ["new"]


def test_replacing_keeps_the_mode_and_follows_a_link(tmp_path):
    real = tmp_path / "real"
    real.write_bytes(b"old")
    real.chmod(0o640)
    (tmp_path / "link").symlink_to(real)
    files.replace(tmp_path / "link", b"new")
    assert (real.read_bytes(), stat.S_IMODE(real.stat().st_mode)) == (b"new", 0o640)
    assert (tmp_path / "link").is_symlink()


def test_a_full_disk_is_told_and_leaves_the_old_and_nothing_half_written(full_disk):
    old = full_disk / "note.md"
    old.write_bytes(b"old")
    for write in (files.create, files.replace):
        name = full_disk / ("new.md" if write is files.create else "note.md")
        with pytest.raises(DesktopError, match="the disk is full"):
            write(name, b"x" * 200_000)
    assert [p.name for p in full_disk.iterdir()] == ["note.md"]
    assert old.read_bytes() == b"old"


@pytest.mark.parametrize("write", [files.create, files.replace])
def test_a_file_in_place_of_a_folder_is_told(tmp_path, write):
    (tmp_path / "calendars").write_text("not a folder")
    with pytest.raises(DesktopError, match=r"a file stands where a folder should be|cannot be"):
        write(tmp_path / "calendars" / "personal" / "x.ics", b"x")


def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir()
    tmp_path.chmod(0o755)
    folder.chmod(0o555)
    code = """
        import os, sys
        from pathlib import Path
        from tinyagent_cli.desktops import files
        from tinyagent_cli.errors import DesktopError
        if os.geteuid() == 0:
            os.setgid(65534); os.setuid(65534)
        try:
            files.create(Path(sys.argv[1]) / "x", b"x")
        except DesktopError as fault:
            sys.exit(0 if "permission is missing" in str(fault) else str(fault))
        sys.exit("written")
    """
    for above in (tmp_path, *tmp_path.parents):
        if not above.stat().st_mode & 0o001:
            above.chmod(0o711)
    assert python(code, str(folder)).wait() == 0


def test_a_lock_holds_between_processes(tmp_path):
    code = """
        import sys
        from pathlib import Path
        from tinyagent_cli.desktops import files
        state, path = Path(sys.argv[1]), Path(sys.argv[2])
        for _ in range(100):
            with files.locked(state, path):
                files.replace(path, str(int(path.read_text()) + 1).encode())
    """
    counter = tmp_path / "counter"
    counter.write_text("0")
    running = [python(code, str(tmp_path / "state"), str(counter)) for _ in range(2)]
    assert [p.wait() for p in running] == [0, 0]
    assert counter.read_text() == "200"


def test_a_lock_that_is_never_given_up_ends_in_a_message(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "PATIENCE", 0.2)
    with (
        files.locked(tmp_path, tmp_path / "x"),
        pytest.raises(DesktopError, match="in use by another program"),
        files.locked(tmp_path, tmp_path / "x"),
    ):
        pass


def test_only_one_of_two_processes_creates_a_file(tmp_path):
    code = """
        import sys
        from pathlib import Path
        from tinyagent_cli.desktops import files
        print(sum(files.create(Path(sys.argv[1]) / f"{n}.ics", sys.argv[2].encode() * 50_000) for n in range(100)), flush=True)
    """
    running = [python(code, str(tmp_path), mark) for mark in "ab"]
    assert [p.wait() for p in running] == [0, 0]
    made = [p.read_bytes() for p in tmp_path.iterdir()]
    assert len(made) == 100
    assert all(data in (b"a" * 50_000, b"b" * 50_000) for data in made)


@pytest.mark.slow
def test_killed_at_any_moment_a_file_is_the_old_or_the_new(tmp_path):
    code = """
        import itertools, sys
        from pathlib import Path
        from tinyagent_cli.desktops import files
        folder = Path(sys.argv[1])
        for n in itertools.count(int(sys.argv[2])):
            files.replace(folder / "note.md", (b"%d" % (n % 10)) * 300_000)
            files.create(folder / f"{n}.ics", b"x" * 300_000)
    """
    (tmp_path / "note.md").write_bytes(b"0" * 300_000)
    for round_ in range(12):
        running = python(code, str(tmp_path), str(round_ * 100_000))
        time.sleep(0.3 + 0.037 * round_)
        running.send_signal(signal.SIGKILL)
        running.wait()
        note = (tmp_path / "note.md").read_bytes()
        assert len(note) == 300_000
        assert len(set(note)) == 1
    made = [p.stat().st_size for p in tmp_path.glob("*.ics")]
    assert made
    assert set(made) == {300_000}
