import os
from concurrent.futures import ThreadPoolExecutor

from rolodesk.domain.ids import is_object_id
from rolodesk.usecases.clock import new_id, new_uuid


def test_ids_made_one_after_the_other_rise():
    made = [new_id() for _ in range(2_000)]

    assert made == sorted(made)
    assert all(map(is_object_id, made))


def test_ids_made_by_many_threads_differ():
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: new_id(), range(4_000)))

    assert len(set(made)) == 4_000


def test_a_forked_process_makes_other_ids():
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, new_id().encode())
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reading, 24)[8:18] != new_id().encode()[8:18]


def test_uuids_are_random_ones():
    made = new_uuid()

    assert made[14] == "4"
    assert made != new_uuid()
