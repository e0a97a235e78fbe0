# The product's image: one for web, worker, beat and the jobs of docker-compose.yml; the command chooses.

FROM node:22-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci && npm run vendor

FROM python:3.11-slim AS packages
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements/prod.txt /tmp/requirements.txt
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/requirements.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --user-group --home-dir /app --shell /usr/sbin/nologin trackagoat
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LOG_FORMAT=json
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=assets /build/static/vendor static/vendor
# Settings must load for collectstatic; these values stay in this step and reach nothing.
RUN SECRET_KEY=build DATABASE_URL=postgresql:///build REDIS_URL=redis://build \
    python manage.py collectstatic --no-input --verbosity 0 \
    && mkdir -p var/beat var/pictures && chown -R trackagoat:trackagoat var/beat var/pictures
USER trackagoat
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["trackagoat/stack/container.sh", "healthy"]
ENTRYPOINT ["/app/trackagoat/stack/container.sh"]
CMD ["web"]
