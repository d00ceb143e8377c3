"""Which endpoint and model are asked, in which manner: kept in an open record, the key not among it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from core.errors import InputError
from core.llm import KEY_VARIABLE, AskSpec, Endpoint, SendSpec, Tariff, key_is_set
from core.llm_tasks import asked_of, spec_params
from core.store import RecordStore
from core.types import JsonDict
from pages import _shell as shell

_RECORDS, _NAME = "llm_settings", "endpoint"


@dataclass(frozen=True)
class Asked:
    """What the page asks where."""

    endpoint: Endpoint
    spec: AskSpec


def job_params(work: shell.Workspace, endpoint: Endpoint, spec: AskSpec, *, sides: bool) -> JsonDict:
    """A job's parameters; without side tables where they change nothing that is asked."""
    source = work.source if sides else replace(work.source, sides=())
    return {"source": source.to_json(), **spec_params(endpoint, spec)}


def asked_where(work: shell.Workspace) -> Asked | None:
    """The form; what it holds, None while no endpoint is named."""
    kept = _kept(work)
    where = "off" if kept is None else f"{kept.endpoint.model} at {kept.endpoint.where}"
    with st.expander(
        shell.escaped(f"Endpoint: {where}"), icon=":material/dns:", expanded=kept is None, key="llm.endpoint"
    ):
        _key_line()
        with shell.guard():
            _form(work, kept)
        if kept is not None and st.button("Switch it off", key="llm.off", icon=":material/power_settings_new:"):
            RecordStore(_RECORDS, work.store.root).delete(_NAME)
            st.rerun()
    return kept


def _key_line() -> None:
    if key_is_set():
        st.caption(f":material/key: A key is set in the environment ({KEY_VARIABLE}); it goes to this endpoint alone.")
    else:
        st.caption(
            f":material/key_off: No key. An endpoint that wants one reads it from {KEY_VARIABLE} in the environment of"
            " the studio; it is never typed here, kept or shown."
        )


def _form(work: shell.Workspace, kept: Asked | None) -> None:
    tariff = Tariff() if kept is None else kept.spec.tariff
    with st.form("llm.form", border=False):
        left, right = st.columns(2)
        url = left.text_input(
            "Address",
            value="" if kept is None else kept.endpoint.url,
            placeholder="http://localhost:8000/v1",
            key="llm.url",
            help="Of an OpenAI-compatible server; redirects are not followed.",
        )
        model = right.text_input(
            "Model",
            value="" if kept is None else kept.endpoint.model,
            placeholder="as the server names it",
            key="llm.model",
        )
        one, two, three = st.columns(3)
        price_in = one.number_input(
            "$ per million tokens in",
            min_value=0.0,
            value=tariff.per_million_in,
            key="llm.price_in",
            placeholder="no price",
        )
        price_out = two.number_input(
            "$ per million tokens out",
            min_value=0.0,
            value=tariff.per_million_out,
            key="llm.price_out",
            placeholder="no price",
        )
        at_once = three.number_input(
            "Requests at once",
            min_value=1,
            max_value=64,
            value=SendSpec().concurrency if kept is None else kept.spec.send.concurrency,
            key="llm.concurrency",
        )
        photos = st.toggle(
            "Send photos too",
            value=kept is not None and kept.spec.images is not None,
            disabled=work.images is None,
            key="llm.photos",
            help="Made small, 512 px at most, for a model that takes photos. Needs a photo folder.",
        )
        if not st.form_submit_button("Use this endpoint", key="llm.use", type="primary"):
            return
    asked = Asked(
        Endpoint(url.strip(), model.strip()),
        AskSpec(
            images=work.images if photos else None,
            tariff=Tariff(price_in, price_out),
            send=SendSpec(concurrency=int(at_once)),
        ),
    )
    RecordStore(_RECORDS, work.store.root).put(_NAME, spec_params(asked.endpoint, asked.spec))
    st.rerun()


def _kept(work: shell.Workspace) -> Asked | None:
    record = RecordStore(_RECORDS, work.store.root).get(_NAME)
    if record is None:
        return None
    try:
        endpoint, spec = asked_of(record)
    except InputError:
        return None
    # Other data have another folder of photos.
    return Asked(endpoint, replace(spec, images=work.images if spec.images is not None else None))
