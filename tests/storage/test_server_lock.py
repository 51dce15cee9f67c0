import signal
import subprocess
import sys

import pytest

from rolodesk.storage.database import Database, Unavailable
from rolodesk.storage.dialect import absolute_url, server_lock

HOLDER = """
import sys, time
from rolodesk.storage.dialect import server_lock
with server_lock(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def url(databases):
    with databases.lend("sqlite") as url:
        yield url


def test_a_second_server_on_the_same_file_is_refused_until_the_first_has_gone(url):
    with server_lock(url), pytest.raises(Unavailable, match="another server is running on"), server_lock(url):
        pytest.fail("two servers")
    with server_lock(url):
        pass


def test_a_killed_server_leaves_no_lock_behind(url):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Unavailable), server_lock(url):
            pytest.fail("two servers")
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()

    with server_lock(url):
        pass


def test_another_name_of_the_same_file_is_the_same_server(url, tmp_path, monkeypatch):
    file = tmp_path / "a.db"
    file.touch()
    monkeypatch.chdir(tmp_path)

    with server_lock(f"sqlite:///{file}"), pytest.raises(Unavailable), server_lock("sqlite:///a.db"):
        pytest.fail("two servers")
    assert absolute_url("sqlite:///a.db") == f"sqlite:///{file}"


def test_commands_are_not_kept_out_by_a_server(url):
    with server_lock(url):
        db = Database(url)
        with db.write(None) as tx:
            tx.run("INSERT INTO installation (name, value) VALUES ('a', 'b')")
        db.close()


def test_a_database_for_many_servers_has_no_such_lock():
    url = "postgresql://nobody@127.0.0.1:1/nothing"
    with server_lock(url), server_lock(url):
        pass
