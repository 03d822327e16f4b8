# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/sahelwatch
COPY requirements.lock ./
RUN /opt/sahelwatch/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md ./
COPY bot bot
COPY storage storage
COPY news news
# Compiled here: the root file system is read-only at run time, and a cold import costs seconds.
RUN /opt/sahelwatch/bin/pip install --no-cache-dir --no-deps . \
    && /opt/sahelwatch/bin/python -m compileall -q /opt/sahelwatch/lib

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin sahelwatch \
    && install -d -o sahelwatch -g sahelwatch -m 0700 /data
COPY --from=build /opt/sahelwatch /opt/sahelwatch
COPY feeds.yaml watchlists.yaml /etc/sahelwatch/
ENV PATH=/opt/sahelwatch/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    SAHELWATCH_DATABASE_URL=sqlite:////data/sahelwatch.db \
    SAHELWATCH_FEEDS=/etc/sahelwatch/feeds.yaml \
    SAHELWATCH_WATCHLISTS=/etc/sahelwatch/watchlists.yaml \
    SAHELWATCH_LOG_FORMAT=json \
    SAHELWATCH_METRICS_PORT=9464
USER sahelwatch
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['SAHELWATCH_METRICS_PORT']}/healthz\", timeout=4)"]
ENTRYPOINT ["sahelwatch"]
CMD ["run"]
