"""A message made at run time, so that the kit is tested without any proto of ours."""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2
from google.protobuf.message import Message
from google.type import date_pb2

_TYPE = descriptor_pb2.FieldDescriptorProto
_FIELDS = [
    ("request_id", 1, _TYPE.TYPE_STRING, ""),
    ("note", 2, _TYPE.TYPE_STRING, ""),
    ("thing", 3, _TYPE.TYPE_STRING, ""),
    ("colour", 4, _TYPE.TYPE_ENUM, ".kit.test.Colour"),
    ("due", 5, _TYPE.TYPE_MESSAGE, ".google.type.Date"),
    ("start", 6, _TYPE.TYPE_MESSAGE, ".google.protobuf.Timestamp"),
    ("page_size", 7, _TYPE.TYPE_INT32, ""),
    ("page_token", 8, _TYPE.TYPE_STRING, ""),
    ("inner", 9, _TYPE.TYPE_MESSAGE, ".kit.test.Ask"),
]


def _build() -> type[Message]:
    file = descriptor_pb2.FileDescriptorProto(name="kit/test.proto", package="kit.test", syntax="proto3")
    file.dependency.extend([date_pb2.DESCRIPTOR.name, timestamp_pb2.DESCRIPTOR.name])
    colour = file.enum_type.add(name="Colour")
    for number, name in enumerate(("COLOUR_UNSPECIFIED", "COLOUR_RED")):
        colour.value.add(name=name, number=number)
    ask = file.message_type.add(name="Ask")
    for field, number, kind, type_name in _FIELDS:
        ask.field.add(name=field, number=number, type=kind, type_name=type_name or None, label=_TYPE.LABEL_OPTIONAL)
    pool = descriptor_pool.Default()  # type: ignore[no-untyped-call]
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("kit.test.Ask"))


Ask = _build()
