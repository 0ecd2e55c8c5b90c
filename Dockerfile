# syntax=docker/dockerfile:1
FROM python:3.13-slim AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /venv
COPY requirements.txt requirements-otel.txt requirements-s3.txt ./
# Every pin has a wheel: no compiler, and nothing of the build in the final image.
RUN /venv/bin/pip install --only-binary=:all: -r requirements.txt -r requirements-otel.txt -r requirements-s3.txt

FROM node:24-slim AS web
WORKDIR /web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web .
RUN npm run build

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --home-dir /app payshift
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
COPY --from=web /web/dist web/dist
# Static files get their hashed names now; the values are placeholders that no server ever sees.
RUN SECRET_KEY=only-for-collectstatic-0123456789abcdef0123456789abcdef DATABASE_URL=postgresql://none@none/none REDIS_URL=redis://none/0 \
    python manage.py collectstatic --no-input --verbosity 0 \
    && mkdir -p .local/media && chown -R payshift .local/media
# By number: an orchestrator that demands a user other than root cannot look names up.
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "deploy/healthcheck.py"]
ENV GRANIAN_HOST=0.0.0.0 GRANIAN_PORT=8000 GRANIAN_WORKERS=2 GRANIAN_BLOCKING_THREADS=32 GRANIAN_WEBSOCKETS=false \
    GRANIAN_RESPAWN_FAILED_WORKERS=true
CMD ["granian", "--interface", "wsgi", "payshift.wsgi:application"]
