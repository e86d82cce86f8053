#!/usr/bin/env bash
# A private PostgreSQL and a private RabbitMQ for development and tests, on 127.0.0.1 only.
#
#   eng/servers.sh start [database|broker]   start what does not run yet, wait until it answers
#   eng/servers.sh stop  [database|broker]   stop it cleanly
#   eng/servers.sh kill  [database|broker]   end it as a power cut would (for tests)
#   eng/servers.sh freeze|thaw [database|broker]   stop it in the middle of whatever it does, and let it go on (for tests)
#   eng/servers.sh rabbitmqctl ARGUMENT...   ask the broker's own tool
#   eng/servers.sh check [database|broker]   fail when something else has its ports
#   eng/servers.sh status                    say what runs, and where; exit code 0 when both run
#   eng/servers.sh reset                     stop both and delete their data
#   eng/servers.sh env                       print the exports tests read: eval "$(eng/servers.sh env)"
#
# SERVERS_DIR     data, logs and passwords                             (default: .run/servers)
# POSTGRES_PORT   PostgreSQL's port                                    (default: 5442)
# RABBITMQ_PORT   RabbitMQ's port; its Erlang ports follow from it     (default: 5682)
#
# Ports are remembered in SERVERS_DIR, so that later commands only need the folder.
set -euo pipefail
# shellcheck source=eng/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

SERVERS_DIR=${SERVERS_DIR:-$RUN_DIR/servers}
mkdir -p "$SERVERS_DIR"
SERVERS_DIR=$(cd "$SERVERS_DIR" && pwd -P)

remembered() { [[ -f $SERVERS_DIR/ports ]] && sed -n "s/^$1=//p" "$SERVERS_DIR/ports" || true; }
POSTGRES_PORT=${POSTGRES_PORT:-$(remembered POSTGRES_PORT)}
POSTGRES_PORT=${POSTGRES_PORT:-5442}
RABBITMQ_PORT=${RABBITMQ_PORT:-$(remembered RABBITMQ_PORT)}
RABBITMQ_PORT=${RABBITMQ_PORT:-5682}
require_port POSTGRES_PORT RABBITMQ_PORT
# Erlang's distribution and its port mapper get ports of their own, so that no other node on the machine is in the way.
# Below 32768, where it can be had: from there on the system takes ports for outgoing connections, which no check sees.
if ((RABBITMQ_PORT < 12768)); then far=20000 near=10000; elif ((RABBITMQ_PORT < 45000)); then far=-4000 near=-8000; else far=-20000 near=-10000; fi
RABBITMQ_DIST_PORT=$((RABBITMQ_PORT + far))
RABBITMQ_EPMD_PORT=$((RABBITMQ_PORT + near))
RABBITMQ_MANAGEMENT_PORT=$((RABBITMQ_PORT + near + far / 4))

ROLE=webhooks

# --- where data lives ---------------------------------------------------------------------------------------------

# The servers run as users of their own when we are root; a clone below a home folder of mode 700 is out of their reach.
data_home() {
  chmod u+rwx,go+x "$SERVERS_DIR"
  if ! is_root; then
    say "$SERVERS_DIR"
  elif as_user postgres test -x "$SERVERS_DIR" && as_user rabbitmq test -x "$SERVERS_DIR"; then
    say "$SERVERS_DIR"
  else
    local key
    key=$(printf '%s' "$SERVERS_DIR" | sha256sum | cut -c1-12)
    mkdir -p "/var/tmp/webhook-platform-$key"
    chmod 711 "/var/tmp/webhook-platform-$key"
    say "/var/tmp/webhook-platform-$key"
  fi
}

secret() {
  local file=$SERVERS_DIR/$1.secret
  [[ -s $file ]] || (umask 077 && random_hex 24 >"$file")
  cat "$file"
}

owned_folder() {
  mkdir -p "$2"
  chmod 700 "$2"
  if is_root; then chown -R "$1:" "$2"; fi
}

pid_of() { cat "$SERVERS_DIR/$1.pid" 2>/dev/null || true; }
database_runs() { process_is "$(pid_of database)" "$DATA/postgres"; }
broker_runs() { process_is "$(pid_of broker)" "$DATA/rabbitmq"; }

# detached USER NAME COMMAND...: leaves NAME.pid and NAME.log. A session of its own, so that Ctrl-C in the terminal does not
# reach it before the services that use it have stopped; and without the lock of this script.
detached() {
  local user=$1 name=$2 switch=()
  shift 2
  if is_root; then switch=(setpriv --reuid="$user" --regid="$user" --init-groups --); fi
  setsid "${switch[@]}" "$@" </dev/null >>"$SERVERS_DIR/$name.log" 2>&1 9>&- &
  say $! >"$SERVERS_DIR/$name.pid"
}

refuse_taken_port() {
  if port_taken "$2"; then die "Port $2 on 127.0.0.1 is taken, and $1 needs it. Free it, or choose another: $3=<port>"; fi
}

# --- PostgreSQL ---------------------------------------------------------------------------------------------------

# The newest server installed, or the one that made the data: PostgreSQL does not read the files of another major version.
postgres_bin() {
  local version
  if [[ -s $DATA/postgres.version ]]; then
    version=$(cat "$DATA/postgres.version")
  else
    version=$(find /usr/lib/postgresql -maxdepth 1 -mindepth 1 -printf '%f\n' 2>/dev/null | sort -V | tail -n 1)
  fi
  [[ -x /usr/lib/postgresql/$version/bin/postgres ]] ||
    die "PostgreSQL ${version:-} is not installed. Run eng/install.sh, or drop data of an older version with: eng/servers.sh reset"
  say "/usr/lib/postgresql/$version/bin"
}

create_database_cluster() {
  local bin=$1 folder=$DATA/postgres password
  [[ -s $folder/PG_VERSION && -s $DATA/postgres.version ]] && return
  # Whatever is there was interrupted half-way: the version file is written last.
  rm -rf "$folder"
  owned_folder postgres "$folder"
  password=$(secret database)
  as_user postgres "$bin/initdb" -D "$folder" -U postgres --encoding=UTF8 --locale=C.UTF-8 --auth=reject --no-instructions \
    >>"$SERVERS_DIR/database.log" 2>&1 || { show_log_tail "$SERVERS_DIR/database.log"; die "initdb failed"; }
  # No superuser can log in at all; the platform's role may create databases and nothing more.
  printf '%s\n' "set password_encryption = 'scram-sha-256'" \
    "create role $ROLE login createdb password '$password'" |
    as_user postgres "$bin/postgres" --single -D "$folder" postgres >>"$SERVERS_DIR/database.log" 2>&1
  printf 'host all %s 127.0.0.1/32 scram-sha-256\n' "$ROLE" >"$folder/pg_hba.conf"
  basename "$(dirname "$bin")" >"$DATA/postgres.version"
}

database_answers() {
  PGPASSWORD=$(secret database) PGCONNECT_TIMEOUT=2 \
    "$1/psql" -X -q -h 127.0.0.1 -p "$POSTGRES_PORT" -U "$ROLE" -d postgres -c 'select 1' >/dev/null 2>&1
}

launch_database() {
  database_runs && return
  local bin=$1
  check database
  create_database_cluster "$bin"
  # A killed server leaves its lock file behind; the check above says that nobody of ours holds it.
  rm -f "$DATA/postgres/postmaster.pid"
  (
    cd /
    detached postgres database "$bin/postgres" -D "$DATA/postgres" -p "$POSTGRES_PORT" \
      -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 \
      -c fsync=on -c synchronous_commit=on -c full_page_writes=on \
      -c shared_buffers=256MB -c max_wal_size=2GB \
      -c log_line_prefix='%m [%p] %d ' -c logging_collector=off
  )
  await_process "$(pid_of database)" "$DATA/postgres"
}

await_database() {
  local deadline=$((SECONDS + 60))
  until database_answers "$1"; do
    if ! database_runs || ((SECONDS >= deadline)); then
      show_log_tail "$SERVERS_DIR/database.log"
      die "PostgreSQL did not come up on port $POSTGRES_PORT"
    fi
    sleep 0.1
  done
}

# --- RabbitMQ -----------------------------------------------------------------------------------------------------

rabbitmq_configuration() {
  local folder=$DATA/rabbitmq
  owned_folder rabbitmq "$folder"
  # The node's name is part of its data, so it stays what it was at the first start, whatever the port is today.
  [[ -s $folder/node ]] || say "webhooks-$(random_hex 4)@localhost" >"$folder/node"
  (
    umask 077
    cat >"$folder/rabbitmq.conf" <<CONF
listeners.tcp.local = 127.0.0.1:$RABBITMQ_PORT
default_user = $ROLE
default_pass = $(secret broker)
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
# A laptop's share: stop publishers well before the machine suffers, and keep the quorum queues' log in memory small.
vm_memory_high_watermark.relative = 0.3
disk_free_limit.absolute = 200MB
raft.wal_max_size_bytes = 67108864
log.console = true
log.console.level = info
log.file = false
# The management API, for tests that make virtual hosts of their own; without its statistics, which cost processor time.
management.tcp.ip = 127.0.0.1
management.tcp.port = $RABBITMQ_MANAGEMENT_PORT
management_agent.disable_metrics_collector = true
CONF
    say '[rabbitmq_management].' >"$folder/enabled_plugins"
    : >"$folder/rabbitmq-env.conf"
  )
  if is_root; then chown -R rabbitmq: "$folder"; fi
}

launch_broker() {
  broker_runs && return
  local folder=$DATA/rabbitmq
  [[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]] || die "RabbitMQ is not installed. Run eng/install.sh"
  check broker
  rabbitmq_configuration
  (
    cd "$folder"
    export HOME=$folder LANG=C.UTF-8 LC_ALL=C.UTF-8
    export ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$RABBITMQ_EPMD_PORT
    detached rabbitmq epmd epmd -port "$RABBITMQ_EPMD_PORT" -address 127.0.0.1
    export RABBITMQ_NODENAME RABBITMQ_NODE_PORT=$RABBITMQ_PORT RABBITMQ_DIST_PORT RABBITMQ_NODE_IP_ADDRESS=127.0.0.1
    RABBITMQ_NODENAME=$(cat "$folder/node")
    export RABBITMQ_MNESIA_BASE=$folder/mnesia RABBITMQ_LOG_BASE=$folder/log RABBITMQ_PID_FILE=$folder/node.pid
    export RABBITMQ_CONFIG_FILE=$folder/rabbitmq RABBITMQ_ADVANCED_CONFIG_FILE=$folder/advanced
    export RABBITMQ_CONF_ENV_FILE=$folder/rabbitmq-env.conf RABBITMQ_ENABLED_PLUGINS_FILE=$folder/enabled_plugins
    export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'
    # The unknown flag is ignored by Erlang; it lets process_is recognise this node's processes.
    detached rabbitmq broker /usr/lib/rabbitmq/bin/rabbitmq-server -webhooks_data "$folder"
  )
  await_process "$(pid_of broker)" "$folder"
}

# RabbitMQ accepts TCP before it can serve: only an answer to the protocol header says that it is there.
broker_answers() {
  local first=''
  (
    exec 3<>"/dev/tcp/127.0.0.1/$RABBITMQ_PORT" || exit 1
    printf 'AMQP\x00\x00\x09\x01' >&3
    IFS= LC_ALL=C read -r -t 2 -N 1 -u 3 first && [[ $first == $'\x01' ]]
  ) 2>/dev/null
}

await_broker() {
  local deadline=$((SECONDS + 90))
  until broker_answers; do
    if ! broker_runs || ((SECONDS >= deadline)); then
      show_log_tail "$SERVERS_DIR/broker.log"
      die "RabbitMQ did not come up on port $RABBITMQ_PORT"
    fi
    sleep 0.2
  done
}

stop_port_mapper() {
  local pid
  pid=$(pid_of epmd)
  if process_is "$pid" epmd; then
    kill "$pid" 2>/dev/null || true
    wait_gone 5 "$pid" epmd || kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$SERVERS_DIR/epmd.pid"
}

check() {
  if [[ $1 != broker ]] && ! database_runs; then refuse_taken_port PostgreSQL "$POSTGRES_PORT" POSTGRES_PORT; fi
  if [[ $1 != database ]] && ! broker_runs; then
    # Ours may have outlived a node that was killed.
    stop_port_mapper
    refuse_taken_port RabbitMQ "$RABBITMQ_PORT" RABBITMQ_PORT
    refuse_taken_port "RabbitMQ's Erlang node" "$RABBITMQ_DIST_PORT" RABBITMQ_PORT
    refuse_taken_port "RabbitMQ's management API" "$RABBITMQ_MANAGEMENT_PORT" RABBITMQ_PORT
    refuse_taken_port "RabbitMQ's port mapper" "$RABBITMQ_EPMD_PORT" RABBITMQ_PORT
  fi
}

# --- commands -----------------------------------------------------------------------------------------------------

start() {
  local bin=''
  if [[ $1 != broker ]]; then bin=$(postgres_bin); fi
  if [[ $1 != database ]]; then launch_broker; fi
  if [[ $1 != broker ]]; then launch_database "$bin"; fi
  printf 'POSTGRES_PORT=%s\nRABBITMQ_PORT=%s\n' "$POSTGRES_PORT" "$RABBITMQ_PORT" >"$SERVERS_DIR/ports"
  if [[ $1 != broker ]]; then await_database "$bin"; fi
  if [[ $1 != database ]]; then await_broker; fi
}

stop() {
  local database='' broker=''
  if [[ $1 != broker ]] && database_runs; then database=$(pid_of database); fi
  if [[ $1 != database ]] && broker_runs; then broker=$(pid_of broker); fi
  # INT is PostgreSQL's fast shutdown: it ends sessions instead of waiting for them.
  if [[ -n $database ]]; then kill -INT "$database"; fi
  if [[ -n $broker ]]; then kill -TERM "$broker"; fi
  if [[ -n $database ]] && ! wait_gone 30 "$database" "$DATA/postgres"; then kill_tree "$database"; fi
  if [[ -n $broker ]] && ! wait_gone 30 "$broker" "$DATA/rabbitmq"; then kill_tree "$broker"; fi
  if [[ $1 != broker ]]; then rm -f "$SERVERS_DIR/database.pid"; fi
  if [[ $1 != database ]]; then
    stop_port_mapper
    rm -f "$SERVERS_DIR/broker.pid"
  fi
}

descendants() {
  local child
  for child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do
    say "$child"
    descendants "$child"
  done
}

# Ends a process and all it started at once; children first listed, because they are orphans a moment later.
kill_tree() {
  local pids pid deadline=$((SECONDS + 10))
  pids="$1 $(descendants "$1")"
  # shellcheck disable=SC2086
  kill -KILL $pids 2>/dev/null || true
  for pid in $pids; do
    while [[ -s /proc/$pid/cmdline ]] && tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -q . && ((SECONDS < deadline)); do
      sleep 0.02
    done
  done
}

kill_now() {
  if [[ $1 != broker ]] && database_runs; then kill_tree "$(pid_of database)"; fi
  if [[ $1 != database ]] && broker_runs; then kill_tree "$(pid_of broker)"; fi
}

# signal_tree SIGNAL PID: a process and all it started.
signal_tree() {
  # shellcheck disable=SC2046
  kill "-$1" "$2" $(descendants "$2") 2>/dev/null || true
}

signal_all() {
  if [[ $2 != broker ]] && database_runs; then signal_tree "$1" "$(pid_of database)"; fi
  if [[ $2 != database ]] && broker_runs; then signal_tree "$1" "$(pid_of broker)"; fi
}

ask_broker() {
  local folder=$DATA/rabbitmq
  cd "$folder"
  export HOME=$folder LANG=C.UTF-8 LC_ALL=C.UTF-8 ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$RABBITMQ_EPMD_PORT
  export RABBITMQ_CONF_ENV_FILE=$folder/rabbitmq-env.conf
  as_user rabbitmq /usr/lib/rabbitmq/bin/rabbitmqctl -q -n "$(cat "$folder/node")" "$@"
}

status() {
  local code=0
  if database_runs; then say "PostgreSQL runs on 127.0.0.1:$POSTGRES_PORT (pid $(pid_of database))"; else say "PostgreSQL is stopped"; code=1; fi
  if broker_runs; then say "RabbitMQ   runs on 127.0.0.1:$RABBITMQ_PORT (pid $(pid_of broker))"; else say "RabbitMQ   is stopped"; code=1; fi
  return "$code"
}

# Databases hold no more than what the platform put there: nothing outside the data folder is touched.
reset() {
  stop both
  rm -rf "${DATA:?}/postgres" "${DATA:?}/postgres.version" "${DATA:?}/rabbitmq" "$SERVERS_DIR"/{database,broker,epmd}.{log,secret} "$SERVERS_DIR/ports"
  if [[ $DATA != "$SERVERS_DIR" ]]; then rmdir "$DATA" 2>/dev/null || true; fi
}

environment() {
  say "export WEBHOOKS_TEST_POSTGRES='Host=127.0.0.1;Port=$POSTGRES_PORT;Username=$ROLE;Password=$(secret database)'"
  say "export WEBHOOKS_TEST_RABBITMQ='amqp://$ROLE:$(secret broker)@127.0.0.1:$RABBITMQ_PORT'"
  say "export WEBHOOKS_TEST_RABBITMQ_MANAGEMENT='http://$ROLE:$(secret broker)@127.0.0.1:$RABBITMQ_MANAGEMENT_PORT'"
}

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; }

command=${1:-help}
which=${2:-both}
if [[ $command == rabbitmqctl ]]; then which=both; fi
[[ $which == both || $which == database || $which == broker ]] || die "Unknown server '$which': database or broker"
DATA=$(data_home)

# Two starts at once would both create the data; the lock is not inherited by the servers.
exec 9>"$SERVERS_DIR/lock"
case $command in
  start | stop | kill | freeze | thaw | reset | check) flock -w 180 9 || die "Another command on $SERVERS_DIR does not end" ;;
esac

case $command in
  start) start "$which" ;;
  stop) stop "$which" ;;
  kill) kill_now "$which" ;;
  freeze) signal_all STOP "$which" ;;
  thaw) signal_all CONT "$which" ;;
  rabbitmqctl) ask_broker "${@:2}" ;;
  check) check "$which" ;;
  status) status ;;
  reset) reset ;;
  env) environment ;;
  help | --help | -h) usage ;;
  *) die "Unknown command '$command'. Try: eng/servers.sh help" ;;
esac
