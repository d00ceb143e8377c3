"""Shelfprice Studio's engine: from a catalogue to an honest score and a valid submission.

Nothing in this package imports Streamlit; everything in it can be used from a notebook.
"""

import os

__version__ = "0.1.0"

# OpenMP's idle threads spin by default. On a machine that does anything else at the same time (the studio beside a
# job, two cores) that costs far more than it saves: five XGBoost folds took 70 s spinning and 6 s waiting. It is read
# when the first OpenMP library is loaded, so it has to stand here.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
