"""The command as an author meets it: what it prints, where it listens, how it ends."""

from __future__ import annotations

import http.client
import os
import re
import shlex
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.serve.running import PATIENCE, Server
from tests.site.projects import SETTINGS, Project
from tests.support.sites import run_sitegen

SITE = """
-- content/posts/one.md --
First words.

-- content/posts/two.md --
Second words.
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path, SITE)


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        text: str = answer.read().decode()
        return text


def wait_until_it_says(url: str, text: str) -> None:
    end = time.monotonic() + PATIENCE
    while text not in get(url):
        assert time.monotonic() < end, text
        time.sleep(0.02)


def test_it_serves_and_follows_the_files(project: Project) -> None:
    with Server(project.root) as server:
        assert server.address.startswith("http://127.0.0.1:")
        assert "First words." in get(server.address + "one/")
        project.write("-- content/posts/one.md --\nOther words.\n")
        server.wait_for("content/posts/one.md: ")
        assert "Other words." in get(server.address + "one/")
        project.write("-- content/posts/new/index.md --\nNew words.\n")
        wait_until_it_says(server.address, "/new/")
        assert not (project.root / "dist").exists()


def test_the_address_has_the_base_path(project: Project) -> None:
    with Server(project.root, "--port", "0", "--base-url", "https://example.org/repo/") as server:
        assert server.address.endswith("/repo/")
        assert "First words." in get(server.address + "one/")


def test_a_port_that_is_taken(project: Project) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with Server(project.root, "--port", str(port)) as server:
            other = int(re.findall(r":(\d+)/", server.address)[0])
            assert port < other < port + 100
            assert f"Port {port} is taken, so it is {other}." in server.log


def test_an_address_that_is_not_of_this_machine(project: Project) -> None:
    done = run_sitegen(project.root, "serve", "--host", "192.0.2.1")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: cannot listen on 192.0.2.1, port 8000")


def test_a_mistake_of_the_command_line_is_not_waited_for(project: Project) -> None:
    done = run_sitegen(project.root, "serve", "--port", "0", "--base-url", "ftp://example.org")
    assert done.returncode == 2
    assert "Error: --base-url: this is not the complete address of a site" in done.stderr


def test_other_machines_are_let_in_with_a_warning_only(project: Project) -> None:
    with Server(project.root, "--port", "0", "--host", "0.0.0.0") as server:
        assert "Warning: 0.0.0.0 can be reached by other machines." in server.log
        assert "First words." in get(server.address + "one/")
    with Server(project.root) as server:
        assert "Warning" not in server.log


def test_ctrl_c_ends_it_at_once(project: Project) -> None:
    """Though a browser listens to the event stream, and another connection is open."""
    with Server(project.root) as server:
        server.wait_for("ready in")
        host = server.address.split("/")[2]
        streams = [http.client.HTTPConnection(host, timeout=PATIENCE) for _ in range(2)]
        for stream in streams:
            stream.request("GET", "/__sitegen/events")
            assert stream.getresponse().readline().startswith(b"retry")
        code, seconds = server.stop()
        assert (code, seconds < 1.0) == (0, True), seconds
        assert "Traceback" not in server.log
        for stream in streams:
            stream.close()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_request_to_end(project: Project) -> None:
    with Server(project.root) as server:
        server.wait_for("ready in")
        code, seconds = server.stop(signal.SIGTERM)
        assert code in (0, -signal.SIGTERM)
        assert seconds < 1.0
        assert "Traceback" not in server.log


def test_ctrl_c_in_the_middle_of_a_long_build_leaves_nothing_behind(project: Project) -> None:
    for number in range(300):
        formulas = "\n\n".join(f"$$ \\frac{{{number}}}{{{other}}} $$" for other in range(60))
        project.put(f"content/posts/p{number}.md", formulas.encode())
    with Server(project.root) as server:
        time.sleep(1.5)  # the workers are at it
        code, seconds = server.stop()
        assert code == 0
        assert seconds < 3.0
        assert "Traceback" not in server.log
    running = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    assert not any(str(project.root) in argument for arguments in running for argument in arguments)


def test_the_same_port_after_a_restart(project: Project) -> None:
    with Server(project.root) as server:
        port = re.findall(r":(\d+)/", server.address)[0]
        get(server.address + "one/")
        server.stop()
    with Server(project.root, "--port", port) as server:
        assert f":{port}/" in server.address
        assert "First words." in get(server.address + "one/")


def test_the_terminal_says_everything_once(project: Project) -> None:
    with Server(project.root) as server:
        server.wait_for("ready in")
        project.write("-- content/posts/one.md --\nA bad $\\convol$.\n")
        server.wait_for(" content/posts/one.md: ")
        for number in range(3):
            project.write(f"-- content/posts/one.md --\nLine {number}.\n\nA bad $\\convol$.\n")
            server.wait_for(" content/posts/one.md: ")
            project.write(f"-- content/posts/two.md --\nLine {number}.\n")
            server.wait_for(" content/posts/two.md: ")
        assert server.log.count("unknown command \\convol") == 1
        assert "content/posts/one.md:1:8" in server.log
        project.write("-- content/posts/one.md --\nGood.\n")
        server.wait_for(" content/posts/one.md: ")
        project.write("-- content/posts/one.md --\nA bad $\\convol$.\n")
        server.wait_for("unknown command \\convol")


def test_a_template_that_fails_is_said_once(project: Project) -> None:
    with Server(project.root) as server:
        server.wait_for("ready in")
        project.write(
            '-- templates/post.html --\n{% extends "default/post.html" %}\n'
            "{% block after_content %}{% if page.title == 'two' %}{{ 1 / 0 }}{% endif %}{% endblock %}\n"
        )
        server.wait_for(" ms")
        for _ in range(3):
            with pytest.raises(urllib.error.HTTPError) as failed:
                get(server.address + "two/")
            failed.value.close()
        server.wait_for("ZeroDivisionError")
        assert server.log.count("ZeroDivisionError") == 1


def test_a_save_is_named_by_the_post(project: Project) -> None:
    """As Vim saves: it tries out whether it may write, makes a backup, and writes a new file."""
    with Server(project.root) as server:
        server.wait_for("ready in")
        posts = project.root / "content/posts"
        (posts / "4913").touch()
        (posts / "4913").unlink()
        (posts / "one.md").rename(posts / "one.md~")
        (posts / "one.md").write_text("Other words.\n")
        (posts / "one.md~").unlink()
        wait_until_it_says(server.address + "one/", "Other words.")
        server.wait_for("content/posts/one.md")
        assert "content/posts/4913" not in server.log
        assert "~" not in server.log


def test_broken_settings_at_the_start(project: Project) -> None:
    project.write("-- sitegen.toml --\n[site]\ntitle = \n")
    with Server(project.root) as server:
        server.wait_for("error[config/syntax]")
        project.write("-- sitegen.toml --\n" + SETTINGS)
        server.wait_for("sitegen.toml: ")
        assert "First words." in get(server.address + "one/")


def test_a_folder_without_settings_is_refused(tmp_path: Path) -> None:
    done = run_sitegen(tmp_path, "serve", "--port", "0")
    assert done.returncode == 2
    assert "error[config/missing-file]" in done.stderr
    assert "Serving" not in done.stderr


def test_it_opens_the_post_that_was_edited_last(project: Project, tmp_path: Path) -> None:
    os.utime(project.root / "content/posts/one.md", (1, 1))
    opened = tmp_path / "opened"
    script = tmp_path / "browser.py"
    script.write_text(f"import sys, pathlib\npathlib.Path({str(opened)!r}).write_text(sys.argv[1])\n")
    browser = f"{shlex.quote(sys.executable)} {shlex.quote(str(script))} %s"
    with Server(project.root, "--port", "0", "--open", environment={"BROWSER": browser}) as server:
        server.wait_for("ready in")
        end = time.monotonic() + PATIENCE
        while not opened.exists() or not opened.read_text():
            assert time.monotonic() < end
            time.sleep(0.05)
        assert opened.read_text() == server.address + "two/"


def test_a_folder_is_named(project: Project, tmp_path: Path) -> None:
    here = tmp_path / "elsewhere"
    here.mkdir()
    project.write("-- content/posts/one.md --\nA bad $\\convol$.\n")
    with Server(here, str(project.root), "--port", "0") as server:
        server.wait_for("unknown command")
        assert "../content/posts/one.md:1:8" in server.log or f"{project.root}/content/posts/one.md:1:8" in server.log
