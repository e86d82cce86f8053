# shellcheck shell=bash
# The settings of a run: what the user's environment says, and for what it leaves open, demo sources with random secrets.
#
#   .run/generated     secrets made for this clone, kept from run to run
#   .run/environment   what the last run used, KEY=value; the `webhooks` tool signs with it
#   .env, sources.env  what docker compose uses, as eng/dotenv.sh writes it; the tool signs with that while no run is on
#
# Source names may have hyphens, which shell variables cannot: such settings are passed by `env`, not by `export`.

GENERATED=$RUN_DIR/generated
ENVIRONMENT=$RUN_DIR/environment

setting_in() { [[ -f $1 ]] && sed -n "s/^$2=//p" "$1" | head -n 1 || true; }

# generated KEY COMMAND...: the value kept for KEY, made by the command the first time.
generated() {
  local key=$1 value
  shift
  value=$(setting_in "$GENERATED" "$key")
  if [[ -z $value ]]; then
    value=$("$@")
    (umask 077 && printf '%s=%s\n' "$key" "$value" >>"$GENERATED")
  fi
  printf '%s' "$value"
}

signing_secret() { printf 'whsec_%s' "$(random_base64 24)"; }

# Sources the user's environment configures, by name, in lower case as .NET compares them.
users_sources() { env | sed -nE 's/^[Ss][Oo][Uu][Rr][Cc][Ee][Ss]__([^=]+)=.*/\1/p' | sed 's/__.*//' | tr '[:upper:]' '[:lower:]' | sort -u; }

# demo_source NAME PROVIDER SECRET-COMMAND...: prints the settings, unless the user has a source of that name.
demo_source() {
  local name=$1 provider=$2
  shift 2
  if grep -qxF "$name" <<<"$USERS_SOURCES"; then return 1; fi
  printf 'Sources__%s__Provider=%s\n' "$name" "$provider"
  printf 'Sources__%s__Secrets__0=%s\n' "$name" "$(generated "Sources__${name}__Secrets__0" "$@")"
}

# {"event":"payment_success","orderId":"ord_1","amount":4200,"currency":"USD"} becomes PaymentCompleted, payment_failed likewise.
payment_mapping() {
  printf "Sources__$1__%s\n" Header=X-Signature
  mapping_rule "$1" 0 payment_success PaymentCompleted
  mapping_rule "$1" 1 payment_failed PaymentFailed
}

mapping_rule() {
  printf "Sources__$1__Map__$2__%s\n" "When__event=$3" "Event=$4" Fields__PaymentId=orderId Fields__Amount=amount Fields__Currency=currency
}

demo_sources() {
  demo_source stripe stripe signing_secret || true
  demo_source github github random_hex 20 || true
  demo_source razorpay razorpay random_hex 16 || true
  demo_source slack slack random_hex 16 || true
  demo_source standard-webhooks standard-webhooks signing_secret || true
  demo_source minio minio random_hex 20 || true
  if demo_source hmac hmac random_hex 24; then payment_mapping hmac; fi
  if demo_source shop token random_hex 12; then payment_mapping shop; fi
}

# write_environment DEMO-SOURCES(yes or empty): decides all settings of this run and writes them down.
write_environment() {
  USERS_SOURCES=$(users_sources)
  mkdir -p "$RUN_DIR"
  (
    umask 077
    {
      printf 'Operator__ApiKey=%s\n' "${Operator__ApiKey:-$(generated Operator__ApiKey random_hex 24)}"
      printf 'WEBHOOKS_GATEWAY=http://localhost:%s\n' "$GATEWAY_PORT"
      printf 'WEBHOOKS_DASHBOARD=http://localhost:%s\n' "$DASHBOARD_PORT"
      env | grep -iE '^sources__' || true
      if [[ -n $1 ]]; then demo_sources; fi
    } >"$ENVIRONMENT.new"
    mv "$ENVIRONMENT.new" "$ENVIRONMENT"
  )
}

# What eng/dotenv.sh wrote for docker compose, in the names of a run.
compose_environment() {
  printf 'Operator__ApiKey=%s\n' "$(compose_setting OPERATOR_API_KEY)"
  printf 'WEBHOOKS_GATEWAY=http://localhost:%s\n' "$(compose_setting GATEWAY_PORT 5100)"
  printf 'WEBHOOKS_DASHBOARD=http://localhost:%s\n' "$(compose_setting DASHBOARD_PORT 5200)"
  # Values may stand in quotes there.
  if [[ -f $ROOT/sources.env ]]; then sed -nE "s/\r$//; s/^([^#=]+)=([\"'])(.*)\2$/\1=\3/p; t; /^[^#=]+=/p" "$ROOT/sources.env"; fi
}

# compose_setting NAME [DEFAULT]: as docker compose finds it, the environment before the file.
compose_setting() {
  local value=${!1:-$(setting_in "$ROOT/.env" "$1")}
  printf '%s' "${value:-${2:-}}"
}

# read_environment [FILE]: fills the array `settings` with what is written down, in the last run's file or another,
# except what the environment says otherwise.
read_environment() {
  local line file=${1:-$ENVIRONMENT}
  settings=()
  [[ -e $file ]] || return 0
  while IFS= read -r line; do
    printenv "${line%%=*}" >/dev/null || settings+=("$line")
  done <"$file"
}
