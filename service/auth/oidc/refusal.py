"""Why a person who came back from the identity provider is not let in."""

from service.errors import Forbidden, Unauthenticated


class ProviderRefused(Unauthenticated):
    """What came back proves nothing. ``reason`` is for the audit log: a word for what did not fit, never a value."""

    category = "provider_refused"

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(
            "組織のアカウントでのサインインを確かめられませんでした。",
            remedy="サインインの画面からやり直してください。続くときは、管理者に尋ねてください。",
        )
        # Some words come from outside; the log takes names of errors, not texts.
        words = "".join(each for each in detail if each.isascii() and (each.isalnum() or each in "_ ,.-"))[:60]
        self.reason = f"{reason}: {words}" if words else reason


class NotAdmitted(Forbidden):
    """The person is known by the provider, but has no way in here."""

    def __init__(self, reason: str, what: str, remedy: str, *, subject: str | None = None) -> None:
        super().__init__(what, remedy=remedy)
        self.reason = reason
        self.subject = subject
        """For the person to tell an administrator, where that helps."""
