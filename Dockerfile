# Two stages: wheels are collected once, the final image is built from them with no network.
FROM python:3.11-slim-bookworm AS wheels
WORKDIR /build
COPY requirements.lock ./
RUN python -m pip wheel --require-hashes --wheel-dir /wheels -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY minutes minutes
COPY models models
COPY prompts prompts
COPY service service
COPY workers workers
COPY evaluation evaluation
COPY cli cli
RUN python -m pip wheel --no-deps --wheel-dir /wheels .

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HF_HUB_OFFLINE=1
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    python -m pip install --no-cache-dir --no-index --no-deps /wheels/*.whl \
 && useradd --system --uid 10001 --home-dir /data --create-home gijiyoshi
USER gijiyoshi
WORKDIR /data
VOLUME /data
EXPOSE 8000
CMD ["gijiyoshi", "api", "--host", "0.0.0.0"]
