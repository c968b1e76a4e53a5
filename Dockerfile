# The bot in a container that runs as nobody in particular and writes nowhere but to /data and /tmp:
#
#   docker build -t qa-bot .
#   docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
#     -v qa-bot:/data -v ./seeds:/articles:ro -p 127.0.0.1:7860:7860 qa-bot
#
# deploy/compose.yaml says the same. To keep 3 GB of graphics libraries out of the image, name a package index that has
# torch for processors alone: --build-arg PIP_EXTRA_INDEX_URL=…

FROM python:3.11-slim-bookworm AS build
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/qa-bot
# The dependencies change less often than the code; this layer is kept when only the code does.
COPY pyproject.toml constraints.txt README.md LICENSE ./
RUN /opt/qa-bot/bin/python -c "import tomllib; print('\n'.join(tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies']))" > dependencies.txt \
    && /opt/qa-bot/bin/pip install -c constraints.txt -r dependencies.txt
COPY qa_bot qa_bot
COPY index index
COPY ui ui
RUN /opt/qa-bot/bin/pip install --no-deps -c constraints.txt .

FROM python:3.11-slim-bookworm
ENV PATH=/opt/qa-bot/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    QA_BOT_DATA=/data \
    QA_BOT_HOST=0.0.0.0 \
    QA_BOT_PORT=7860 \
    QA_BOT_LOG_FORMAT=json
RUN install -d -o 10001 -g 10001 /data
COPY --from=build /opt/qa-bot /opt/qa-bot
COPY seeds /articles
USER 10001:10001
WORKDIR /tmp
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s --retries=3 \
    CMD ["python", "-c", "import os; from urllib.request import urlopen; urlopen(f\"http://127.0.0.1:{os.environ['QA_BOT_PORT']}/healthz\", timeout=4)"]
# Only what changed in /articles is indexed again.
CMD ["sh", "-c", "qa-bot index /articles && exec qa-bot serve"]
