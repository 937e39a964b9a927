# Three images from one file: `api`, the default, for everything that needs no language model; `worker` for one in the
# worker itself, and `worker-cuda` for one on a GPU. Wheels are collected once, each image is built from them with no
# network.
FROM python:3.11-slim-bookworm AS wheels
WORKDIR /build
COPY docker docker
COPY requirements.lock ./
RUN sh docker/image.sh collect /wheels
COPY pyproject.toml README.md LICENSE ./
COPY minutes minutes
COPY models models
COPY prompts prompts
COPY records records
COPY service service
COPY workers workers
COPY evaluation evaluation
COPY cli cli
RUN sh docker/image.sh project /wheels

# TORCH_INDEX: a package index with the build of torch that is wanted, for a processor or for one CUDA, with its
# libraries; empty: the index that pip is set up with.
FROM wheels AS model-wheels
ARG TORCH=torch==2.13.0
ARG TORCH_INDEX=
COPY requirements-transformers.lock ./
RUN sh docker/image.sh model /wheels

FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HF_HUB_OFFLINE=1 HOME=/data GIJIYOSHI_MODELS_DIR=/models
# By number, so that an orchestrator can see that it is not root. A new volume takes this folder's owner.
RUN groupadd --system --gid 10001 gijiyoshi \
 && useradd --system --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin gijiyoshi \
 && install -d -o 10001 -g 10001 -m 0700 /data
WORKDIR /data

FROM base AS worker
RUN --network=none \
    --mount=type=bind,from=model-wheels,source=/wheels,target=/wheels \
    --mount=type=bind,from=model-wheels,source=/build/docker,target=/build/docker \
    sh /build/docker/image.sh install /wheels
USER 10001:10001
VOLUME /data
CMD ["gijiyoshi", "worker"]

FROM base AS worker-cuda
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
# Triton builds the part of a kernel that starts it with the machine's compiler, when it is first used.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends gcc libc6-dev \
 && rm -rf /var/lib/apt/lists/*
RUN --network=none \
    --mount=type=bind,from=model-wheels,source=/wheels,target=/wheels \
    --mount=type=bind,from=model-wheels,source=/build/docker,target=/build/docker \
    sh /build/docker/image.sh install /wheels && sh /build/docker/image.sh cuda /wheels
USER 10001:10001
VOLUME /data
CMD ["gijiyoshi", "worker"]

FROM base AS api
RUN --network=none \
    --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    --mount=type=bind,from=wheels,source=/build/docker,target=/build/docker \
    sh /build/docker/image.sh install /wheels
USER 10001:10001
VOLUME /data
EXPOSE 8000
CMD ["gijiyoshi", "api", "--host", "0.0.0.0"]
