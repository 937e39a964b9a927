"""Every setting, its default and its meaning. A test fails when one is missing from docs/settings.md."""

from base64 import b64decode
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, JsonValue, SecretStr, TypeAdapter, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from minutes.backends import MODEL_NAMES
from minutes.errors import InputError
from records.connectors.reach import Reach
from service.sealing_keys import read_keys
from service.secret_files import read_secret_files

LEAST_CONTEXT = 4096
"""Tokens in which the rules of a prompt, some speech and a reply find room, by the estimate of the openai backend."""


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
    database_url_file: Path | None = Field(
        None, description="File with that URL instead, as Docker and Kubernetes give secrets"
    )
    broker_url: SecretStr | None = Field(
        None, description="Redis URL for Celery; unset: `gijiyoshi up` starts a private Valkey"
    )
    broker_url_file: Path | None = Field(None, description="File with that URL instead")
    host: str = Field("127.0.0.1", description="Address the API listens on")
    port: int = Field(8000, ge=1, le=65535, description="Port the API listens on")
    public_url: str | None = Field(
        None, description="Address people use to reach the service, for links and the Origin check"
    )
    secure_cookies: bool = Field(False, description="Mark the session cookie Secure; required in production")
    session_hours: int = Field(12, ge=1, description="Hours until a session ends")
    session_idle_minutes: int = Field(120, ge=5, description="Minutes without a request until a session ends")
    upload_max_bytes: int = Field(20_000_000, ge=1, description="Largest transcript accepted, in bytes")
    model: str = Field("extractive", description="Summarization backend for new meetings")
    models_dir: Path = Field(
        Path("model-weights"), description="Folder where `gijiyoshi model fetch` puts models and `model list` looks"
    )
    prompts_dir: Path | None = Field(
        None, description="Folder with own prompts that take the place of the program's; checked when a worker starts"
    )
    openai_base_url: str | None = Field(
        None, description="Model server with the OpenAI API, up to and including /v1; set it for API and worker alike"
    )
    openai_api_key: SecretStr | None = Field(None, description="Key for that server, if it wants one")
    openai_api_key_file: Path | None = Field(None, description="File with that key instead")
    openai_closed: Literal["keep", "send"] = Field(
        "keep", description="Closed talk: keep = it never reaches that server, such units are extractive; send"
    )
    openai_model: str | None = Field(None, description="Name of the model on that server")
    openai_answers_as: str | None = Field(
        None, description="Name the server gives the model in its replies, where it is another (Azure, llama.cpp)"
    )
    openai_slots: int = Field(8, ge=1, le=256, description="Requests to that server at once")
    openai_context_tokens: int = Field(
        8192, ge=LEAST_CONTEXT, description="Tokens of prompt and reply together that the model takes"
    )
    openai_thinking_tokens: int = Field(
        0, ge=0, description="Tokens a reasoning model may think before it replies; they come out of the context"
    )
    openai_extra_body: str | None = Field(
        None,
        description="JSON object added to every request, for switches of that server; checked when a worker starts",
    )
    openai_connect_seconds: float = Field(5.0, gt=0, description="Seconds to wait for a connection")
    openai_token_seconds: float = Field(
        60.0, gt=0, description="Longest silence in seconds, before the first token and between two"
    )
    openai_total_seconds: float = Field(
        300.0, gt=0, description="Longest time in seconds for one reply with its retries"
    )
    transformers_model: str | None = Field(
        None,
        description="Model run in the worker's own process: a folder, a .gguf file, or a hub id in the local cache; "
        "set it for API and worker alike",
    )
    transformers_revision: str | None = Field(None, description="Revision of that hub id")
    transformers_adapter: Path | None = Field(None, description="Folder with a LoRA adapter for that model")
    transformers_dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "auto", description="Kind of number for the weights; auto: as stored"
    )
    transformers_device: str = Field(
        "auto",
        pattern=r"^(auto|cpu|cuda(:\d+)?)$",
        description="auto, cpu, cuda or cuda:N; auto: all GPUs if there are any",
    )
    transformers_quantization: str | None = Field(
        None, description="JSON object for a quantization of transformers, with its quant_method"
    )
    transformers_template: Literal["auto", "chat", "plain"] = Field(
        "auto", description="Use of the chat template; auto: where the tokenizer has one"
    )
    transformers_threads: int | None = Field(
        None, ge=1, le=1024, description="Threads of the processor; unset: as torch decides"
    )
    transformers_batch_size: int = Field(8, ge=1, le=256, description="Replies written together at most")
    transformers_context_tokens: int | None = Field(
        None, ge=2048, description="Tokens of prompt and reply together; unset: what the model takes, at most 8192"
    )
    transformers_total_seconds: float = Field(600.0, gt=0, description="Longest time in seconds for writing one reply")
    profile: str = Field("tokyo_cio", description="House style for new meetings; the id of an own one too")
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
    smtp_password_file: Path | None = Field(None, description="File with that password instead")
    smtp_from: str | None = Field(None, description="Sender of the e-mails")
    webhook_url: str | None = Field(None, description="Where webhooks are sent; unset: none")
    webhook_secret: SecretStr | None = Field(
        None, description="Secret of the webhooks: whsec_ and 24 to 64 bytes in Base64"
    )
    webhook_secret_file: Path | None = Field(None, description="File with that secret instead")
    delivery_attempts: int = Field(
        240, ge=1, description="Tries to send one e-mail, webhook or package, up to an hour apart: a week and more"
    )
    delivery_hosts: str | None = Field(
        None,
        description="Servers that packages may be sent to, parted by commas: dav.example.lg.jp, *.example.lg.jp, "
        "10.1.0.0/16, each with :port or without; unset: none",
    )
    delivery_folders: str | None = Field(
        None, description="Folders that packages may be laid down in or below, parted by commas; unset: none"
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Keys that seal passwords of destinations, each 32 bytes in Base64, parted by commas: the first "
        "seals, all open; unset: a key file in the data folder, not in production",
    )
    secret_key_file: Path | None = Field(None, description="File with those keys instead")
    inbox_dir: Path | None = Field(
        None, description="Folder from which `gijiyoshi inbox` takes meetings in; unset: no such folder"
    )
    inbox_login: str | None = Field(None, description="Account for which meetings of that folder are registered")
    inbox_seconds: float = Field(5.0, gt=0, description="Seconds between two looks into that folder")
    sign_in_attempts: int = Field(10, ge=1, description="Failed sign-ins per login and address in 15 minutes")
    local_sign_in: bool = Field(True, description="Sign-in with login and password; false needs an identity provider")
    emergency_login: str | None = Field(
        None, description="Login of the one account that may sign in with its password while that is off for others"
    )
    oidc_issuer: str | None = Field(
        None, description="Issuer of the identity provider (OpenID Connect), exactly as its discovery document names it"
    )
    oidc_client_id: str | None = Field(None, description="Client id that the provider gave this service")
    oidc_client_secret: SecretStr | None = Field(None, description="Client secret, if the provider gave one")
    oidc_client_secret_file: Path | None = Field(None, description="File with that secret instead")
    oidc_scopes: str = Field("openid profile", description="Scopes asked for; openid is needed")
    oidc_login_claim: str = Field("preferred_username", description="Claim that names the login of a new account")
    oidc_name_claim: str = Field("name", description="Claim with the name to show")
    oidc_groups_claim: str = Field("groups", description="Claim with the groups; a.b looks for b inside a")
    oidc_roles_file: Path | None = Field(
        None, description="YAML or JSON file that says which group holds which role in which department"
    )
    oidc_label: str = Field(
        "組織のアカウント", min_length=1, max_length=30, description="What the sign-in page calls it"
    )
    oidc_proxy: str | None = Field(None, description="Proxy on the way to the provider, e.g. http://proxy:8080")
    oidc_timeout_seconds: float = Field(5.0, gt=0, le=30, description="Longest wait for one answer of the provider")
    oidc_skew_seconds: int = Field(60, ge=0, le=300, description="How far the provider's clock may be off")

    @model_validator(mode="before")
    @classmethod
    def secrets_of_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        twins = (name.removesuffix("_file") for name in cls.model_fields if name.endswith("_file"))
        return read_secret_files(values, [name for name in twins if name in cls.model_fields])

    @model_validator(mode="after")
    def refuse_unsafe(self) -> Self:
        """Settings that do not fit each other stop the start: a warning in a log would not be read."""
        address = urlsplit(self.public_url) if self.public_url is not None else None
        if address is not None and (address.scheme not in {"http", "https"} or not address.netloc):
            raise ValueError("GIJIYOSHI_PUBLIC_URL は https://gijiyoshi.example.lg.jp の形で書いてください。")
        self._check_model_server()
        self._check_local_model()
        self._check_messages()
        self._check_deliveries()
        check_sign_in(self)
        if (self.inbox_dir is None) != (self.inbox_login is None):
            raise ValueError(
                "GIJIYOSHI_INBOX_DIR と GIJIYOSHI_INBOX_LOGIN は、両方とも設定するか、両方とも外してください。"
            )
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
        if self.openai_context_tokens - self.openai_thinking_tokens < LEAST_CONTEXT:
            raise ValueError(
                "GIJIYOSHI_OPENAI_CONTEXT_TOKENS から GIJIYOSHI_OPENAI_THINKING_TOKENS を引いた残りが"
                f" {LEAST_CONTEXT} トークンに足りません。"
            )
        server = urlsplit(self.openai_base_url) if self.openai_base_url is not None else None
        if server is not None and (server.scheme not in {"http", "https"} or not server.netloc):
            raise ValueError("GIJIYOSHI_OPENAI_BASE_URL は http://サーバー:8000/v1 の形で書いてください。")

    def _check_local_model(self) -> None:
        if self.model == "transformers" and self.transformers_model is None:
            raise ValueError("GIJIYOSHI_MODEL が transformers のときは、GIJIYOSHI_TRANSFORMERS_MODEL が必要です。")
        if self.transformers_quantization is None:
            return
        try:
            TypeAdapter(dict[str, JsonValue]).validate_json(self.transformers_quantization)
        except ValidationError:
            raise ValueError(
                'GIJIYOSHI_TRANSFORMERS_QUANTIZATION は {"quant_method": "方式"} の形の JSON で書いてください。'
            ) from None

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

    def _check_deliveries(self) -> None:
        try:
            self.reach()
            if self.secret_key is not None:
                read_keys(self.secret_key.get_secret_value())
        except InputError as error:
            raise ValueError(str(error)) from None

    def reach(self) -> Reach:
        """What packages may be sent to."""
        folders = (Path(each) for each in _listed(self.delivery_folders))
        return Reach(_listed(self.delivery_hosts), tuple(folders))

    @property
    def federated(self) -> bool:
        """Whether people can sign in at an identity provider."""
        return self.oidc_issuer is not None

    def models(self) -> tuple[str, ...]:
        """The backends that this deployment can use."""
        missing = {
            "openai": self.openai_base_url is None or self.openai_model is None,
            "transformers": self.transformers_model is None,
        }
        return tuple(name for name in MODEL_NAMES if not missing.get(name, False))

    def models_for(self, *, closed: bool) -> tuple[str, ...]:
        """Those of ``models`` that may be shown this talk: what never leaves needs a model that is here."""
        kept = closed and self.openai_closed == "keep"
        return tuple(name for name in self.models() if name != "openai" or not kept)

    def database(self) -> str:
        """The URL in use; SQLite in the data folder unless one is set."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'gijiyoshi.sqlite3').resolve()}"


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(each.strip() for each in (text or "").split(",") if each.strip())


def _is_webhook_secret(text: str) -> bool:
    try:
        return text.startswith("whsec_") and 24 <= len(b64decode(text.removeprefix("whsec_"), validate=True)) <= 64
    except ValueError:
        return False


def check_sign_in(values: Settings) -> None:
    """ValueError unless somebody can sign in, and the identity provider, if there is one, can be asked safely."""
    if values.oidc_issuer is None:
        if not values.local_sign_in:
            raise ValueError("GIJIYOSHI_LOCAL_SIGN_IN を false にするには、GIJIYOSHI_OIDC_ISSUER が必要です。")
        return
    needed = {
        "GIJIYOSHI_OIDC_CLIENT_ID": values.oidc_client_id,
        "GIJIYOSHI_OIDC_ROLES_FILE": values.oidc_roles_file,
        "GIJIYOSHI_PUBLIC_URL": values.public_url,
    }
    missing = "、".join(name for name, value in needed.items() if not value)
    if missing:
        raise ValueError(f"GIJIYOSHI_OIDC_ISSUER を設定したときは、{missing} も必要です。")
    issuer = urlsplit(values.oidc_issuer)
    loopback = issuer.hostname in {"127.0.0.1", "::1", "localhost"} and values.environment != "production"
    if not (issuer.hostname and (issuer.scheme == "https" or (issuer.scheme == "http" and loopback))):
        raise ValueError("GIJIYOSHI_OIDC_ISSUER は https:// で始まるアドレスにしてください。")
    if "openid" not in values.oidc_scopes.split():
        raise ValueError("GIJIYOSHI_OIDC_SCOPES に openid を含めてください。")


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    return Settings()
