"""What a person fills in about any HTTP server."""

from typing import Annotated

from pydantic import Field

CaFile = Annotated[
    str,
    Field(
        max_length=1000,
        title="認証局の証明書",
        description="庁内の認証局を使うときの、証明書のファイル（PEM）の場所。サービスの動いている計算機での絶対パス",
        examples=["/etc/ssl/chonai-ca.pem"],
    ),
]
PlainHttp = Annotated[
    bool,
    Field(
        title="保護のない通信（http）を認める",
        description="パスワード及び内容が、途中で読まれるおそれがあります。閉じた網で、やむを得ないときだけ",
    ),
]
