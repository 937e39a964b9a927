"""A calendar file and a roster go in, what comes out is completed and registered; nothing is stored on the way."""

from api_office import TRANSCRIPT, Office

ICS = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
SUMMARY:第4回 デジタル推進会議
DTSTART;TZID=Asia/Tokyo:20260520T133000
DTEND;TZID=Asia/Tokyo:20260520T143000
LOCATION:第一会議室
DESCRIPTION:1. 窓口の予約制について\\n2. その他
ATTENDEE;CN=小野 美咲:mailto:ono@example.jp
ATTENDEE;CN=森 健一:mailto:mori@example.jp
END:VEVENT
END:VCALENDAR
"""
TWO = ICS.replace(
    "END:VCALENDAR", "BEGIN:VEVENT\nSUMMARY:別の会議\nDTSTART:20260521T010000Z\nEND:VEVENT\nEND:VCALENDAR"
)
ROSTER = "氏名,所属,役職,区分\n小野 美咲,企画部,部長,事務局\n".encode("cp932")
CALENDAR = "/api/v1/meeting-drafts/calendar"


def test_from_calendar_and_roster_to_a_registered_meeting(office: Office) -> None:
    before = office.counts()
    files = {"calendar": ("予定.ics", ICS.encode()), "roster": ("名簿.csv", ROSTER)}
    answer = office["maker"].post(CALENDAR, files=files)
    assert answer.status_code == 200 and office.counts() == before
    found = answer.json()
    assert found["choices"] == [] and any("森 健一" in note["what"] for note in found["notes"])
    assert found["meeting"]["roster"] == [
        {"id": "p1", "name": "小野 美咲", "org": "企画部", "post": "部長", "side": "own"}
    ]
    sent = {"meeting": found["meeting"], "transcript": {"filename": "k.txt", "text": TRANSCRIPT}}
    made = office["maker"].post("/api/v1/meetings", json=sent)
    assert made.status_code == 202, made.text
    shown = office["maker"].get(made.headers["location"]).json()["meeting"]
    assert (shown["title"], shown["series_no"], shown["venue"]) == ("デジタル推進会議", 4, "第一会議室")


def test_several_events_are_offered_and_one_is_told_by_number_or_day(office: Office) -> None:
    def post(**chosen: str) -> dict:
        return office["maker"].post(CALENDAR, files={"calendar": ("x.ics", TWO.encode())}, data=chosen).json()

    asked = post()
    assert asked["meeting"] is None and [each["no"] for each in asked["choices"]] == [1, 2]
    assert post(event="2")["meeting"]["title"] == "別の会議"
    assert post(date="2026-05-20")["meeting"]["title"] == "デジタル推進会議"
    assert post(date="2026-05-22")["problems"][0]["where"] == "開催日"
    assert post(event="0")["problems"][0]["where"] == "event"


def test_a_roster_alone(office: Office) -> None:
    answer = office["maker"].post("/api/v1/meeting-drafts/roster", files={"roster": ("名簿.csv", ROSTER)})
    assert answer.json() == {
        "roster": [{"id": "p1", "name": "小野 美咲", "org": "企画部", "post": "部長", "side": "own"}],
        "notes": [],
    }
    refused = office["maker"].post("/api/v1/meeting-drafts/roster", files={"roster": ("名簿.csv", b"a,b\n")})
    assert refused.status_code == 422 and refused.json()["problems"][0]["remedy"]
