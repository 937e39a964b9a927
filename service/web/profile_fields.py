"""The form of a profile as data: groups of fields, each with what it does and an example.

A field's name is its path in ``minutes.profile.Profile``. Tables (lengths, rules, terms) have names of their own, which
service.web.profile_form reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass

BUDGET_NAMES: Mapping[str, str] = {
    "質問": "質問",
    "回答": "回答",
    "補足回答": "補足回答",
    "意見": "意見",
    "要望": "要望",
    "報告": "報告",
    "挨拶": "挨拶",
    "決定": "決定",
    "進行": "進行",
    "相づち": "相づち",
    "雑談": "雑談",
    "default": "そのほか",
}
BUDGETS_SHOWN = ("質問", "回答", "補足回答", "意見", "要望", "報告", "挨拶", "決定", "default")
"""Kinds that a draft keeps; others are shown where a profile names them."""

HEADER_NAMES: Mapping[str, tuple[str, str]] = {
    "date": ("日時", "令和8年5月20日（水） 13時30分から14時05分まで"),
    "venue": ("場所", "青嶺県庁舎 4階 第1会議室（オンライン併用開催）"),
    "attendees": ("出席者", "名簿の全員を、敬称を付けずに並べる"),
    "observers": ("傍聴者", "4名"),
    "materials": ("配布資料", "資料1 窓口予約システムの共同利用について"),
    "agenda": ("議事", "次第の件名を並べる"),
}


@dataclass(frozen=True)
class TextField:
    name: str
    label: str
    hint: str
    short: bool = False


@dataclass(frozen=True)
class ChoiceField:
    name: str
    label: str
    hint: str
    choices: tuple[tuple[str, str, str], ...]
    """Value, words, example."""


Field = TextField | ChoiceField


@dataclass(frozen=True)
class Group:
    id: str
    title: str
    lead: str
    fields: tuple[Field, ...] = ()
    table: str = ""
    """header, budgets, rules or terms: a table after the fields."""
    folded: bool = False
    """Closed at first: what few people change."""


def _yes_no(yes: tuple[str, str], no: tuple[str, str]) -> tuple[tuple[str, str, str], ...]:
    return (("true", *yes), ("false", *no))


GROUPS = (
    Group(
        "titles",
        "題名と見出し",
        "1行目の題名、議題ごとの見出し、最後の1行。",
        (
            TextField(
                "layout.title",
                "題名",
                "{series} は「第3回」、{title} は会議の名称に置き換わります。"
                "回を数える会議では {series} が要ります。例：{series}{title} 議事要旨",
            ),
            TextField(
                "layout.heading",
                "見出し",
                "{no} は議事の番号、{title} は件名、{presenter} は（説明者）に置き換わります。例：{no}. {title}{presenter}",
            ),
            TextField("layout.closing", "結びの行", "最後に置く1行。置かないときは空欄。例：以上", short=True),
        ),
    ),
    Group(
        "header",
        "頭書き",
        "題名の下に並べる項目と、その順番。",
        (
            ChoiceField(
                "layout.agenda_marks",
                "議事の頭",
                "議事の一覧で、件名の前に付けるもの。",
                (("number", "番号", "1 挨拶"), ("dot", "中黒", "・挨拶")),
            ),
            ChoiceField(
                "layout.agenda_children",
                "議事の細目",
                "件名の下に、細目か説明者を1行ずつ並べるか。",
                _yes_no(("並べる", "・デジタル推進局長 髙峰 玲子"), ("並べない", "件名だけ")),
            ),
            ChoiceField(
                "layout.minutes_when_zero",
                "ちょうどの時刻",
                "「0分」の書き方。",
                _yes_no(("分まで書く", "10時00分から"), ("時だけ書く", "10時から")),
            ),
        ),
        table="header",
    ),
    Group(
        "speakers",
        "発言者の示し方",
        "だれの発言かを、どこまで、どの形で示すか。",
        (
            ChoiceField(
                "attribution",
                "示す範囲",
                "出席者の名簿から、発言の前に書く名前。",
                (
                    ("full", "団体・役職・氏名", "狛山市 CIO 平岡 修 様"),
                    ("role", "団体・役職", "狛山市 CIO 様"),
                    ("org", "団体だけ（主催者は役職）", "狛山市 様"),
                ),
            ),
            TextField(
                "guest_honorific",
                "外部の出席者の敬称",
                "主催・共催の側には付けません。付けないときは空欄。例：様",
                short=True,
            ),
            ChoiceField(
                "layout.label",
                "発言者の位置",
                "発言者の名前を、1行に分けるか、文の頭に置くか。",
                (
                    ("line", "1行に分ける", "（狛山市 CIO 平岡 修 様） ⏎ 運用の費用は……"),
                    ("inline", "文の頭に置く", "（狛山市）運用の費用は……"),
                ),
            ),
            TextField(
                "own_side_word",
                "主催者の自称",
                "「私ども」「御庁」などを書き換える語。会議の名称にその語があるときだけ使います。例：都、本区",
                short=True,
            ),
            ChoiceField(
                "speaker_sees_question",
                "発言者への確認",
                "回答を確かめてもらうとき、もとの質問の要旨も見せるか。",
                _yes_no(("質問も見せる", "質問と回答を並べる"), ("回答だけ見せる", "本人の発言だけ")),
            ),
        ),
    ),
    Group(
        "reports",
        "挨拶と報告",
        "挨拶の並べ方と、報告の説明を載せるか。",
        (
            ChoiceField(
                "layout.greeting",
                "挨拶の並べ方",
                "挨拶の要点の並べ方。",
                (("bullets", "箇条書き", "・昨年度は……。"), ("paragraph", "1つの段落", "昨年度は……。残る3団体は……。")),
            ),
            ChoiceField(
                "summarise_reports",
                "報告の説明",
                "資料の説明を要旨にするか。題名と説明者だけにすると、説明は「資料説明」として省きます。",
                _yes_no(
                    ("要旨を載せる", "題名、説明者、説明の要旨"),
                    ("題名と説明者だけ", "・県からの情報提供（……について）"),
                ),
            ),
        ),
    ),
    Group(
        "questions",
        "質疑応答",
        "報告の後の質疑の示し方と、座長自身の意見。",
        (
            TextField("layout.qa_heading", "質疑の前の行", "置かないときは空欄。例：質疑応答", short=True),
            ChoiceField(
                "keep_chair_opinions",
                "座長の意見",
                "進行役が述べた自身の意見を載せるか。決定は、どちらでも載せます。",
                _yes_no(("載せる", "ほかの発言と同じに扱う"), ("載せない", "「進行」として省く")),
            ),
        ),
    ),
    Group(
        "lengths",
        "長さの目安",
        "発言の種類ごとに、要旨を元の何％にし、何字から何字までに収めるか。空欄の種類は「そのほか」に従います。",
        table="budgets",
        folded=True,
    ),
    Group(
        "wording",
        "表記の規則",
        "素案の点検（K01〜K30）で、この団体の決まりに合わせるところ。",
        (
            ChoiceField(
                "wording.comma",
                "読点",
                "文の中の区切り（K01）。",
                (("、", "「、」", "検討し、報告する"), ("，", "「，」", "検討し，報告する")),
            ),
            ChoiceField(
                "wording.digits",
                "数字の幅",
                "算用数字の幅（K03）。全角にすると、2桁以上も全角です。",
                (("half", "半角", "12団体"), ("full", "全角", "１２団体")),
            ),
            ChoiceField(
                "wording.small_counts",
                "「ひとつ」「ふたつ」",
                "数えるときの書き方（K06）。",
                (("kanji", "漢字", "一つでも多く"), ("digits", "算用数字", "1つでも多く")),
            ),
            ChoiceField(
                "wording.prefix",
                "接頭辞",
                "漢語に付ける語の書き方（K25）。",
                (
                    ("uniform", "素案の多い方にそろえる", "混在だけを指摘"),
                    ("ご", "「ご」", "ご意見"),
                    ("御", "「御」", "御意見"),
                ),
            ),
            ChoiceField(
                "wording.okurigana",
                "送り仮名",
                "名詞の送り仮名（K15）。",
                (("official", "公用文", "手続、取組"), ("general", "一般の文", "手続き、取り組み")),
            ),
            TextField(
                "wording.longest",
                "長い文とする字数",
                "この字数を超える文を指摘します（K21）。40以上。例：100",
                short=True,
            ),
        ),
        table="rules",
        folded=True,
    ),
    Group(
        "hearing",
        "聞き違いの直し",
        "音声認識の誤り（保正予算→補正予算）を、素案を作るときに直す範囲。",
        (
            ChoiceField(
                "apply_mishearings",
                "直す範囲",
                "直さない候補は、点検の指摘（H1）に出ます。文字起こしは、どれを選んでも変わりません。",
                (
                    ("none", "直さない", "候補を示すだけ"),
                    ("names", "氏名だけ", "役職か話者が一致する名簿の氏名"),
                    ("certain", "確かなものだけ", "氏名と、ほかの語ではあり得ない用語"),
                ),
            ),
        ),
        folded=True,
    ),
    Group(
        "terms",
        "用語",
        "この団体の言葉。聞き違いの候補を見つける用語と、必ず書き換える語。",
        table="terms",
        folded=True,
    ),
    Group(
        "closed",
        "非公開の示し方",
        "保存版に、非公開の議題をどこまで載せるか。公開版には、どちらでも議事の件名だけが載ります。",
        (
            ChoiceField(
                "layout.closed_bodies",
                "保存版の非公開の議題",
                "載せないときも、全データ（json）には残ります。",
                _yes_no(("本文も載せる", "見出しと発言"), ("件名だけ載せる", "4 次期共同調達に関する協議（非公開）")),
            ),
        ),
        folded=True,
    ),
)

NAME = TextField("name", "書式の名前", "会議を登録する人が選ぶときの名前。例：庁内会議（議事要旨・役職まで）")

FIELDS: tuple[Field, ...] = (NAME, *(field for group in GROUPS for field in group.fields))
