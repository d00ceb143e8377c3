"""The whole way without a screen: catalogue, blocks, runs, blend, diagnosis, checks, report, file."""

from core.pipeline.blending import blend_files
from core.pipeline.checking import check_file
from core.pipeline.clock import Clock
from core.pipeline.diagnose import diagnose
from core.pipeline.reports import keep_report, latest_report
from core.pipeline.reproduce import Reproduced, bundle_reads_so, reproduce, reproduced_line, write_reproduced
from core.pipeline.run import PipelineResult, PipelineSpec, run_pipeline, write_result
from core.pipeline.tables import write_embeddings, write_features
from core.pipeline.truth import true_smape_pct
from core.pipeline.tuning import tune_settings

__all__ = [
    "Clock",
    "PipelineResult",
    "PipelineSpec",
    "Reproduced",
    "blend_files",
    "bundle_reads_so",
    "check_file",
    "diagnose",
    "keep_report",
    "latest_report",
    "reproduce",
    "reproduced_line",
    "run_pipeline",
    "true_smape_pct",
    "tune_settings",
    "write_embeddings",
    "write_features",
    "write_reproduced",
    "write_result",
]
