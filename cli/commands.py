"""`gijiyoshi …`: each command imports what it needs when it runs, so that --help stays quick."""

from pathlib import Path
from typing import Annotated

import typer

from cli import accounts, bodies, destinations, meeting, model, package, profile, register

app = typer.Typer(
    name="gijiyoshi",
    help="会議の文字起こしから議事要旨の素案を作り、確認と承認を経て仕上げます。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Columns = Annotated[str | None, typer.Option(help="表の列。役割=見出しか番号（例: 話者=氏名,発言=発言内容,開始=時刻）")]


@app.command()
def up() -> None:
    """API、dispatcher、worker、Valkey をまとめて起動します。Ctrl-C で全て止まります。"""
    from cli.up import up as start

    raise typer.Exit(start())


@app.command()
def api(
    host: Annotated[str | None, typer.Option(help="待ち受けるアドレス（既定: GIJIYOSHI_HOST）")] = None,
    port: Annotated[int | None, typer.Option(help="待ち受けるポート（既定: GIJIYOSHI_PORT）")] = None,
    fd: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """API と画面だけを起動します。"""
    from cli.serve import serve_api

    serve_api(host=host, port=port, fd=fd)


@app.command()
def worker(queues: Annotated[str, typer.Option(help="受け持つキュー（コンマ区切り）")] = "model,light") -> None:
    """ジョブを実行する Celery worker だけを起動します。"""
    from cli.serve import serve_worker

    serve_worker(queues)


@app.command()
def dispatch() -> None:
    """実行すべきジョブを通知する dispatcher だけを起動します。"""
    from cli.serve import serve_dispatcher

    serve_dispatcher()


@app.command()
def inbox() -> None:
    """取込みフォルダー（GIJIYOSHI_INBOX_DIR）を見て会議を受け付けるプロセスだけを起動します。"""
    from cli.serve import serve_inbox

    serve_inbox()


@app.command()
def migrate() -> None:
    """データベースを最新の形にします。"""
    from cli.settings import settings
    from service.db.migrate import migrate as to_head

    to_head(settings().database())
    typer.echo("データベースは最新です。")


@app.command()
def seen(role: Annotated[str, typer.Argument(help="api、dispatcher、worker、inbox のどれか")]) -> None:
    """この計算機の api、dispatcher、worker 又は inbox が動いているかを調べます（動いていなければ終了状態 1）。"""
    from cli.serve import was_seen

    found, sentence = was_seen(role)
    typer.echo(sentence)
    raise typer.Exit(0 if found else 1)


@app.command()
def read(
    file: Annotated[Path, typer.Argument(help="文字起こし（形式と文字コードは中身で判定します）")],
    *,
    columns: Columns = None,
) -> None:
    """文字起こしを読み取り、形式、文字コード及び発言を JSON で出力します。読めなかった部分は標準エラーにも示します。"""
    from cli.draft import read_file

    transcript, notices = read_file(file, columns)
    for notice in notices:
        typer.echo(notice, err=True)
    typer.echo(transcript)


@app.command()
def draft(
    transcript: Annotated[Path, typer.Argument(help="文字起こし")],
    *,
    meeting: Annotated[Path, typer.Option(help="会議情報（JSON または YAML）")],
    output: Annotated[Path, typer.Option("-o", "--output", help="書き出すファイル（.txt .docx .pdf .html .json）")],
    profile: Annotated[str | None, typer.Option(help="書式（既定: GIJIYOSHI_PROFILE）")] = None,
    model: Annotated[str | None, typer.Option(help="要約モデル（既定: GIJIYOSHI_MODEL）")] = None,
    columns: Columns = None,
    public: Annotated[bool, typer.Option("--public", help="公開版にする（非公開の内容を一切含めない）")] = False,
) -> None:
    """サーバーを使わずに素案を作ります。"""
    from cli.draft import draft_file

    typer.echo(
        draft_file(transcript, meeting, output, profile=profile, model=model, columns=columns, public=public), err=True
    )


@app.command()
def evaluate(
    *,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="書き出す報告（Markdown。既にあれば測った節だけを改める）")
    ],
    data: Annotated[Path | None, typer.Option(help="評価データのフォルダー（既定: GIJIYOSHI_DATA）")] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="この測定だけ行う（fictional kiryu kodaira register attack speed reading。"
            "--model では会議の集まり fictional kiryu kodaira shinagawa diet。繰り返し可）"
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="この要約モデルを試し、抽出型と比べた報告を書く（extractive openai など）")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="会議の集まりごとの件数の上限（--model のときだけ）")] = None,
    state: Annotated[
        Path | None, typer.Option(help="途中の結果を置くフォルダー（既定: 報告の隣の .state。--model のときだけ）")
    ] = None,
    page: Annotated[
        Path | None, typer.Option(help="読み比べの頁を書き出すファイル（HTML。--model のときだけ）")
    ] = None,
    price_in: Annotated[
        float | None, typer.Option(min=0, help="入力100万トークンの価格（円。--model のときだけ）")
    ] = None,
    price_out: Annotated[
        float | None, typer.Option(min=0, help="出力100万トークンの価格（円。--model のときだけ）")
    ] = None,
) -> None:
    """素案の品質を測り、報告を書きます。--model を付けると、その要約モデルを抽出型と比べます。"""
    from cli.evaluation import evaluate_to, refuse_without_model

    if model is None:
        refuse_without_model(limit=limit, state=state, page=page, price_in=price_in, price_out=price_out)
        typer.echo(evaluate_to(output, data=data, only=only or ()), err=True)
        return
    from cli.trial import prices_of, try_model

    prices = prices_of(price_in, price_out)
    done = try_model(model, output, data=data, only=only or (), limit=limit, state=state, html=page, prices=prices)
    raise typer.Exit(done)


@app.command()
def openapi(
    output: Annotated[Path | None, typer.Option("-o", "--output", help="書き出すファイル（既定: 標準出力）")] = None,
) -> None:
    """REST API の定義（OpenAPI 3.1 の JSON）を出力します。サービスを動かしていなくても使えます。"""
    from cli.openapi_document import openapi_document

    document = openapi_document(output)
    if output is None:
        typer.echo(document, nl=False)


@app.command()
def demo(
    url: Annotated[str | None, typer.Option(help="サービスのアドレス（既定: 設定のアドレスとポート）")] = None,
    samples: Annotated[Path | None, typer.Option(help="見本の会議のフォルダー")] = None,
) -> None:
    """見本の会議を REST API から登録し、できた素案を表示します。"""
    from cli.demo import run_demo

    run_demo(url=url, samples=samples)


app.add_typer(meeting.meeting, name="meeting")
app.add_typer(model.model, name="model")
app.add_typer(profile.profile, name="profile")
app.add_typer(accounts.user, name="user")
app.add_typer(accounts.department, name="department")
app.add_typer(accounts.token, name="token")
app.add_typer(accounts.audit, name="audit")
app.add_typer(bodies.body, name="body")
app.add_typer(bodies.search, name="search")
app.add_typer(destinations.destination, name="destination")
app.add_typer(package.package, name="package")
app.command("register")(register.register)
