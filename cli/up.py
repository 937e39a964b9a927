"""`gijiyoshi up`: everything on one machine under one supervisor."""

import errno
import os
import socket
import sys
from pathlib import Path

from sqlalchemy import Engine

from cli.address import address_of, status_of
from cli.broker import PrivateBroker, private_broker
from cli.data_folder import DEMO_TOKEN_FILE, data_folder, write_secret
from cli.settings import settings
from cli.supervisor import ChildSpec, Supervisor
from minutes.errors import InputError
from minutes.os_errors import reason
from models.extra_body import parse_extra_body
from prompts import load_prompts
from service.auth.accounts import FIRST_ACCOUNTS, FirstAccount, first_start
from service.auth.rights import Role, Scope
from service.auth.tokens import create_token
from service.db.engine import make_engine, writing
from service.db.migrate import migrate
from service.settings import Settings


def up() -> int:
    """Until TERM or Ctrl-C. Raises InputError for a taken port, an unwritable folder or a second instance."""
    values = settings()
    load_prompts(values.prompts_dir)
    parse_extra_body(values.openai_extra_body)
    os.umask(0o077)
    with data_folder(values.data_dir) as folder, _listen(values.host, values.port) as listener:
        values = values.model_copy(update={"data_dir": folder})
        migrate(values.database())
        engine = make_engine(values.database())
        accounts = first_start(engine)
        if accounts:
            _say_accounts(accounts)
            if values.environment == "development":
                _make_demo_token(engine, folder)
        engine.dispose()
        broker = None if values.broker_url else private_broker(folder / "run")
        try:
            supervisor = Supervisor(_children(values, folder, broker, listener), _say)
            supervisor.install_signals()
            address = address_of(values)
            _say("起動しています…")
            supervisor.run(
                ready=lambda: status_of(values, "/livez", seconds=0.5) == 200,
                on_ready=lambda: _say(f"{address} で使えます。止めるには Ctrl-C。"),
            )
        finally:
            if broker is not None:
                broker.remove()
    _say("すべて止まりました。")
    return 0


def _children(values: Settings, folder: Path, broker: PrivateBroker | None, listener: socket.socket) -> list[ChildSpec]:
    environment = dict(os.environ) | {"GIJIYOSHI_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"}
    if broker is not None:
        environment["GIJIYOSHI_BROKER_URL"] = broker.url

    def ours(name: str, *arguments: str, fds: tuple[int, ...] = ()) -> ChildSpec:
        command = (sys.executable, "-m", "cli.main", *arguments)
        return ChildSpec(name, command, environment, folder / "log" / f"{name}.log", pass_fds=fds)

    specs = [
        ours("api", "api", "--fd", str(listener.fileno()), fds=(listener.fileno(),)),
        ours("dispatcher", "dispatch"),
        ours("worker", "worker"),
    ]
    if values.inbox_dir is not None:
        specs.append(ours("inbox", "inbox"))
    if broker is not None:
        log = folder / "log" / "valkey.log"
        specs.insert(0, ChildSpec("valkey", broker.command, environment, log, stops_last=True))
    return specs


def _listen(host: str, port: int) -> socket.socket:
    """The supervisor holds the port, so an API that is started again finds its queue of connections waiting."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise InputError(
                f"ポート {port} は別のプログラムが使っています。",
                where="GIJIYOSHI_PORT",
                remedy=f"そのプログラムを止めるか、GIJIYOSHI_PORT={port + 1 if port < 65535 else 8000} のように"
                "別の番号を指定してください。",
            ) from error
        raise InputError(
            f"アドレス {host} のポート {port} で待ち受けられません（{reason(error)}）。",
            where="GIJIYOSHI_HOST",
            remedy="アドレスとポートを確かめてください。1024 未満のポートには管理者権限が要ります。",
        ) from error
    return listener


def _make_demo_token(engine: Engine, folder: Path) -> None:
    login = next(name for role, name in FIRST_ACCOUNTS if role is Role.REGISTRAR)
    with writing(engine) as session:
        token, _ = create_token(
            session, login=login, name="gijiyoshi demo", scopes=[Scope.READ, Scope.WRITE], actor="system"
        )
    write_secret(folder / DEMO_TOKEN_FILE, token)


def _say_accounts(accounts: list[FirstAccount]) -> None:
    _say("初回の起動です。次のアカウントを作りました。パスワードは一回限りで、二度と表示しません。")
    for account in accounts:
        _say(f"  {account.role}  ログイン名 {account.login:<8}  パスワード {account.password}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
