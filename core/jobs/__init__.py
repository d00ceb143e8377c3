"""Long work in a process of its own: start, watch, pause, cancel, resume, forget.

A job survives a page change, a reload and a restart of the studio. One runs at a time in a cache folder, the others
wait. Its results come through the artifact cache and its small ``result``.
"""

from core.jobs.control import cancel_job, forget_job, job_status, list_jobs, pause_job, resume_job, start_job
from core.jobs.feed import Curve, Feed, feed_of, read_feed
from core.jobs.kinds import KINDS, JobFunction
from core.jobs.records import JobState, JobStatus

__all__ = [
    "KINDS",
    "Curve",
    "Feed",
    "JobFunction",
    "JobState",
    "JobStatus",
    "cancel_job",
    "feed_of",
    "forget_job",
    "job_status",
    "list_jobs",
    "pause_job",
    "read_feed",
    "resume_job",
    "start_job",
]
