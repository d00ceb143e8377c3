"""Members from outside: bring files of predictions, see whether to believe them, keep or remove them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.blend import (
    MAX_MIB,
    Draft,
    KeptMember,
    Member,
    Scale,
    Tables,
    Upload,
    draft_members,
    forget_member,
    keep_members,
    read_uploads,
)
from core.errors import ShelfpriceError
from core.folds import FoldPlan
from core.metrics import log_smape_pct, to_log_price
from core.sentinel import Suspect, Verdict, examine_members
from core.store import hash_bytes
from pages import _shell as shell
from pages._ensemble.roster import Roster, examined, members_key

KINDS = ("csv", "parquet")
SCALES: dict[Scale, str] = {"price": "dollars", "log": "log(price)", "log1p": "log(1 + price)"}
MARKS = {"pass": ":material/check_circle:", "warn": ":material/warning:", "fail": ":material/gpp_bad:"}
_TURN, _SAID = "ensemble.bring.turn", "ensemble.bring.said"


def bring_members(
    work: shell.Workspace,
    plan: FoldPlan,
    others: Sequence[Member],
    brought: Sequence[KeptMember],
    roster: Roster | None,
) -> None:
    """The members that are kept, and a form for more.

    Args:
        others: The studio's runs, which a new member is held against.
        brought: All kept members of the catalogue, chosen or not.
    """
    if shell.session_list(_TURN)[-1:] == ["changed"]:
        # The list of members stands outside this part of the page.
        shell.session_list(_TURN).append("drawn")
        st.rerun(scope="app")
    for error in shell.session_list(_SAID):
        st.error(shell.escaped(error), icon=":material/error:")
    shell.session_list(_SAID).clear()
    if brought:
        kept(work, brought, roster)
    st.markdown("**Bring predictions of any model**")
    st.caption(
        f"CSV or Parquet with `sample_id` and one column a model, every row of the file once, at most {MAX_MIB} MiB."
        " A column `fold` says in which fold a row was predicted."
    )
    turn = len(shell.session_list(_TURN))
    left, right = st.columns(2)
    oof = left.file_uploader(
        "Out-of-fold predictions of the train rows", KINDS, key=f"ensemble.bring_oof.{turn}", max_upload_size=MAX_MIB
    )
    test = right.file_uploader(
        "Predictions of the test rows (for export)", KINDS, key=f"ensemble.bring_test.{turn}", max_upload_size=MAX_MIB
    )
    if oof is None:
        return
    with shell.guard():
        draft(work, plan, others, oof, test)


def draft(
    work: shell.Workspace,
    plan: FoldPlan,
    others: Sequence[Member],
    oof: UploadedFile,
    test: UploadedFile | None,
) -> None:
    """What the files hold, its scale, and the button that keeps it."""
    known, asked = oof.getvalue(), None if test is None else test.getvalue()
    mark = hash_bytes(known + b"\0" + (asked or b""))
    tables = shell.kept(
        ("ensemble.bring", work.catalog.key, mark),
        lambda: read_uploads(
            Upload(oof.name, known), None if test is None else Upload(test.name, asked or b""), work.catalog
        ),
    )
    drafts = said_scales(work, tables, mark)
    verdicts = doubts_of(work, plan, others, drafts, tables)
    lines = [line_of(work, one, verdicts.get(one.name, [])) for one in drafts]
    shell.records(lines, empty="No column.", key="ensemble.bring_table")
    told(verdicts, {one.name: one.name for one in drafts})
    if test is None:
        st.info(
            "Without predictions of the test rows these members can be weighed, but a blend that takes them cannot be"
            " exported.",
            icon=":material/info:",
        )
    waiting = [one.name for one in drafts if one.member is None]
    st.button(
        f"Keep {shell.rows(len(drafts), 'member')}",
        key="ensemble.bring_keep",
        type="primary",
        icon=":material/add:",
        disabled=bool(waiting),
        on_click=_keep,
        args=(work, drafts, tables),
    )


def said_scales(work: shell.Workspace, tables: Tables, mark: str) -> list[Draft]:
    """The columns on their scales; where one cannot be told the user is asked."""
    first = shell.kept(
        ("ensemble.bring_drafts", work.catalog.key, mark), lambda: draft_members(tables, work.catalog, said={})
    )
    said: dict[str, Scale] = {}
    for place, one in enumerate(first):
        if one.member is None:
            st.warning(shell.escaped(one.doubt), icon=":material/help:")
            answer = st.selectbox(
                f"Scale of {shell.escaped(one.name)}",
                list(SCALES),
                index=None,
                format_func=SCALES.__getitem__,
                placeholder="Say which before it can be kept",
                key=f"ensemble.bring_scale.{mark[:8]}.{place}",
            )
            if answer is not None:
                said[one.name] = answer
    return draft_members(tables, work.catalog, said=said) if said else first


def doubts_of(
    work: shell.Workspace, plan: FoldPlan, others: Sequence[Member], drafts: Sequence[Draft], tables: Tables
) -> Mapping[str, list[Verdict]]:
    """What the leak sentinel says of each column whose scale is known."""
    suspects = [Suspect(one.member, tables.fold) for one in drafts if one.member is not None]
    return examine_members(suspects, others, work.catalog.price, plan) if suspects else {}


def line_of(work: shell.Workspace, one: Draft, verdicts: Sequence[Verdict]) -> dict[str, object]:
    """A line of the table of what was brought."""
    if one.member is None or one.reading is None:
        return {"member": one.name, "scale": "not known", "alone": None, "evidence": one.doubt, "sentinel": ""}
    score = log_smape_pct(to_log_price(work.catalog.price), one.member.oof_log_price.to_numpy())
    return {
        "member": one.name,
        "scale": SCALES[one.reading.scale],
        "alone": shell.smape(score),
        "evidence": one.reading.evidence,
        "sentinel": worst_of(verdicts),
    }


def worst_of(verdicts: Sequence[Verdict]) -> str:
    """The gravest verdict in a word."""
    found = {one.verdict for one in verdicts}
    return next((name for name in ("fail", "warn", "pass") if name in found), "")


def told(verdicts: Mapping[str, Sequence[Verdict]], titles: Mapping[str, str]) -> None:
    """Every verdict that is not a pass, with what to do."""
    for name, found in verdicts.items():
        for one in found:
            if one.verdict != "pass":
                said = f"{titles[name]}: {one.evidence} {one.remedy}"
                (st.error if one.verdict == "fail" else st.warning)(shell.escaped(said), icon=MARKS[one.verdict])


def kept(work: shell.Workspace, brought: Sequence[KeptMember], roster: Roster | None) -> None:
    """The kept members, what the sentinel says of those in the blend, and a button that removes one."""
    verdicts = {} if roster is None else examined(work, roster)
    picked = shell.pick_row(
        [
            {
                "member": one.name,
                "alone": one.oof_smape_pct,
                "test predictions": "yes" if one.has_test else "none: cannot be exported",
                "scale": one.evidence,
                "sentinel": worst_of(verdicts.get(one.key, [])) or "not in the blend",
                "file": one.file,
                "since": one.created[:10],
            }
            for one in brought
        ],
        key="ensemble.brought",
        columns={"alone": st.column_config.NumberColumn(format="%.2f %%")},
    )
    told(verdicts, {one.key: one.name for one in brought})
    st.button(
        f"Remove {shell.escaped(brought[picked].name)}",
        key="ensemble.bring_remove",
        icon=":material/delete:",
        on_click=_remove,
        args=(work, brought[picked].key),
    )


def _keep(work: shell.Workspace, drafts: list[Draft], tables: Tables) -> None:
    """Called before the page is drawn again, as the list of members has to be told."""
    try:
        new = keep_members(drafts, tables, work.catalog, store=work.store)
    except ShelfpriceError as error:
        shell.session_list(_SAID).append(str(error))
        return
    chosen = shell.widget_value(members_key(work), [])
    shell.set_widget(members_key(work), [*chosen, *(one.key for one in new)])
    shell.session_list(_TURN).append("changed")


def _remove(work: shell.Workspace, key: str) -> None:
    forget_member(key, store=work.store)
    shell.session_list(_TURN).append("changed")
