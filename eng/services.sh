# shellcheck shell=bash
# Building, starting and stopping the four services as processes of this machine; they migrate their databases when they start.

SERVICES=(gateway dashboard notifications automation)
GATEWAY_PORT=${GATEWAY_PORT:-5100}
DASHBOARD_PORT=${DASHBOARD_PORT:-5200}
NOTIFICATIONS_PORT=${NOTIFICATIONS_PORT:-5300}
AUTOMATION_PORT=${AUTOMATION_PORT:-5400}
require_port GATEWAY_PORT DASHBOARD_PORT NOTIFICATIONS_PORT AUTOMATION_PORT
SERVICE_DIR=$RUN_DIR/services

project_of() { printf 'WebhookPlatform.%s' "${1^}"; }
folder_of() { printf '%s/src/%s' "$ROOT" "$(project_of "$1")"; }
program_of() { printf '%s/bin/Release/net10.0/%s.dll' "$(folder_of "$1")" "$(project_of "$1")"; }
port_variable_of() { printf '%s_PORT' "${1^^}"; }
port_of() {
  local variable
  variable=$(port_variable_of "$1")
  printf '%s' "${!variable}"
}
log_of() { printf '%s/%s.log' "$SERVICE_DIR" "$1"; }
service_pid() { cat "$SERVICE_DIR/$1.pid" 2>/dev/null || true; }
service_runs() { process_is "$(service_pid "$1")" "$ROOT/src/WebhookPlatform."; }

# --- build --------------------------------------------------------------------------------------------------------

# What the services are built from: names, sizes and times of all sources. An unchanged set needs no build at all,
# which saves the seconds msbuild takes to find out the same.
fingerprint() {
  (
    cd "$ROOT"
    dotnet --version
    find src aspire/WebhookPlatform.ServiceDefaults Directory.Build.props Directory.Packages.props global.json .editorconfig eng/Services.slnf \
      \( -name bin -o -name obj \) -prune -o -type f -printf '%p %s %T@\n' | sort
  ) | sha256sum | cut -d ' ' -f 1
}

build_services() {
  local built=$RUN_DIR/built print service complete=yes
  print=$(fingerprint)
  for service in "${SERVICES[@]}"; do [[ -f $(program_of "$service") ]] || complete=''; done
  if [[ -n $complete && -f $built && $(cat "$built") == "$print" ]]; then return; fi
  step "Building"
  rm -f "$built"
  # Analyzers are for those who change the code: without them it builds in a third of the time.
  (cd "$ROOT" && dotnet build eng/Services.slnf -c Release --nologo -v quiet -clp:"NoSummary;ErrorsOnly" -p:RunAnalyzers=false) || die "The build failed"
  fingerprint >"$built"
}

# --- databases ----------------------------------------------------------------------------------------------------

# part_of CONNECTION-STRING NAME...: the value of the first of these keywords that is there.
part_of() {
  local text=$1 key value part
  shift
  while IFS= read -r -d ';' part; do
    key=$(tr '[:upper:]' '[:lower:]' <<<"${part%%=*}" | tr -d ' ')
    value=${part#*=}
    for wanted in "$@"; do
      if [[ $key == "$wanted" ]]; then
        printf '%s' "$value"
        return
      fi
    done
  done <<<"$text;"
}

# The server's connection string with this database instead of whatever database it names.
connection_to() {
  local part result=''
  while IFS= read -r -d ';' part; do
    [[ -z $part || ${part,,} =~ ^\ *(database|db)\ *= ]] || result+="$part;"
  done <<<"$DATABASE_SERVER;"
  printf '%sDatabase=%s' "$result" "$1"
}

create_databases() {
  local psql host port user service
  psql=$(command -v psql || compgen -G '/usr/lib/postgresql/*/bin/psql' | sort -V | tail -n 1) || true
  if [[ -z $psql ]]; then
    warn "psql is not here: the databases ${SERVICES[*]} are expected to exist, or the migrations create them."
    return
  fi
  host=$(part_of "$DATABASE_SERVER" host server)
  port=$(part_of "$DATABASE_SERVER" port)
  user=$(part_of "$DATABASE_SERVER" username userid user uid)
  PGPASSWORD=$(part_of "$DATABASE_SERVER" password pwd)
  export PGPASSWORD
  for service in "${SERVICES[@]}"; do printf "select 'create database %s' where not exists (select from pg_database where datname = '%s') \\\\gexec\n" "$service" "$service"; done |
    "$psql" -X -q -v ON_ERROR_STOP=1 -h "${host:-localhost}" -p "${port:-5432}" ${user:+-U "$user"} -d postgres ||
    die "The databases could not be created on ${host:-localhost}:${port:-5432}"
  unset PGPASSWORD
}

# Fills the array `command` with what runs a service. `Development`, because a build (unlike a published service) serves
# its web files only there; the gateway's address, because the console reads it. Further arguments, a command that runs
# commands, stand behind `env`: what stood before it would show the secrets to `ps` for as long as it runs.
service_command() {
  command=(
    env "${settings[@]}"
    "ASPNETCORE_ENVIRONMENT=${ASPNETCORE_ENVIRONMENT:-Development}"
    "ASPNETCORE_URLS=http://${LISTEN_ADDRESS:-localhost}:$(port_of "$1")"
    "ConnectionStrings__Database=$(connection_to "$1")"
    "Database__MigrateAtStart=${Database__MigrateAtStart:-true}"
    "ConnectionStrings__RabbitMq=$BROKER"
    "Gateway__Url=${Gateway__Url:-http://localhost:$GATEWAY_PORT}"
    "Notifications__MailFolder=${Notifications__MailFolder:-$RUN_DIR/mail}"
    "${@:2}" dotnet "$(program_of "$1")"
  )
}

# --- processes ----------------------------------------------------------------------------------------------------

# start_process NAME FOLDER COMMAND...: in the background, in a session of its own: Ctrl-C reaches run.sh, which stops
# everything in order. The folder is the working directory, as with `dotnet run`, so that settings files are found.
start_process() {
  local name=$1 folder=$2 log
  shift 2
  log=$(log_of "$name")
  if [[ -f $log ]]; then mv -f "$log" "$log.1"; fi
  (cd "$folder" && exec setsid "$@") </dev/null >"$log" 2>&1 &
  printf '%s\n' $! >"$SERVICE_DIR/$name.pid"
  await_process $! "$ROOT/src/WebhookPlatform."
}

start_services() {
  local service command
  for service in "${SERVICES[@]}"; do
    service_command "$service"
    # Senders wait for the gateway and nobody for the others: on a busy machine it goes first.
    if [[ $service != gateway ]]; then command=(nice -n 10 "${command[@]}"); fi
    start_process "$service" "$(folder_of "$service")" "${command[@]}"
  done
  for service in "${SERVICES[@]}"; do printf '%s=%s\n' "$(port_variable_of "$service")" "$(port_of "$service")"; done >"$SERVICE_DIR/ports"
}

await_services() {
  local service deadline=$((SECONDS + 90))
  for service in "${SERVICES[@]}"; do
    until [[ $(http_status "$(port_of "$service")" /health/ready) == 200 ]]; do
      if ! service_runs "$service"; then
        show_log_tail "$(log_of "$service")"
        die "The $service service ended while starting"
      elif ((SECONDS >= deadline)); then
        show_log_tail "$(log_of "$service")"
        die "The $service service was not ready in time: http://localhost:$(port_of "$service")/health/ready"
      fi
      sleep 0.1
    done
  done
}

stop_services() {
  local name pid pids=()
  for name in demo "${SERVICES[@]}"; do
    if service_runs "$name"; then
      pid=$(service_pid "$name")
      kill -TERM "$pid" 2>/dev/null || true
      pids+=("$pid")
    fi
  done
  for pid in "${pids[@]}"; do
    wait_gone 10 "$pid" "$ROOT/src/WebhookPlatform." || kill -KILL "$pid" 2>/dev/null || true
  done
  rm -f "$SERVICE_DIR"/*.pid
}
