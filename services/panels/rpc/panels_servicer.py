"""PanelsService: its two parts put together."""

from permanence.panels.v1.panels_service_pb2_grpc import PanelsServiceServicer

from services.panels.app.composition_ports import PeopleAround
from services.panels.app.document_ports import DocumentWriter
from services.panels.app.ports import BodiesOf, Cases, Meetings
from services.panels.rpc.minutes_rpcs import MinutesRpcs
from services.panels.rpc.sitting_rpcs import BeginWork, SittingRpcs


class PanelsServicer(SittingRpcs, MinutesRpcs, PanelsServiceServicer):
    """Thin: converts, asks the use case, converts back."""

    def __init__(
        self,
        begin: BeginWork,
        cases: Cases,
        people: PeopleAround,
        meetings: Meetings,
        writer: DocumentWriter,
        bodies_of: BodiesOf,
    ) -> None:
        SittingRpcs.__init__(self, begin, cases, people, bodies_of)
        MinutesRpcs.__init__(self, begin, cases, people, meetings, writer, bodies_of)
