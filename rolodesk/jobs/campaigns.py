"""Campaigns go out, a recipient at a time."""

from __future__ import annotations

import time

import structlog

from rolodesk.domain.campaign import Campaign, CampaignState
from rolodesk.domain.errors import BadProject
from rolodesk.domain.ids import ProjectId
from rolodesk.jobs.job import Job
from rolodesk.storage.database import Contention, Database, Unavailable
from rolodesk.usecases import broadcasting

# Of one campaign before the next has its turn.
AT_ONCE = 100
LEAST_PAUSE, LONGEST_PAUSE = 0.001, 0.05
log = structlog.get_logger()


class Campaigning(Job):
    """Sends what is asked for, looking each second. It rests as long as it writes, so that visitors never wait for more
    than one recipient."""

    def __init__(self, db: Database) -> None:
        super().__init__("campaigning", self._turn_all)
        self._db = db
        self._has_more = False

    def pause(self) -> float:
        return 0.0 if self._has_more else super().pause()

    def _turn_all(self) -> None:
        """Some of each campaign in turn; what fails is tried again after a second and does not hold up the others."""
        self._has_more = False
        found = broadcasting.with_work(self._db)
        failed = False
        for project_id, campaign_id in found:
            try:
                self._some_of(project_id, campaign_id)
            except BadProject:
                log.info("a campaign ends with its project", campaign=campaign_id)
            except Exception as error:
                log.error("a campaign does not go on", campaign=campaign_id, exc_info=error)
                failed = True
        self._has_more = bool(found) and not failed

    def _some_of(self, project_id: ProjectId, campaign_id: str) -> None:
        for _ in range(AT_ONCE):
            found = None if self.is_stopped else broadcasting.look(self._db, project_id, campaign_id)
            if found is None:
                return
            began = time.monotonic()
            self._step(project_id, found)
            time.sleep(min(max(LEAST_PAUSE, time.monotonic() - began), LONGEST_PAUSE))

    def _step(self, project_id: ProjectId, campaign: Campaign) -> None:
        if campaign.state is CampaignState.GATHERING:
            broadcasting.gather(self._db, project_id, campaign.id)
        elif campaign.state is CampaignState.SENDING:
            self._send(project_id, campaign.id, campaign.place + 1)
        else:
            broadcasting.forget(self._db, project_id, campaign.id)

    def _send(self, project_id: ProjectId, campaign_id: str, number: int) -> None:
        try:
            broadcasting.deal_with(self._db, project_id, campaign_id, number)
        except (BadProject, Contention, Unavailable):
            raise
        except Exception as error:
            log.error("a recipient was left out", campaign=campaign_id, number=number, exc_info=error)
            broadcasting.write_off(self._db, project_id, campaign_id, number)
