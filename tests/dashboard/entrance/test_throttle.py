from workbench.dashboard.entrance.throttle import FORGET, LONGEST, MOST, Throttle


class Set:
    """A clock that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_first_tries_are_free_and_then_each_waits_twice_as_long() -> None:
    clock = Set()
    throttle = Throttle(3, clock)
    waits = []
    for _ in range(12):
        while wait := throttle.wait("lee"):
            waits.append(wait)
            clock.now += wait
    assert waits == [1, 2, 4, 8, 16, 32, LONGEST, LONGEST, LONGEST]


def test_asking_while_one_waits_makes_it_no_longer() -> None:
    clock = Set()
    throttle = Throttle(1, clock)
    assert [throttle.wait("lee") for _ in range(5)] == [0, 1, 1, 1, 1]
    clock.now += 1
    assert throttle.wait("lee") == 0


def test_a_right_try_and_time_make_it_forget() -> None:
    clock = Set()
    throttle = Throttle(1, clock)
    throttle.wait("lee")
    throttle.forget("lee")
    assert throttle.wait("lee") == 0 and throttle.wait("lee") == 1 and throttle.wait("other") == 0
    clock.now += FORGET + 1
    assert throttle.wait("lee") == 0


def test_it_remembers_no_more_than_it_should() -> None:
    throttle = Throttle(1, Set())
    for number in range(MOST + 50):
        throttle.wait(str(number))
    assert len(throttle._tries) == MOST and throttle.wait(str(MOST)) == 1 and throttle.wait("0") == 0
