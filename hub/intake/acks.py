"""What the kits are told: what of theirs is durable, and which session to record for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from firmware import wire
from hub.intake.batch import Came
from hub.intake.hubclock import HubClock
from hub.intake.kits import Kit, Progress
from hub.intake.route import Report, Router
from hub.intake.shelf import Shelved


class Acks:
    """Sends acknowledgements by `publish(topic, payload)`. Writer's thread only."""

    def __init__(
        self,
        clock: HubClock,
        router: Router,
        publish: Callable[[str, bytes], object],
        report: Report,
    ) -> None:
        self.sent = 0
        self._clock, self._router, self._publish, self._report = clock, router, publish, report

    def acknowledge(self, came: Iterable[Came], failed: set[Shelved]) -> None:
        """One for each boot that something came from and is durable; none to a kit whose frames
        the disk would not take (`failed`)."""
        due: dict[tuple[Kit, int], Progress] = {}
        silent: set[Kit] = set()
        for one in came:
            if one.session in failed:
                silent.add(one.kit)
            else:
                self._note(one)
                due[one.kit, one.boot] = one.progress
        for (kit, boot), progress in due.items():
            if kit not in silent:
                self._send(kit, boot, progress)

    def push(self, kits: Iterable[Kit]) -> None:
        """Tell those whose session has changed, without waiting for their next frame."""
        for kit in kits:
            progress = kit.boots.get(kit.boot) if kit.boot is not None else None
            if progress is not None and kit.asked != self._router.wanted(kit):
                self._send(kit, kit.boot or 0, progress)

    def _note(self, one: Came) -> None:
        lost = one.progress.base(one.base)
        if lost:
            what = f"{lost} frames of {one.kit.name} are gone for good, before frame {one.base}."
            self._report("frames lost", what, one.kit.name, one.kit.room)
        if one.seq is not None:
            one.progress.note(one.seq)

    def _send(self, kit: Kit, boot: int, progress: Progress) -> None:
        kit.asked = self._router.wanted(kit)
        now_ns = self._clock.now_ns()
        self._publish(kit.ack_topic, wire.pack_ack(boot, progress.next, kit.asked, now_ns))
        self.sent += 1
