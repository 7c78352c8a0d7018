"""The rulebook: the law and a council's policy as executable rules whose every date can explain itself.

Pure: it reads only its own packs, knows no database, no network and no other part of Permanence.

    from rulebook.facts import CaseEvent, EventType, Subject
    from rulebook.vocabulary import kind_of
    from rulebook.pack import load_pack
    from rulebook.evaluate import evaluate
    from rulebook.obligation import clocks_for_meeting

    event = EventType("became_looked_after")
    facts = [CaseEvent(event, date(2026, 3, 16), kind=kind_of(event))]
    obligations = evaluate(load_pack("bcp"), Subject("c1"), facts, as_of=date(2026, 3, 20))
    obligations[0].due_on       # 2026-04-15
    obligations[0].sentence     # … 20 working days after …; not counted: Good Friday (3 April), …

Order of the facts is the order of recording: of two bookings of one meeting the later in the list stands.
"""
