"""管理 太郎, who administers the department of a site."""

from typing import Any

from sqlalchemy.orm import Session

from service.auth import Role
from service.auth.accounts import create_account

PASSWORD = "Mikan-no-ki-27-hon"


def add_administrator(session: Session, site: Any) -> None:
    """Signs in as ``kanri``."""
    create_account(
        session,
        login="kanri",
        display_name="管理 太郎",
        password=PASSWORD,
        grants=[(site.department_id, Role.ADMINISTRATOR)],
        actor="test",
        must_change_password=False,
    )
    site.logins["kanri"] = PASSWORD
