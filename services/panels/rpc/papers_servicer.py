"""PapersService: its two parts put together."""

from permanence.panels.v1.papers_service_pb2_grpc import PapersServiceServicer

from services.panels.app.paper_ports import PaperReader
from services.panels.app.ports import BodiesOf
from services.panels.app.render_agenda_pack import PackMaker
from services.panels.rpc.agenda_rpcs import AgendaRpcs
from services.panels.rpc.paper_rpcs import BeginWork, PaperRpcs


class PapersServicer(PaperRpcs, AgendaRpcs, PapersServiceServicer):
    """Thin: converts, asks the use case, converts back."""

    def __init__(self, begin: BeginWork, reader: PaperReader, maker: PackMaker, bodies_of: BodiesOf) -> None:
        PaperRpcs.__init__(self, begin, maker.cases, maker.people, reader, bodies_of)
        AgendaRpcs.__init__(self, begin, maker.cases, maker.binder, maker, bodies_of)
