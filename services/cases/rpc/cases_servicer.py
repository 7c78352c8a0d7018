"""CasesService, put together from its parts."""

from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceServicer

from services.cases.rpc.council_servicer import CouncilRpcs
from services.cases.rpc.import_servicer import ImportRpcs
from services.cases.rpc.subject_servicer import SubjectRpcs
from services.cases.rpc.timetable_servicer import TimetableRpcs
from services.cases.rpc.units import Door


class CasesServicer(SubjectRpcs, TimetableRpcs, CouncilRpcs, ImportRpcs, CasesServiceServicer):
    """Every RPC of the service; what is not there yet answers UNIMPLEMENTED."""

    def __init__(self, door: Door) -> None:
        super().__init__(door)
