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
        self.reason = f"{reason}: {detail[:60]}" if detail else reason


class NotAdmitted(Forbidden):
    """The person is known by the provider, but has no way in here."""

    def __init__(self, reason: str, what: str, remedy: str, *, subject: str | None = None) -> None:
        super().__init__(what, remedy=remedy)
        self.reason = reason
        self.subject = subject
        """For the person to tell an administrator, where that helps."""
