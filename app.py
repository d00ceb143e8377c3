"""The studio: ``streamlit run app.py``. The page table and the page's frame, nothing else."""

from __future__ import annotations

import streamlit as st

from pages import _shell as shell

st.set_page_config(page_title="Shelfprice Studio", page_icon=shell.ICON, layout="wide")

page = st.navigation(
    [
        st.Page("pages/overview.py", title="Overview", icon=":material/insights:", default=True),
        st.Page("pages/brand_shift.py", title="Brand shift", icon=":material/compare_arrows:"),
        st.Page("pages/features.py", title="Features", icon=":material/grid_view:"),
        st.Page("pages/embeddings.py", title="Embeddings", icon=":material/image_search:"),
        st.Page("pages/train.py", title="Train & explain", icon=":material/model_training:"),
        st.Page("pages/ensemble.py", title="Ensemble & export", icon=":material/balance:"),
        st.Page("pages/submissions.py", title="Submissions", icon=":material/leaderboard:"),
        st.Page("pages/strategies.py", title="Strategies", icon=":material/route:"),
    ]
)
shell.sidebar()
page.run()
