# The program for docker-compose.yml: assets are built in one stage, the second holds no Node and no compiler.
FROM node:22-bookworm-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-progress
COPY static ./static
# Tailwind reads templates and form classes for the class names in use.
COPY templates ./templates
COPY apps ./apps
RUN npm run build

FROM python:3.11-slim-bookworm
# pg_dump, pg_restore and psql of the server's version, for back-ups.
RUN apt-get update \
 && apt-get install -y --no-install-recommends postgresql-client-15 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /app tongxin
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/base.txt
COPY manage.py pyproject.toml ./
COPY config ./config
COPY apps ./apps
COPY locale ./locale
COPY templates ./templates
COPY --from=assets /app/static/dist ./static/dist
# The fonts of the PDF reports (apps/files/pdf.py looks here; REPORT_FONT_DIR adds the office's own).
COPY --from=assets /app/node_modules/@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf \
     /app/node_modules/@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf ./fonts/
ENV PYTHONUNBUFFERED=1 DEBUG=0 TONGXIN_VAR=/var/lib/tongxin
# What the program writes: the data key, stored files, back-ups, beat's clock. Catalogues are compiled in the image.
RUN install -d -o tongxin -m 700 /var/lib/tongxin \
 && python manage.py messages --compile
USER tongxin
VOLUME /var/lib/tongxin
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--no-control-socket", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--preload", "--config", "python:config.launcher.gunicorn"]
