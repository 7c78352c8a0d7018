"""MinutesService over gRPC on PostgreSQL: forms filled in, signed, added to, delivered; and what it refuses."""

import json
from io import BytesIO

import grpc
import pytest
from google.type.date_pb2 import Date
from permanence.cases.v1 import subject_pb2
from permanence.panels.v1 import form_pb2, panel_pb2, panels_service_pb2
from permanence.panels.v1 import minutes_service_pb2 as wire
from permanence.panels.v1.minutes_service_pb2_grpc import MinutesServiceStub
from pypdf import PdfReader

from tests.panels.conftest import Panels, at, owner_asks, request_id
from tests.panels.deciding import settled
from tests.panels.test_minutes import Meeting
from tests.servicekit.eventually import eventually
from tests.servicekit.serving import Refused, refusal

PASSAGE = "She has lived with the same carers since she was two and calls their house her home."


class Service:
    """Calls as people with roles, about the minutes of one held meeting."""

    def __init__(self, panels: Panels, minutes: dict[str, str]) -> None:
        self.panels = panels
        self.minutes = minutes

    async def call(self, rpc: str, request: object, *roles: str, oid: str = "") -> object:
        method = getattr(MinutesServiceStub(self.panels.channel), rpc)
        return await method(request, metadata=self.panels.metadata(*roles, oid=oid), timeout=10)

    async def refused(self, rpc: str, request: object, *roles: str) -> Refused:
        return await refusal(lambda: self.call(rpc, request, *roles))

    async def forms(self, name: str, role: str = "business-support") -> wire.GetMinutesFormsResponse:
        reply = await self.call("GetMinutesForms", wire.GetMinutesFormsRequest(name=name), role)
        assert isinstance(reply, wire.GetMinutesFormsResponse)
        return reply

    async def fill(self, request: wire.FillMinutesFormRequest, role: str = "business-support") -> wire.MinutesForm:
        reply = await self.call("FillMinutesForm", request, role)
        assert isinstance(reply, wire.FillMinutesFormResponse)
        return reply.form

    async def get(self, name: str) -> panel_pb2.Minutes:
        request = panels_service_pb2.GetMinutesRequest(name=name)
        reply = await self.panels.call("GetMinutes", request, "business-support")
        assert isinstance(reply, panels_service_pb2.GetMinutesResponse)
        return reply.minutes

    async def sign(self, name: str, role: str = "team-manager") -> panel_pb2.Minutes:
        etag = (await self.get(name)).etag
        request = panels_service_pb2.SignMinutesRequest(name=name, etag=etag, request_id=request_id())
        reply = await self.panels.call("SignMinutes", request, role)
        assert isinstance(reply, panels_service_pb2.SignMinutesResponse)
        return reply.minutes


def filling(name: str, form: str, etag: str = "", **answers: str) -> wire.FillMinutesFormRequest:
    given = [form_pb2.FormAnswer(field=key, text=text) for key, text in answers.items()]
    return wire.FillMinutesFormRequest(name=name, form=form, answers=given, etag=etag, request_id=request_id())


def whole(name: str, etag: str = "", **more: str) -> wire.FillMinutesFormRequest:
    """All that the first form needs."""
    needed = ("background", "legal_context", "assessments", "health", "education_and_place", "childs_views",
              "adults_views", "options")  # fmt: skip
    request = filling(name, "initial-ppm", etag, **{**dict.fromkeys(needed, "Talked through."), **more})
    row = form_pb2.FormRow(cells={"what": "Ask the school", "who": "Social worker", "by_when": "4 April"})
    request.answers.append(form_pb2.FormAnswer(field="actions", rows=[row]))
    return request


@pytest.fixture
async def service(panels: Panels) -> Service:
    held = Meeting(panels)

    async def opened() -> bool:
        return len(await panels.minutes_of(held.name)) == 2

    await eventually(opened)
    by_subject = {one.subject: one.name for one in await panels.minutes_of(held.name)}
    return Service(panels, {"ann": by_subject[held.ann], "bea": by_subject[held.bea], "meeting": held.name})


async def test_a_form_begins_with_what_is_known_and_keeps_what_was_saved(service: Service) -> None:
    subject = (await service.get(service.minutes["ann"])).subject
    service.panels.cases.subjects[subject].birth_date.CopyFrom(Date(year=2019, month=5, day=6))
    worker = subject_pb2.Involvement(
        person="councils/demo/people/1", subject=subject, role="social-worker", display_name="Wes Worker"
    )
    service.panels.cases.involvements.append(worker)
    reply = await service.forms(service.minutes["ann"])
    assert [form.form.key for form in reply.forms] == ["initial-ppm", "together-and-apart", "social-work-checklist"]
    assert reply.manager_signs
    first = reply.forms[0]
    known = {answer.field: answer.text for answer in first.answers}
    assert (known["child_name"], known["child_born"], known["child_age"]) == ("Ann Example", "2019-05-06", "6 years")
    assert known["social_worker"] == "Wes Worker"
    assert known["meeting_time"] == "Tuesday 3 March 2026, 10:00"
    assert (first.etag, first.may_fill, reply.forms[2].may_fill) == ("", True, False)
    saved = await service.fill(filling(service.minutes["ann"], "initial-ppm", health="She is well."))
    again = (await service.forms(service.minutes["ann"])).forms[0]
    assert list(again.answers) == list(saved.answers) == [form_pb2.FormAnswer(field="health", text="She is well.")]
    assert again.etag == saved.etag == "1"


async def test_two_people_fill_two_forms_and_one_form_has_one_etag(service: Service) -> None:
    name = service.minutes["ann"]
    first = await service.fill(filling(name, "initial-ppm", health="One."))
    checked = await service.fill(filling(name, "social-work-checklist", match="It could be."), "social-worker")
    assert checked.etag == "1"
    stale = await service.refused("FillMinutesForm", filling(name, "initial-ppm", health="Two."), "business-support")
    assert (stale.code, stale.info.reason) == (grpc.StatusCode.ABORTED, "STALE")
    second = await service.fill(filling(name, "initial-ppm", first.etag, health="Two."))
    assert second.etag == "2"
    assert (await service.get(name)).etag == "3", "what is signed is what was read"


async def test_who_does_not_write_a_form_cannot_fill_it_in(service: Service) -> None:
    request = filling(service.minutes["ann"], "social-work-checklist", match="No.")
    for role in ("business-support", "reviewing-officer", "panel-chair"):
        assert (await service.refused("FillMinutesForm", request, role)).code is grpc.StatusCode.PERMISSION_DENIED
    strange = await service.refused(
        "FillMinutesForm", filling(service.minutes["ann"], "cic-review", drift="None."), "business-support"
    )
    assert strange.code is grpc.StatusCode.INVALID_ARGUMENT
    assert "initial-ppm" in strange.everything
    bad = await service.refused(
        "FillMinutesForm", filling(service.minutes["ann"], "initial-ppm", child_born="March"), "business-support"
    )
    assert "must be a real day" in bad.everything


async def test_another_childs_name_and_another_childs_passage_are_noticed(service: Service) -> None:
    named = filling(service.minutes["ann"], "initial-ppm", health="Bea is well.")
    assert (await service.refused("FillMinutesForm", named, "business-support")).info.reason == "FOREIGN_NAME"
    await service.fill(filling(service.minutes["bea"], "initial-ppm", background=PASSAGE))
    pasted = filling(service.minutes["ann"], "initial-ppm", health=f"Well. {PASSAGE} More.")
    answer = await service.refused("FillMinutesForm", pasted, "business-support")
    assert (answer.code, answer.info.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "FOREIGN_PASSAGE")
    assert "carers" not in answer.everything, "what was noticed is not told to whoever may not read it"
    pasted.passages_confirmed = True
    pasted.request_id = request_id()
    assert (await service.fill(pasted)).etag == "1"


async def test_an_unfinished_form_is_not_signed_and_a_signed_one_takes_addenda_only(service: Service) -> None:
    name = service.minutes["ann"]
    early = wire.AddAddendumRequest(name=name, text="More.", request_id=request_id())
    assert (await service.refused("AddAddendum", early, "business-support")).info.reason == "NOT_SIGNED_YET"
    begun = await service.fill(filling(name, "initial-ppm", health="Well."))
    unfinished = await refusal(lambda: service.sign(name))
    assert unfinished.info.reason == "FORM_UNFINISHED"
    assert "Legal position now" in unfinished.everything and "Health" not in unfinished.everything
    await service.fill(whole(name, begun.etag))
    signed = await service.sign(name)
    edit = await service.refused("FillMinutesForm", whole(name, "2", health="Other."), "business-support")
    assert edit.info.reason == "ALREADY_SIGNED"
    early.request_id = request_id()
    added = await service.call("AddAddendum", early, "business-support")
    assert isinstance(added, wire.AddAddendumResponse)
    assert list(added.minutes.addenda) == ["More."]
    assert added.minutes.sign_time == signed.sign_time
    key = name.rpartition("/")[2]
    with pytest.raises(Exception, match="signed minutes stay"):
        await owner_asks(service.panels, "update minutes_form set answers = '{}' where minutes_id = $1", key)


async def test_the_service_manager_signs_after_the_chair_and_once(service: Service) -> None:
    name = service.minutes["ann"]
    await service.fill(whole(name))

    async def manager(etag: str) -> wire.SignAsServiceManagerRequest:
        return wire.SignAsServiceManagerRequest(name=name, comment="Seen.", etag=etag, request_id=request_id())

    early = await service.refused("SignAsServiceManager", await manager("1"), "service-manager")
    assert early.info.reason == "NOT_SIGNED_YET"
    await service.sign(name)
    etag = (await service.get(name)).etag
    asked = await manager(etag)
    own = await refusal(lambda: service.call("SignAsServiceManager", asked, "service-manager", oid="oid-team-manager"))
    assert own.info.reason == "SIGN_BY_ANOTHER"
    denied = await service.refused("SignAsServiceManager", await manager(etag), "team-manager")
    assert denied.code is grpc.StatusCode.PERMISSION_DENIED

    async def delivered() -> bool:
        return (await service.get(name)).state == panel_pb2.MINUTES_STATE_DELIVERED

    await eventually(delivered)
    old = await service.refused("SignAsServiceManager", await manager("1"), "service-manager")
    assert old.info.reason == "STALE"
    reply = await service.call("SignAsServiceManager", await manager((await service.get(name)).etag), "service-manager")
    assert isinstance(reply, wire.SignAsServiceManagerResponse)
    assert reply.minutes.manager_comment == "Seen." and reply.minutes.HasField("manager_sign_time")
    twice = await service.refused("SignAsServiceManager", await manager(reply.minutes.etag), "service-manager")
    assert twice.info.reason == "ALREADY_SIGNED"
    (met,) = await settled(service.panels, 1)
    assert met.source == name and list(met.met_rules) == ["BCP-8.4-03"] and not met.case_events


async def test_documents_in_three_forms_and_their_names_say_nothing_of_anybody(service: Service) -> None:
    name = service.minutes["ann"]
    await service.fill(whole(name, home_address="12 Sandy Close"))
    for form, begins, ending in (
        (wire.DOCUMENT_FORMAT_HTML, b"<!DOCTYPE html>", "html"),
        (wire.DOCUMENT_FORMAT_PDF, b"%PDF", "pdf"),
        (wire.DOCUMENT_FORMAT_WORD, b"PK", "docx"),
    ):
        request = wire.RenderMinutesDocumentRequest(name=name, audience=panels_service_pb2.AUDIENCE_FAMILY, format=form)
        reply = await service.call("RenderMinutesDocument", request, "business-support")
        assert isinstance(reply, wire.RenderMinutesDocumentResponse)
        assert reply.content.startswith(begins)
        assert reply.file_name == f"minutes-{name.rpartition('/')[2]}-family.{ending}"
        if ending == "pdf":
            text = "".join(page.extract_text() for page in PdfReader(BytesIO(reply.content)).pages)
            assert "Ask the school" in text and "Sandy" not in text


async def test_everything_is_delivered_once_chased_and_listed_until_it_is_acknowledged(service: Service) -> None:
    name, panels = service.minutes["ann"], service.panels
    key = name.rpartition("/")[2]
    folder = panels.delivery / "demo"
    await service.fill(whole(name))
    await service.sign(name)

    async def written(*files: str) -> bool:
        return folder.exists() and {one.name for one in folder.iterdir()} == set(files)

    first = (f"{key}.html", f"{key}.json", f"{key}.pdf")
    await eventually(lambda: written(*first))
    stamp = (folder / first[0]).stat().st_mtime_ns
    addendum = wire.AddAddendumRequest(name=name, text="The school was asked.", request_id=request_id())
    await service.call("AddAddendum", addendum, "business-support")
    both = (*first, f"{key}-1.html", f"{key}-1.json", f"{key}-1.pdf")
    await eventually(lambda: written(*both))
    assert "The school was asked." in (folder / f"{key}-1.html").read_text()
    assert json.loads((folder / f"{key}-1.json").read_text())["supplement"] == 1

    async def waiting_are(*supplements: int) -> bool:
        request = wire.ListUnacknowledgedRequest(parent="councils/demo")
        reply = await service.call("ListUnacknowledged", request, "business-support")
        assert isinstance(reply, wire.ListUnacknowledgedResponse)
        return [one.supplement for one in reply.deliveries] == list(supplements)

    await eventually(lambda: waiting_are(0, 1))
    panels.set_time(at(4, 12, 1))
    reminders = (f"{key}.reminder.json", f"{key}-1.reminder.json")
    await eventually(lambda: written(*both, *reminders))
    (folder / f"{key}.ack").touch()

    async def filed() -> bool:
        return (await service.get(name)).state == panel_pb2.MINUTES_STATE_FILED

    await eventually(filed)
    assert await waiting_are(1)
    (folder / f"{key}-1.ack").touch()

    await eventually(waiting_are)
    assert (folder / first[0]).stat().st_mtime_ns == stamp, "never twice"


async def test_a_reviews_decisions_and_record_are_sent_out_each_once(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    review = panels.scheduler.book("demo", "cic_review", at(3, 10), at(3, 11), subjects=(child,))
    panels.set_time(at(3, 12))
    panels.scheduler.hold(review, at(3, 11))

    async def opened() -> bool:
        return bool(await panels.minutes_of(review))

    await eventually(opened)
    (listed,) = await panels.minutes_of(review)
    service = Service(panels, {})
    minutes = await service.get(listed.name)
    kinds = [panel_pb2.MinutesClockKind.Name(clock.kind)[len("MINUTES_CLOCK_KIND_") :] for clock in minutes.clocks]
    assert kinds == ["DECISIONS", "SIGN", "DISTRIBUTION", "FILE"]
    assert minutes.clocks[0].due_time.ToJsonString() == "2026-03-11T00:00:00Z"
    request = wire.RecordDistributionRequest(
        name=listed.name, distributed=wire.DISTRIBUTED_DECISIONS, request_id=request_id()
    )
    reply = await service.call("RecordDistribution", request, "reviewing-officer")
    assert isinstance(reply, wire.RecordDistributionResponse)
    assert [clock.HasField("stop_time") for clock in reply.minutes.clocks] == [True, False, False, False]
    request.request_id = request_id()
    assert (await service.refused("RecordDistribution", request, "reviewing-officer")).info.reason == (
        "ALREADY_DISTRIBUTED"
    )
    record = wire.RecordDistributionRequest(
        name=listed.name, distributed=wire.DISTRIBUTED_RECORD, request_id=request_id()
    )
    early = await service.refused("RecordDistribution", record, "reviewing-officer")
    assert early.info.reason == "NOT_SIGNED_YET", "the whole record goes out once the chair has signed it"
    filled = filling(listed.name, "cic-review", childs_views="Glad.", permanence="To stay.")
    row = form_pb2.FormRow(cells={"what": "Stay", "who": "Social worker", "by_when": "now"})
    filled.answers.append(form_pb2.FormAnswer(field="decisions", rows=[row]))
    await service.fill(filled, "reviewing-officer")
    assert (await refusal(lambda: service.sign(listed.name))).code is grpc.StatusCode.PERMISSION_DENIED
    assert (await service.sign(listed.name, "reviewing-officer")).state == panel_pb2.MINUTES_STATE_SIGNED
    await service.call("RecordDistribution", record, "reviewing-officer")


async def test_legal_advice_is_kept_apart_and_seen_by_role(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    meeting = panels.scheduler.book("demo", "legal_planning_meeting", at(3, 10), at(3, 11), subjects=(child,))
    panels.set_time(at(3, 12))
    panels.scheduler.hold(meeting, at(3, 11))

    async def opened() -> bool:
        return bool(await panels.minutes_of(meeting))

    await eventually(opened)
    (minutes,) = await panels.minutes_of(meeting)
    service = Service(panels, {})
    advice = wire.AddLegalAdviceRequest(name=minutes.name, advice="Threshold is thin.", request_id=request_id())
    assert (await service.refused("AddLegalAdvice", advice, "business-support")).code is (
        grpc.StatusCode.PERMISSION_DENIED
    )
    await service.call("AddLegalAdvice", advice, "team-manager")
    read = wire.GetLegalAdviceRequest(name=minutes.name)
    for role in ("business-support", "reviewing-officer", "panel-chair", "business-support-manager"):
        assert (await service.refused("GetLegalAdvice", read, role)).code is grpc.StatusCode.PERMISSION_DENIED
    reply = await service.call("GetLegalAdvice", read, "social-worker")
    assert isinstance(reply, wire.GetLegalAdviceResponse)
    assert list(reply.advice) == ["Threshold is thin."]
    await service.fill(filling(minutes.name, "legal-planning", concerns="Many.", reasons="All of them."))
    await service.sign(minutes.name, "service-manager")
    folder = panels.delivery / "demo"

    async def written() -> bool:
        return folder.exists() and len(list(folder.iterdir())) == 3

    await eventually(written)
    assert "Many." in next(folder.glob("*.html")).read_text()
    assert not any(b"Threshold" in one.read_bytes() for one in folder.iterdir())
    for audience in (panels_service_pb2.AUDIENCE_FILE, panels_service_pb2.AUDIENCE_FAMILY):
        request = wire.RenderMinutesDocumentRequest(
            name=minutes.name, audience=audience, format=wire.DOCUMENT_FORMAT_HTML
        )
        made = await service.call("RenderMinutesDocument", request, "team-manager")
        assert isinstance(made, wire.RenderMinutesDocumentResponse)
        assert b"Threshold" not in made.content
    ppm = await planning_minutes(panels)
    other = wire.AddLegalAdviceRequest(name=ppm, advice="No.", request_id=request_id())
    assert (await service.refused("AddLegalAdvice", other, "team-manager")).info.reason == "NO_LEGAL_ADVICE"


async def planning_minutes(panels: Panels) -> str:
    """Minutes of a permanence planning meeting."""
    held = Meeting(panels)

    async def opened() -> bool:
        return len(await panels.minutes_of(held.name)) == 2

    await eventually(opened)
    return (await panels.minutes_of(held.name))[0].name
