"""Every setting, its default and its meaning. A test fails when one is missing from docs/settings.md."""

from functools import lru_cache
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    # Inputs are hidden because a database URL holds a password.
    model_config = SettingsConfigDict(env_prefix="GIJIYOSHI_", frozen=True, extra="ignore", hide_input_in_errors=True)

    environment: Literal["development", "production"] = Field(
        "development", description="production refuses unsafe defaults at start-up"
    )
    data_dir: Path = Field(Path("var"), description="Folder for the SQLite database, the private broker and logs")
    database_url: SecretStr | None = Field(
        None, description="SQLAlchemy URL; unset: SQLite in the data folder. postgresql+psycopg://… in production"
    )
    broker_url: SecretStr | None = Field(
        None, description="Redis URL for Celery; unset: `gijiyoshi up` starts a private Valkey"
    )
    host: str = Field("127.0.0.1", description="Address the API listens on")
    port: int = Field(8000, ge=1, le=65535, description="Port the API listens on")
    public_url: str | None = Field(
        None, description="Address people use to reach the service, for links and the Origin check"
    )
    secure_cookies: bool = Field(False, description="Mark the session cookie Secure; required in production")
    session_hours: int = Field(12, ge=1, description="Hours until a session ends")
    upload_max_bytes: int = Field(20_000_000, ge=1, description="Largest transcript accepted, in bytes")
    model: str = Field("extractive", description="Summarization backend for new meetings")
    profile: str = Field("tokyo_cio", description="House style for new meetings")
    lease_seconds: float = Field(60.0, gt=0, description="Seconds a worker's claim on a job lasts without renewal")
    heartbeat_seconds: float = Field(10.0, gt=0, description="Seconds between renewals of a claim")
    dispatch_seconds: float = Field(1.0, gt=0, description="Seconds between rounds of the dispatcher")
    redispatch_seconds: float = Field(30.0, gt=0, description="Seconds after which an unclaimed job is published again")
    job_max_attempts: int = Field(5, ge=1, description="Claims after which a job is given up as failed")
    sign_in_attempts: int = Field(10, ge=1, description="Failed sign-ins per login and address in 15 minutes")

    @model_validator(mode="after")
    def refuse_unsafe(self) -> Self:
        """Settings that do not fit each other stop the start: a warning in a log would not be read."""
        address = urlsplit(self.public_url) if self.public_url is not None else None
        if address is not None and (address.scheme not in {"http", "https"} or not address.netloc):
            raise ValueError("GIJIYOSHI_PUBLIC_URL は https://gijiyoshi.example.lg.jp の形で書いてください。")
        if self.environment != "production":
            return self
        faults = []
        if not self.secure_cookies:
            faults.append("GIJIYOSHI_SECURE_COOKIES を true にしてください。")
        if address is None:
            faults.append("GIJIYOSHI_PUBLIC_URL に利用者が開くアドレスを書いてください。")
        elif address.scheme != "https":
            faults.append("GIJIYOSHI_PUBLIC_URL を https:// で始まるアドレスにしてください。")
        if faults:
            raise ValueError("本番（production）では安全でない設定のまま起動できません。" + "".join(faults))
        return self

    def database(self) -> str:
        """The URL in use; SQLite in the data folder unless one is set."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'gijiyoshi.sqlite3').resolve()}"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    return Settings()
