# Two stages: wheels are collected once, the final image is built from them with no network.
FROM python:3.11-slim-bookworm AS wheels
WORKDIR /build
COPY docker docker
COPY requirements.lock ./
RUN sh docker/image.sh collect /wheels
COPY pyproject.toml README.md LICENSE ./
COPY minutes minutes
COPY models models
COPY prompts prompts
COPY service service
COPY workers workers
COPY evaluation evaluation
COPY cli cli
RUN sh docker/image.sh project /wheels

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HF_HUB_OFFLINE=1 HOME=/data
RUN --network=none \
    --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    --mount=type=bind,from=wheels,source=/build/docker,target=/build/docker \
    sh /build/docker/image.sh install /wheels
# By number, so that an orchestrator can see that it is not root. A new volume takes this folder's owner.
RUN groupadd --system --gid 10001 gijiyoshi \
 && useradd --system --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin gijiyoshi \
 && install -d -o 10001 -g 10001 -m 0700 /data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
CMD ["gijiyoshi", "api", "--host", "0.0.0.0"]
