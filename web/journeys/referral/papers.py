"""`/referrals/{referral}/papers`: what is brought for a referral, before it is on an agenda as after."""

from http import HTTPStatus

from aiohttp import web

from web.desk import Absent, desk_of
from web.done import tell, told
from web.file_answer import document_answer
from web.form import PageForm, posted
from web.guard import session_of
from web.journeys.referral.opened import REFERRAL, Opened, opened_of, papers_of
from web.journeys.referral.presenters import may_bring, missing_rows, subject_choices, who_words
from web.keys import KEY
from web.page import page
from web.paper import PaperForm, asked, content_of, paper_file, paper_row, send_paper, take_back
from web.roles import PAPER_BRINGERS, may
from web.subjects import subjects_of
from web.upload import UPLOAD, takes_upload

ROUTES = web.RouteTableDef()
_PAPERS = REFERRAL + "/papers"


@ROUTES.get(_PAPERS)
async def papers(request: web.Request) -> web.StreamResponse:
    """By person, with what is missing."""
    return await _page(request, await _opened(request))


@ROUTES.post(_PAPERS + "/add")
@takes_upload
async def add(request: web.Request) -> web.StreamResponse:
    """One paper."""
    upload = request.get(UPLOAD)
    if upload is None:
        raise web.HTTPBadRequest
    desk, opened, form = desk_of(request), await _opened(request), PaperForm(upload.fields)
    content = await content_of(form, upload)
    header = form.header(opened.referral.body, opened.referral.subjects)
    if content is not None and await asked(form, send_paper(desk, header, upload.file_name, content)):
        raise tell(session_of(request), f"{opened.path}/papers", "The paper is added")
    return await _page(request, opened, add_form=form)


@ROUTES.post(_PAPERS + f"/{{paper:{KEY}}}/withdraw")
async def withdraw(request: web.Request) -> web.StreamResponse:
    """Take one back."""
    opened, form = await _opened(request), PageForm(await posted(request))
    if await asked(form, take_back(desk_of(request), request.match_info["paper"], form)):
        raise tell(session_of(request), f"{opened.path}/papers", "The paper is taken back")
    return await _page(request, opened, form=form)


@ROUTES.get(_PAPERS + f"/{{paper:{KEY}}}/file")
async def file(request: web.Request) -> web.StreamResponse:
    """A paper as it came."""
    return document_answer(*await paper_file(desk_of(request), request.match_info["paper"]))


async def _opened(request: web.Request) -> Opened:
    """Absent for a referral to the coordinators: papers are a panel's."""
    opened = await opened_of(request, desk_of(request))
    if not opened.referral.body:
        raise Absent
    return opened


async def _page(
    request: web.Request, opened: Opened, *, form: PageForm | None = None, add_form: PaperForm | None = None
) -> web.Response:
    desk, adding, referral = desk_of(request), add_form or PaperForm(), opened.referral
    listed, names = await desk.together(papers_of(desk, referral), desk.known(subjects_of(desk, referral.subjects)))
    adding.subject.choices = subject_choices(referral, names.value or {})
    faulty = form or add_form
    context = {
        "who": who_words(referral, names.value or {}),
        "path_here": f"{opened.path}/papers",
        "back": opened.path,
        "people": missing_rows(referral, names.value or {}, listed),
        "rows": {name: [paper_row(one) for one in listed.papers if one.subject == name] for name in referral.subjects},
        "may_bring": may_bring(referral) and may(session_of(request).caller, PAPER_BRINGERS),
        "form": faulty,
        "add_form": adding,
        "done": told(session_of(request), request.path),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faulty else HTTPStatus.OK
    return await page(request, "referral/papers.html", context, status=status)
