"""Every setting, its default and its meaning. A test fails when one is missing from docs/settings.md."""

from base64 import b64decode
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from minutes.backends import MODEL_NAMES


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
    prompts_dir: Path | None = Field(
        None, description="Folder with own prompts that take the place of the program's; checked when a worker starts"
    )
    openai_base_url: str | None = Field(
        None, description="Model server with the OpenAI API, up to and including /v1; set it for API and worker alike"
    )
    openai_api_key: SecretStr | None = Field(None, description="Key for that server, if it wants one")
    openai_model: str | None = Field(None, description="Name of the model on that server")
    openai_answers_as: str | None = Field(
        None, description="Name the server gives the model in its replies, where it is another (Azure, llama.cpp)"
    )
    openai_slots: int = Field(8, ge=1, le=256, description="Requests to that server at once")
    openai_context_tokens: int = Field(
        8192, ge=2048, description="Tokens of prompt and reply together that the model takes"
    )
    openai_connect_seconds: float = Field(5.0, gt=0, description="Seconds to wait for a connection")
    openai_token_seconds: float = Field(
        60.0, gt=0, description="Longest silence in seconds, before the first token and between two"
    )
    openai_total_seconds: float = Field(
        300.0, gt=0, description="Longest time in seconds for one reply with its retries"
    )
    profile: str = Field("tokyo_cio", description="House style for new meetings")
    chain: str = Field("standard", description="Chain of approval for new meetings")
    chains_dir: Path | None = Field(
        None, description="Folder with own chains of approval, which add to the program's or take their place"
    )
    lease_seconds: float = Field(60.0, gt=0, description="Seconds a worker's claim on a job lasts without renewal")
    heartbeat_seconds: float = Field(10.0, gt=0, description="Seconds between renewals of a claim")
    dispatch_seconds: float = Field(1.0, gt=0, description="Seconds between rounds of the dispatcher")
    redispatch_seconds: float = Field(30.0, gt=0, description="Seconds after which an unclaimed job is published again")
    job_max_attempts: int = Field(5, ge=1, description="Claims after which a job is given up as failed")
    smtp_host: str | None = Field(None, description="Mail server for notices; unset: no e-mail is sent")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection to the mail server is encrypted: starttls, tls or none"
    )
    smtp_user: str | None = Field(None, description="Account on the mail server, if it wants one")
    smtp_password: SecretStr | None = Field(None, description="Password of that account")
    smtp_from: str | None = Field(None, description="Sender of the e-mails")
    webhook_url: str | None = Field(None, description="Where webhooks are sent; unset: none")
    webhook_secret: SecretStr | None = Field(
        None, description="Secret of the webhooks: whsec_ and 24 to 64 bytes in Base64"
    )
    delivery_attempts: int = Field(60, ge=1, description="Tries to send one e-mail or webhook, up to 5 minutes apart")
    sign_in_attempts: int = Field(10, ge=1, description="Failed sign-ins per login and address in 15 minutes")

    @model_validator(mode="after")
    def refuse_unsafe(self) -> Self:
        """Settings that do not fit each other stop the start: a warning in a log would not be read."""
        address = urlsplit(self.public_url) if self.public_url is not None else None
        if address is not None and (address.scheme not in {"http", "https"} or not address.netloc):
            raise ValueError("GIJIYOSHI_PUBLIC_URL は https://gijiyoshi.example.lg.jp の形で書いてください。")
        self._check_model_server()
        self._check_messages()
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

    def _check_model_server(self) -> None:
        if self.model == "openai" and (self.openai_base_url is None or self.openai_model is None):
            raise ValueError(
                "GIJIYOSHI_MODEL が openai のときは、GIJIYOSHI_OPENAI_BASE_URL と GIJIYOSHI_OPENAI_MODEL が必要です。"
            )
        server = urlsplit(self.openai_base_url) if self.openai_base_url is not None else None
        if server is not None and (server.scheme not in {"http", "https"} or not server.netloc):
            raise ValueError("GIJIYOSHI_OPENAI_BASE_URL は http://サーバー:8000/v1 の形で書いてください。")

    def _check_messages(self) -> None:
        if self.smtp_host is not None and (self.smtp_from is None or self.public_url is None):
            raise ValueError("GIJIYOSHI_SMTP_HOST には、GIJIYOSHI_SMTP_FROM と GIJIYOSHI_PUBLIC_URL が必要です。")
        if self.webhook_url is None:
            return
        server = urlsplit(self.webhook_url)
        if server.scheme not in {"http", "https"} or not server.netloc:
            raise ValueError("GIJIYOSHI_WEBHOOK_URL は https://サーバー/パス の形で書いてください。")
        if self.webhook_secret is None or not _is_webhook_secret(self.webhook_secret.get_secret_value()):
            raise ValueError(
                "GIJIYOSHI_WEBHOOK_SECRET に、whsec_ に続けて 24〜64 バイトの乱数を Base64 で書いてください。"
            )

    def models(self) -> tuple[str, ...]:
        """The backends that this deployment can use."""
        ready = self.openai_base_url is not None and self.openai_model is not None
        return tuple(name for name in MODEL_NAMES if name != "openai" or ready)

    def database(self) -> str:
        """The URL in use; SQLite in the data folder unless one is set."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'gijiyoshi.sqlite3').resolve()}"


def _is_webhook_secret(text: str) -> bool:
    try:
        return text.startswith("whsec_") and 24 <= len(b64decode(text.removeprefix("whsec_"), validate=True)) <= 64
    except ValueError:
        return False


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    return Settings()
