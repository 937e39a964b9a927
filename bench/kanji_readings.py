"""Makes ``minutes/hearing/kanji_readings.txt`` anew from the installed dictionary (about three minutes).

    python -m bench.kanji_readings > minutes/hearing/kanji_readings.txt

Every pair of kanji of JIS level 1 is looked up; the readings of the nouns found are split between their two letters by
expectation maximisation, beginning with the readings that the dictionary gives single letters.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator

from minutes.style.morphology import dictionary

HEAD = """\
# Readings of kanji in two-letter nouns, most frequent first. Aligned from the nouns of SudachiDict core (Apache-2.0);
# readings seen once or in fewer than 2 % of a letter's words are left out.
"""
_KATAKANA = re.compile(r"[ァ-ヺー]+")
# No letter's reading begins with one of these.
_NEVER_FIRST = frozenset("ャュョァィゥェォヮッーン")
_LONGEST = 5
_ROUNDS = 8
_MOST = 7

Weights = dict[str, dict[str, float]]


def level_one() -> Iterator[str]:
    for row in range(0x30, 0x50):
        for cell in range(0x21, 0x7F):
            try:
                yield bytes([row + 0x80, cell + 0x80]).decode("euc_jp")
            except UnicodeDecodeError:
                continue


def splits(reading: str) -> list[tuple[str, str]]:
    return [
        (reading[:at], reading[at:])
        for at in range(1, len(reading))
        if reading[at] not in _NEVER_FIRST and at <= _LONGEST and len(reading) - at <= _LONGEST
    ]


def nouns() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    letters = list(level_one())
    for one in letters:
        for other in letters:
            found = {
                m.reading_form()
                for m in dictionary().lookup(one + other)
                if m.part_of_speech()[0] == "名詞" and m.part_of_speech()[1] != "固有名詞"
            }
            for reading in sorted(found):
                if _KATAKANA.fullmatch(reading) and (parts := splits(reading)):
                    yield one + other, parts


def single_letters(letters: set[str]) -> Weights:
    found: Weights = defaultdict(lambda: defaultdict(float))
    for letter in letters:
        for m in dictionary().lookup(letter):
            pos = m.part_of_speech()
            if pos[2] != "人名" and pos[0] in ("名詞", "接頭辞", "接尾辞") and _KATAKANA.fullmatch(m.reading_form()):
                found[letter][m.reading_form()] += 1
    return found


def next_round(told: list[tuple[str, list[tuple[str, str]]]], before: Weights) -> Weights:
    total = {letter: sum(row.values()) for letter, row in before.items()}

    def share(letter: str, reading: str) -> float:
        return (before.get(letter, {}).get(reading, 0.0) + 0.01) / (total.get(letter, 0.0) + 1)

    found: Weights = defaultdict(lambda: defaultdict(float))
    for word, parts in told:
        likely = [share(word[0], first) * share(word[1], second) for first, second in parts]
        for (first, second), weight in zip(parts, likely, strict=True):
            if weight > 0.02 * sum(likely):
                found[word[0]][first] += weight / sum(likely)
                found[word[1]][second] += weight / sum(likely)
    return found


def main() -> None:
    told = list(nouns())
    weights = single_letters({letter for word, _ in told for letter in word})
    for _ in range(_ROUNDS):
        weights = next_round(told, weights)
    sys.stdout.write(HEAD)
    for letter, row in sorted(weights.items()):
        total = sum(row.values())
        kept = [
            reading
            for reading, weight in sorted(row.items(), key=lambda each: -each[1])
            if (weight >= 1.5 and weight >= 0.02 * total) or (weight >= 0.8 and weight >= 0.3 * total)
        ]
        if kept:
            sys.stdout.write(f"{letter} {' '.join(kept[:_MOST])}\n")


if __name__ == "__main__":
    main()
