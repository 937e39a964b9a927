"""Set endings of opinion, wish, request and question in the wording of written minutes.

Each rule keeps the strength of what was said: a wish stays a wish, a doubt stays a doubt.
"""

import re

_THINK = r"(?:思う|思っている|考える|考えている)(?:ところである)?"
_TELL = r"お聞かせ|お示し|ご教示|ご説明|お答え|ご回答"
_BREAK = r"(?=[。、」]|が[、。]|ので|し、|$)"

# Before politeness is taken off.
_LOOSE = (
    (re.compile(r"(?<=[んの])ですかねえ?"), "ですか"),
    (re.compile(r"でしょうかねえ?"), "でしょうか"),
    (
        re.compile(
            r"(?:という|と言う|といった)(?:ふうに|風に|ように)(?=[もは]?(?:思っ|思い|思う|考え|存じ|認識|理解|感じ))"
        ),
        "と",
    ),
    # An opinion broken off before its verb: 〜していくかなと。
    (re.compile(r"(?<=[うくぐすつぬぶむるたいだ])かなと。"), "かと考えている。"),
    (
        re.compile(
            r"(?:という|と言う|といった)(?:ふうに|風に|ように)(?=(?:思っ|思い|思う|考え|存じ|認識|理解|聞い|聞き|伺))"
        ),
        "と",
    ),
    (re.compile(r"(?:かな|かなあ|かなぁ)と(?=(?:思|考え|存じ))"), "かと"),
    (re.compile(r"(?<=[いだ])な(?:あ|ぁ)?と(?=(?:思|考え|存じ))"), "と"),
    (re.compile(r"(?<=れば)な(?:あ|ぁ)?と(?=(?:思|考え|存じ))"), "と"),
    (re.compile(r"させていただければと(?=(?:思|考え|存じ))"), "したいと"),
    (re.compile(r"(?<=[るいたう])ん(?=で(?:す|しょう))"), "の"),
    (re.compile(r"ちゃ(?=いけ|なら|だめ)"), "ては"),
    (re.compile(r"じゃ(?=いけ|なら|だめ)"), "では"),
    (re.compile(r"じゃ(?=な[いくか]|ありま)"), "では"),
    (re.compile(r"^(?:です|ます)ので、?"), "そのため、"),
    (re.compile(r"^と同時に"), "同時に"),
    (re.compile(r"^(?:というか|だって|ってい?うか)、"), ""),
    (re.compile(r"^だと(?:したら|すれば|すると)、"), "そうであれば、"),
    (re.compile(r"^ですからこそ"), "だからこそ"),
    (re.compile(r"^ですから(?!こそ)、?"), "したがって、"),
    (re.compile(r"^(?:だから|なので|んで)、"), "そのため、"),
    (re.compile(r"^でも、"), "しかし、"),
    (re.compile(r"^あと、"), "また、"),
    (re.compile(r"お(?:聞き|伺い)でき(?:れば|たら)と(?=(?:思|考え|存じ))"), "伺いたいと"),
    (re.compile(r"^(?:です|だ)(?:が|けれども|けれど|けど)、?"), "しかし、"),
    (re.compile(r"^でありますので、?"), "そのため、"),
)

# After politeness is taken off.
_SETTLED = (
    (re.compile(rf"(?<=たい)と{_THINK}{_BREAK}"), ""),
    (re.compile(rf"かと(?:思う|思っている|考える)(?:ところである)?{_BREAK}"), "かと考えている"),
    (re.compile(r"と(も?)思っている(?:ところである)?(?=[。、」]|が|ので|し、|$)"), r"と\1考えている"),
    (re.compile(rf"いただけ(?:れば|たら)と{_THINK}{_BREAK}"), "いただきたい"),
    (re.compile(r"いただ(?:ければ|けると)(?:幸い|大変幸い)である"), "いただきたい"),
    (
        re.compile(rf"いただ(?:ければ|けると)(?:大変)?(?:ありがたい|有り難い|助かる)(?:と{_THINK})?"),
        "いただきたい",
    ),
    (re.compile(r"(?<=[てで])いただけるか(?=。|$)"), "いただきたい"),
    (re.compile(rf"({_TELL})(?:を)?いただけるか(?=。|$)"), r"\1いただきたい"),
    (re.compile(r"(?<=[てで])ください(?=。|$)"), "いただきたい"),
    (re.compile(rf"({_TELL}|(?:お|ご|御)[一-龥]{{1,4}}[ぁ-ん]{{0,2}})ください(?=。|$)"), r"\1いただきたい"),
    (re.compile(r"(?<=お願い)願う(?=。|$)"), "したい"),
    # A view is not an act: nobody 見解する.
    (
        re.compile(r"((?:ご|御)(?:見解|意見|所見|所感|感想))を(?:よろしく)?(?:お)?願(?:う|いする|いしたい)(?=。|$)"),
        r"\1をいただきたい",
    ),
    (
        re.compile(
            r"((?:お|ご|御)[一-龥ぁ-ん]{1,6}?)(?:のほど|を)?(?:よろしく)?(?:お)?願(?:う|いする|いしたい)(?=。|$)"
        ),
        r"\1いただきたい",
    ),
    (re.compile(r"(?<=も)(?:よろしく|宜しく)お願い(?:する|したい)(?=。|$)"), "お願いしたい"),
    (
        re.compile(
            r"(?:のほど|を)(?:どうぞ|どうか|くれぐれも|ぜひ)?、?(?:よろしく|宜しく)お願い(?:する|したい)(?=。|$)"
        ),
        "をお願いしたい",
    ),
    (re.compile(r"(?<=お願い)する(?=。|$)"), "したい"),
    # A sentence that trails off is closed: 〜いただければ。 市長の仕事ですから。 3点目は費用について。 明記しては。
    (re.compile(r"(?<=[てで])いただけ(?:れば|たら)(?=。)"), "いただきたい"),
    (re.compile(r"(?<=[るたいうと年月日])から(?=。)"), "からである"),
    (re.compile(r"(?<=[一-龥ァ-ヶーろの])だから(?=。)"), "であるからである"),
    (re.compile(r"(?<=[一-龥ァ-ヶー」）と])(?:について|につきまして)(?=。)"), "についてである"),
    (re.compile(r"(?<=[してっん])ては(?=。)"), "てはどうか"),
    # A sentence that trails off in 〜まして is closed.
    (re.compile(r"(?<=で)あり(?=。|$)"), "ある"),
    (re.compile(r"(?<=[てで])おり(?=。|$)"), "いる"),
    (re.compile(r"(?<=[るたいう])ので(?=。)"), ""),
    (re.compile(r"(?<!の)なので(?=。)"), "である"),
    (re.compile(r"お?(?:伺い|聞き|尋ね)(?:を)?させていただきたい"), "伺いたい"),
    (re.compile(r"(?<=お願い)(?:を)?申し上げる(?=。|$)"), "したい"),
    (re.compile(r"お伺い(?:を)?し(?=たい)"), "伺い"),
    (re.compile(r"お伺い(?:を)?する"), "伺う"),
    (re.compile(r"お聞きし(?=たい)"), "伺い"),
    (re.compile(r"お聞きする(?=。|$)"), "伺う"),
    (re.compile(r"お尋ね(?:を)?し(?=たい)"), "尋ね"),
    (re.compile(r"お尋ね(?:を)?する"), "尋ねる"),
)

_QUOTED = re.compile(r"([「『][^」』]*[」』])")
_ASKING_MARK = re.compile(r"(?:か)?(?:よね|ね|な|よ)?[？?]+(?=$|[^」』])")
_RUN_OF_STOPS = re.compile(r"。{2,}")


def _outside_quotes(text: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    parts = _QUOTED.split(text)
    for at in range(0, len(parts), 2):
        for pattern, replacement in rules:
            # An anchor at the start means the start of the sentence, not the end of a quotation.
            if at and pattern.pattern.startswith("^"):
                continue
            parts[at] = pattern.sub(replacement, parts[at])
    return "".join(parts)


def without_question_mark(text: str) -> str:
    """？ as 。, with か where only the mark showed that something is asked."""
    replaced = _ASKING_MARK.sub("か。", text)
    return _RUN_OF_STOPS.sub("。", replaced)


def loosen(text: str) -> str:
    """Wordy polite opinion phrases brought to the short ones that the later rules know."""
    return _outside_quotes(text, _LOOSE)


def settle(text: str) -> str:
    """〜たいと考えている as 〜たい, 〜と思っている as 〜と考えている, requests as 〜いただきたい."""
    return _outside_quotes(text, _SETTLED)
