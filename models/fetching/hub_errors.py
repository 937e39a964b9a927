"""What goes wrong with a hub, in the words of the person at the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from minutes.errors import InputError

_LIMITED = "公開が限られたモデルは、HF_TOKEN に利用を認められたトークンを設定して実行してください。"


@contextmanager
def speaking(source: str, revision: str | None) -> Iterator[None]:
    """Turns the hub client's errors into InputError; those of the disk pass."""
    import httpx2
    from huggingface_hub import errors

    try:
        yield
    except errors.GatedRepoError as error:
        raise InputError(
            "利用条件への同意が要るモデルです。",
            where=source,
            remedy=f"ハブのモデルのページで同意し、認められてからやり直してください。{_LIMITED}",
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise InputError(
            "ハブにこの名前のモデルがないか、見る権限がありません。",
            where=source,
            remedy=f"「組織名/モデル名」のつづりを確かめてください。{_LIMITED}",
        ) from error
    except errors.RevisionNotFoundError as error:
        raise InputError(
            f"このモデルに版「{revision or 'main'}」はありません。",
            where=source,
            remedy="--revision を確かめてください（枝、札又はコミットの名前）。",
        ) from error
    except errors.HfHubHTTPError as error:
        raise _refused(error.response.status_code, source) from error
    except errors.HFValidationError as error:
        raise InputError(
            "モデルの名前の形が正しくありません。",
            where=source,
            remedy="ハブの「組織名/モデル名」か、いまあるフォルダー又はファイルを指定してください。",
        ) from error
    except errors.LocalEntryNotFoundError as error:  # it could not ask about a file, and looked for it here in vain
        raise _unasked(error.__cause__, source) from error
    except (
        httpx2.HTTPError,
        httpx2.InvalidURL,
        errors.XetDownloadError,
        RuntimeError,
        ConnectionError,
        TimeoutError,
    ) as error:
        raise _unreachable() from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _no_hub(source) from error
    except OSError as error:
        if error.errno is None:  # the client's own: what came is not what was announced
            raise InputError(
                "受け取った内容がハブの示すものと違います。", where=source, remedy="もう一度実行してください。"
            ) from error
        raise


def _refused(status: int, source: str) -> InputError:
    if status in (401, 403):
        return InputError(
            f"ハブが利用を認めません（HTTP {status}）。",
            where=source,
            remedy=f"モデルの名前を確かめてください。{_LIMITED}",
        )
    return InputError(
        f"ハブが要求を受け付けません（HTTP {status}）。", where=source, remedy="時間をおいてやり直してください。"
    )


def _unasked(cause: BaseException | None, source: str) -> InputError:
    from huggingface_hub import errors

    if isinstance(cause, errors.HfHubHTTPError):
        return _refused(cause.response.status_code, source)
    return _no_hub(source) if isinstance(cause, errors.FileMetadataError) else _unreachable()


def _no_hub(source: str) -> InputError:
    return InputError(
        "返答がハブのものではありません。",
        where=source,
        remedy="HF_ENDPOINT とプロキシの設定を確かめてください。",
    )


def _unreachable() -> InputError:
    from huggingface_hub import constants

    return InputError(
        "ハブにつながらないか、途中で切れました。",
        where=constants.ENDPOINT,
        remedy="外部に接続できる場所で実行してください。プロキシ（HTTPS_PROXY）と HF_ENDPOINT も確かめてください。"
        "取り込み終えたファイルは残っており、もう一度実行すると続きから取り込みます。",
    )
