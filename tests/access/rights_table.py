"""Who may do what, written out once more by hand: what the program says is held against it."""

from service.auth import Action

# read read_closed upload comment edit submit approve return cancel export_public export_full hand_over audit administer
COLUMNS = tuple(Action)
TABLE = {
    "登録者": "o o o o o o . . o o . o . .",
    "確認者": "o o . o o o . o . o o o . .",
    "承認者": "o o . o . . o o . o o . . .",
    "監査者": "o o . o . . . . . . o . o .",
    "管理者": "o . . o . . . . o . . . . o",
}
SCOPES = {
    "read": "o o . . . . . . . o o . o .",
    "write": ". . o o o o . o o . . o . .",
    "approve": ". . . . . . o o . . . . . .",
}
