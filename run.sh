#!/usr/bin/env bash
# Starts the whole platform on this machine: a private PostgreSQL and RabbitMQ, and the four services.
#
#   ./run.sh [--demo] [--detach] [--no-demo-sources]
#       --demo              adds a trickle of realistic signed webhooks
#       --detach            returns when everything is ready; otherwise logs follow until Ctrl-C, which stops everything
#       --no-demo-sources   configures only the sources your environment names
#   ./run.sh stop           stop everything
#   ./run.sh status         what runs, and where
#   ./run.sh logs [NAME]    follow the logs of all services, or of one: gateway, dashboard, notifications, automation, demo
#   ./run.sh reset          stop everything and delete all data, logs and secrets of this clone's runs
#
# Your environment is passed on to the services, for example:
#   Operator__ApiKey=… Sources__shop__Provider=stripe Sources__shop__Secrets__0=whsec_… ./run.sh
#
# GATEWAY_PORT, DASHBOARD_PORT, NOTIFICATIONS_PORT, AUTOMATION_PORT     ports, instead of 5100, 5200, 5300, 5400
# POSTGRES_PORT, RABBITMQ_PORT              ports of the private servers, instead of 5442 and 5682
# ConnectionStrings__Database               your PostgreSQL instead: Host=…;Username=…;Password=…
# ConnectionStrings__RabbitMq               your RabbitMQ instead: amqp://user:password@host
# LISTEN_ADDRESS                            where services listen, instead of localhost; '*' is everywhere
set -euo pipefail
# shellcheck source=eng/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/eng/common.sh"
# shellcheck source=eng/environment.sh
source "$ROOT/eng/environment.sh"
# shellcheck source=eng/services.sh
source "$ROOT/eng/services.sh"

export SERVERS_DIR=$RUN_DIR/servers
servers() { "$ROOT/eng/servers.sh" "$@"; }

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; }

# --- what is there, and what it needs ---------------------------------------------------------------------------------

private_servers=()
if [[ -z ${ConnectionStrings__Database:-} ]]; then private_servers+=(database); fi
if [[ -z ${ConnectionStrings__RabbitMq:-} ]]; then private_servers+=(broker); fi

refuse_second_run() {
  local service
  for service in "${SERVICES[@]}"; do
    if service_runs "$service"; then
      die "The platform runs already, as './run.sh status' says. './run.sh logs' follows it, './run.sh stop' ends it."
    fi
  done
}

refuse_taken_ports() {
  local service server
  for service in "${SERVICES[@]}"; do
    if port_taken "$(port_of "$service")"; then
      die "Port $(port_of "$service") is taken, and $service needs it. Free it, or choose another: $(port_variable_of "$service")=<port> ./run.sh"
    fi
  done
  for server in "${private_servers[@]}"; do servers check "$server"; done
}

# --- start ------------------------------------------------------------------------------------------------------------

stop_everything() {
  stop_services
  servers stop
}

STOP_AT_EXIT='' TAILS=()
finish() {
  local code=$?
  trap - EXIT
  if [[ -n $STOP_AT_EXIT ]]; then
    say "Stopping…"
    # Migrations under way.
    kill $(jobs -p) 2>/dev/null || true
    stop_everything
  fi
  if ((${#TAILS[@]})); then kill "${TAILS[@]}" 2>/dev/null || true; fi
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# The database is there in a second, the broker takes some: meanwhile the code is built and the databases are made.
start_servers() {
  BROKER_START=''
  if [[ " ${private_servers[*]} " == *' broker '* ]]; then
    (servers start broker >"$SERVICE_DIR/broker-start.log" 2>&1) &
    BROKER_START=$!
  fi
  local WEBHOOKS_TEST_POSTGRES WEBHOOKS_TEST_RABBITMQ
  eval "$(servers env)"
  DATABASE_SERVER=${ConnectionStrings__Database:-$WEBHOOKS_TEST_POSTGRES}
  BROKER=${ConnectionStrings__RabbitMq:-$WEBHOOKS_TEST_RABBITMQ}
}

await_broker_start() {
  [[ -n $BROKER_START ]] || return 0
  wait "$BROKER_START" || {
    cat "$SERVICE_DIR/broker-start.log" >&2
    die "RabbitMQ did not start"
  }
}

start() {
  local demo='' detach='' demo_sources=yes began=$SECONDS
  while (($#)); do
    case $1 in
      --demo) demo=yes ;;
      --detach) detach=yes ;;
      --no-demo-sources) demo_sources='' ;;
      *) usage >&2; die "Unknown option '$1'" ;;
    esac
    shift
  done

  mkdir -p "$SERVICE_DIR"
  refuse_second_run
  "$ROOT/eng/install.sh" "${private_servers[@]}"
  refuse_taken_ports

  # From here on, whatever ends this script also stops what it has started.
  STOP_AT_EXIT=yes

  if ((${#private_servers[@]})); then step "Starting private servers: ${private_servers[*]}"; fi
  start_servers
  build_services
  write_environment "$demo_sources"
  read_environment
  if [[ " ${private_servers[*]} " == *' database '* ]]; then servers start database; fi
  create_databases
  await_broker_start
  step "Starting ${SERVICES[*]}"
  start_services
  await_services
  if [[ -n $demo ]]; then
    start_process demo "$ROOT" env "${settings[@]}" dotnet "$ROOT/src/WebhookPlatform.Cli/bin/Release/net10.0/webhooks.dll" demo --rate 2
  fi
  introduce $((SECONDS - began))

  if [[ -n $detach ]]; then
    STOP_AT_EXIT=''
    say "It goes on in the background: ./run.sh logs follows it, ./run.sh stop ends it."
    return
  fi
  say "Logs follow; Ctrl-C stops everything."
  say
  follow_logs
}

introduce() {
  local key token
  key=${Operator__ApiKey:-$(setting_in "$ENVIRONMENT" Operator__ApiKey)}
  token=$(setting_in "$ENVIRONMENT" Sources__shop__Secrets__0)
  say
  say "${BOLD}Ready after $1 s.${RESET}"
  say
  # The key is behind the '#', which browsers keep to themselves: it reaches no server's log.
  say "  Console         ${BOLD}http://localhost:$DASHBOARD_PORT/login#key=$key${RESET}"
  say "  Operator key    $key"
  say "  Webhooks go to  http://localhost:$GATEWAY_PORT/webhooks/{source}"
  say "  APIs            gateway http://localhost:$GATEWAY_PORT, dashboard http://localhost:$DASHBOARD_PORT,"
  say "                  notifications http://localhost:$NOTIFICATIONS_PORT, automation http://localhost:$AUTOMATION_PORT  (/openapi/v1.json)"
  say "  Mail            written to ${Notifications__MailFolder:-$RUN_DIR/mail} unless Notifications__Smtp__Host is set"
  say
  say "Try next:"
  say "  ./webhooks send stripe payment_intent.succeeded"
  if [[ -n $token && $(setting_in "$ENVIRONMENT" Sources__shop__Provider) == token ]]; then
    say "  curl http://localhost:$GATEWAY_PORT/webhooks/shop -H 'Content-Type: application/json' -H 'X-Signature: $token' \\"
    say "    -d '{\"event\":\"payment_success\",\"orderId\":\"ord_1\",\"amount\":4200,\"currency\":\"USD\"}'"
  fi
  say "  curl -H 'Authorization: Bearer $key' http://localhost:$DASHBOARD_PORT/api/overview"
  say
}

# --- logs -------------------------------------------------------------------------------------------------------------

# Follows the logs, each line prefixed by its service, until nothing runs any more or the script is ended.
follow_logs() {
  local name names=("$@") colour=31 paint announced=' '
  if ((${#names[@]} == 0)); then names=("${SERVICES[@]}" demo); fi
  for name in "${names[@]}"; do
    colour=$((colour + 1))
    [[ -f $(log_of "$name") ]] || continue
    paint=''
    if [[ -n $BOLD ]]; then paint=$'\e['$colour'm'; fi
    tail -n "${LOG_LINES:-20}" -F "$(log_of "$name")" 2>/dev/null > >(sed -u "s/^/$paint$(printf '%-13s' "$name") |$RESET /") &
    TAILS+=($!)
  done
  while :; do
    local running=''
    for name in "${SERVICES[@]}"; do
      if service_runs "$name"; then
        running=yes
      elif [[ $announced != *" $name "* ]]; then
        announced+="$name "
        warn "${RED}$name has ended; its log: $(log_of "$name")${RESET}"
      fi
    done
    [[ -n $running ]] || die "No service runs any more"
    # Interrupted by a signal at once, unlike a sleep in the foreground.
    sleep 1 &
    wait $! || true
  done
}

# --- other commands ---------------------------------------------------------------------------------------------------

status() {
  local service code=0
  # shellcheck source=/dev/null
  if [[ -f $SERVICE_DIR/ports ]]; then source "$SERVICE_DIR/ports"; fi
  for service in "${SERVICES[@]}"; do
    if service_runs "$service"; then
      printf '%-13s runs on http://localhost:%s (pid %s), ready: %s\n' "$service" "$(port_of "$service")" "$(service_pid "$service")" \
        "$([[ $(http_status "$(port_of "$service")" /health/ready) == 200 ]] && say yes || say no)"
    else
      printf '%-13s is stopped\n' "$service"
      code=1
    fi
  done
  servers status || code=1
  return "$code"
}

reset() {
  stop_everything
  servers reset
  rm -rf "$SERVICE_DIR" "$RUN_DIR"/{mail,environment,generated,servers}
  say "Stopped, and all data, logs and secrets under $RUN_DIR are deleted."
}

case ${1:-start} in
  start) start "${@:2}" ;;
  --help | -h | help) usage ;;
  -*) start "$@" ;;
  stop) stop_everything && say "Stopped." ;;
  status) status ;;
  logs)
    if [[ -n ${2:-} && ! -f $(log_of "$2") ]]; then die "There is no log of '$2'"; fi
    follow_logs "${@:2}"
    ;;
  reset) reset ;;
  *) usage >&2; die "Unknown command '$1'" ;;
esac
