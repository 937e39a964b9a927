"""Two requests at the same moment: one wins, nothing is doubled."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from api_office import Office, files

WORKERS = 4


def test_one_key_sent_at_once_makes_one_meeting(office: Office) -> None:
    start = Barrier(WORKERS)

    def send(_n: int) -> tuple[int, str]:
        start.wait()
        answer = office["maker"].post("/api/v1/meetings", files=files(), headers={"Idempotency-Key": "at-once"})
        return answer.status_code, answer.json().get("id", answer.text)

    with ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(send, range(WORKERS)))
    assert {status for status, _ in answers} == {202}
    assert len({meeting for _, meeting in answers}) == 1
    assert len(office["maker"].get("/api/v1/meetings").json()["items"]) == 1


def test_of_edits_at_once_one_is_kept_and_the_others_are_told(office: Office) -> None:
    base = f"/api/v1/meetings/{office.drafted()}"
    draft = office["maker"].get(f"{base}/draft").json()
    sentence = next(s["id"] for section in draft["sections"] for b in section["blocks"] for s in b["sentences"])
    start = Barrier(WORKERS)

    def edit(n: int) -> int:
        start.wait()
        return (
            office["checker"]
            .patch(f"{base}/draft/sentences/{sentence}", json={"text": f"案{n}。"}, headers={"If-Match": '"1"'})
            .status_code
        )

    with ThreadPoolExecutor(WORKERS) as pool:
        statuses = sorted(pool.map(edit, range(WORKERS)))
    assert statuses == [200] + [412] * (WORKERS - 1)
    assert [v["version"] for v in office["maker"].get(f"{base}/versions").json()] == [2, 1]
