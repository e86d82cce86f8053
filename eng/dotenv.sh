#!/usr/bin/env bash
# Writes what docker-compose.yml needs, with random secrets, unless it is there already:
#   .env           passwords and the operator key
#   sources.env    demo sources for the gateway; add or change sources there
set -euo pipefail
# shellcheck source=eng/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
RUN_DIR=$(mktemp -d)
trap 'rm -rf "$RUN_DIR"' EXIT
# shellcheck source=eng/environment.sh
source "$ROOT/eng/environment.sh"
umask 077

if [[ -e $ROOT/.env ]]; then
  say "$ROOT/.env is there already"
else
  for name in OPERATOR_API_KEY POSTGRES_PASSWORD RABBITMQ_PASSWORD \
    GATEWAY_DATABASE_PASSWORD DASHBOARD_DATABASE_PASSWORD NOTIFICATIONS_DATABASE_PASSWORD AUTOMATION_DATABASE_PASSWORD; do
    printf '%s=%s\n' "$name" "$(random_hex 24)"
  done >"$ROOT/.env"
  say "Wrote $ROOT/.env"
fi

if [[ -e $ROOT/sources.env ]]; then
  say "$ROOT/sources.env is there already"
else
  USERS_SOURCES='' demo_sources >"$ROOT/sources.env"
  say "Wrote $ROOT/sources.env"
fi

key=$(setting_in "$ROOT/.env" OPERATOR_API_KEY)
say
say "Next:         docker compose up --build --detach --wait"
# The key is behind the '#', which browsers keep to themselves: it reaches no server's log.
say "Console:      http://localhost:$(compose_setting DASHBOARD_PORT 5200)/login#key=$key"
say "Operator key: $key"
