"""What the pages share; the only home of session state and of Streamlit's caches.

A page reads::

    from pages import _shell as shell

    with shell.page("Features", "What does the studio read out of a product's text?"):
        work = shell.workspace()
        shell.headlines([shell.Headline("Products", shell.rows(work.catalog.n_train))])
        shell.chart(figures.something(table))

- Frame: ``page`` (title, question, and errors in words; around the whole body), ``guard`` (the same for a part),
  ``fragment`` (a part that reruns on its own, guarded), ``sidebar`` and ``ICON`` (for ``app.py``
  alone).
- Data: ``workspace`` with ``Workspace``, ``choose_source`` for other files; ``kept`` remembers a quick result by a key,
  ``session_list`` a list over the session.
- Work: ``start_job_button``, ``latest_job``.
- Parts: ``headlines`` with ``Headline``, ``chart``, ``table``, ``records``, ``badge``, ``empty_state``.
- Picking in a chart: ``choose`` shows one and returns a ``Selection``, ``chosen`` reads it anywhere, ``chips`` says
  what is chosen and takes it back, ``clear_choice`` does so without a click.
- Reports: ``section``, ``listed``, ``verdicts``.
- Blocks: ``chosen_blocks``, ``choose_blocks``, ``block_pills``, ``block_toggle``: one choice for all pages.
- Words: ``money``, ``smape``, ``interval``, ``delta``, ``percent``, ``rows``, ``seconds``, ``plain``; ``escaped`` for
  any text from a file before it goes into Markdown.
- Rows: ``send_rows`` to the row browser of Features, which reads ``sent_rows``; ``clear_sent``.
- Widgets: ``set_widget``, ``default_widget``, ``first_value``, ``widget_value``, ``clamp_widget``, ``pick_row``,
  ``edit_rows``. Widgets keep their state by ``key`` and, over a page change, by ``persist_state="session"``.
"""

from pages._shell.blocks import block_pills, block_toggle, choose_blocks, chosen_blocks
from pages._shell.choosing import Selection, chips, choose, chosen, clear_choice
from pages._shell.data import Workspace, choose_source, workspace
from pages._shell.guard import fragment, guard, page
from pages._shell.memory import kept, session_list
from pages._shell.parts import ICON, Headline, badge, chart, empty_state, headlines, table
from pages._shell.reports import listed, records, section, verdicts
from pages._shell.sent import SentRows, clear_sent, send_rows, sent_rows
from pages._shell.sidebar import sidebar
from pages._shell.tray import latest_job, start_job_button
from pages._shell.widgets import (
    clamp_widget,
    default_widget,
    edit_rows,
    first_value,
    pick_row,
    set_widget,
    widget_value,
)
from pages._shell.words import delta, escaped, interval, money, percent, plain, rows, seconds, smape

__all__ = [
    "ICON",
    "Headline",
    "Selection",
    "SentRows",
    "Workspace",
    "badge",
    "block_pills",
    "block_toggle",
    "chart",
    "chips",
    "choose",
    "choose_blocks",
    "choose_source",
    "chosen",
    "chosen_blocks",
    "clamp_widget",
    "clear_choice",
    "clear_sent",
    "default_widget",
    "delta",
    "edit_rows",
    "empty_state",
    "escaped",
    "first_value",
    "fragment",
    "guard",
    "headlines",
    "interval",
    "kept",
    "latest_job",
    "listed",
    "money",
    "page",
    "percent",
    "pick_row",
    "plain",
    "records",
    "rows",
    "seconds",
    "section",
    "send_rows",
    "sent_rows",
    "session_list",
    "set_widget",
    "sidebar",
    "smape",
    "start_job_button",
    "table",
    "verdicts",
    "widget_value",
    "workspace",
]
