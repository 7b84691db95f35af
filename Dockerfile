# The engine as a container: `docker run … dicomcast run`. Runs as a user without rights, and needs to write nowhere but in
# the state volume, so `--read-only --cap-drop ALL --security-opt no-new-privileges` work.
#
# Node itself allows the process no more (`--permission`): it reads what it runs, its configuration, secrets and state, and
# writes the state and /tmp (where the sandbox keeps its data); it starts no process, no thread and no add-on, and makes no code from text. For files elsewhere:
# `docker run -e NODE_OPTIONS=--allow-fs-read=/other/ …`.

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package of ours has to run a script to be installed.
RUN npm ci --omit=dev --ignore-scripts --no-update-notifier

FROM node:24-slim
# V8 would give young objects 128 MB on a large machine; with 32 the engine takes a fifth less memory and is as fast (bench/README.md).
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-semi-space-size=16 \
    DICOMCAST_STATE=/var/lib/dicomcast/state.db
WORKDIR /app
# The volume takes over the owner of the folder when it is first mounted.
RUN install -d -o node -g node -m 0750 /var/lib/dicomcast
COPY --from=packages /app/node_modules node_modules
# Owned by root: what runs cannot change what it runs.
COPY package.json package-lock.json dicomcast.config.yaml LICENSE THIRD_PARTY.md ./
COPY schemas schemas
COPY mappings mappings
COPY engine engine
USER node
VOLUME /var/lib/dicomcast
HEALTHCHECK NONE
STOPSIGNAL SIGTERM
# Wherever the working folder is: a site's project is mounted at /site, `-v "$PWD:/site:ro" -w /site`.
ENTRYPOINT ["node", "--disallow-code-generation-from-strings", "--permission", \
    "--allow-fs-read=/app/", "--allow-fs-read=/site/", "--allow-fs-read=/etc/dicomcast/", "--allow-fs-read=/run/secrets/", \
    "--allow-fs-read=/var/lib/dicomcast/", "--allow-fs-write=/var/lib/dicomcast/", \
    "--allow-fs-read=/tmp/", "--allow-fs-write=/tmp/", "/app/engine/cli/main.ts"]
CMD ["run"]
