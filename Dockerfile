# syntax=docker/dockerfile:1
# The bridge as an image. Built and started by deploy/compose.yaml; by hand: docker build -t bridge .
# Tags name a line of releases, not one release: `docker compose build --pull` brings their security updates.

FROM python:3.11-slim-bookworm AS build
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PROJECT_ENVIRONMENT=/app/.venv \
    UV_PYTHON_DOWNLOADS=never
RUN ["pip", "install", "--no-cache-dir", "--disable-pip-version-check", "--root-user-action=ignore", "uv==0.13.9"]
WORKDIR /app
# What the bridge stands on, in a layer of its own: it changes rarely.
COPY pyproject.toml uv.lock ./
RUN ["uv", "sync", "--frozen", "--no-dev", "--no-default-groups", "--extra", "postgres", "--no-install-project"]
COPY README.md ./
COPY bridge ./bridge
RUN ["uv", "sync", "--frozen", "--no-dev", "--no-default-groups", "--extra", "postgres", "--no-editable"]

FROM python:3.11-slim-bookworm
# One user without rights, by number: what is mounted can be given to it. Relative paths in a configuration start at
# its folder: data/bridge.db and data/matrix beside /etc/bridge/config.yaml lie in the volume.
RUN groupadd --system --gid 10001 bridge \
    && useradd --system --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin bridge \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data \
    && install --directory --mode=0755 /etc/bridge \
    && ln --symbolic /data /etc/bridge/data
COPY --from=build /app/.venv /app/.venv
# Inside, it listens for the container's own network, always on 8080; what is published decides who else hears it.
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BRIDGE_CONFIG=/etc/bridge/config.yaml \
    BRIDGE_HTTP__HOST=0.0.0.0 \
    BRIDGE_HTTP__PORT=8080
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8080
# The bridge is the container's first process and takes SIGTERM itself: it needs up to 45 seconds to come to an end.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8080, timeout=4); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["bridge"]
CMD ["run"]
