# shellcheck shell=bash
# What every script here needs: the clone's folders, messages, secrets, ports and processes.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
RUN_DIR=${RUN_DIR:-$ROOT/.run}
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
  BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' RESET=$'\e[0m'
else
  BOLD='' DIM='' RED='' RESET=''
fi

say() { printf '%s\n' "$*"; }
step() { printf '%s==>%s %s\n' "$BOLD" "$RESET" "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() {
  printf '%s%s%s\n' "$RED" "$*" "$RESET" >&2
  exit 1
}

is_root() { [[ $(id -u) == 0 ]]; }

require_sdk() {
  local sdk
  sdk=$(cd "$ROOT" && dotnet --version 2>&1) || sdk=''
  [[ $sdk != 10.* ]] || return 0
  warn "The .NET SDK 10 is missing. Install it and come back:"
  warn "  Ubuntu 24.04 and later:  sudo apt-get install dotnet-sdk-10.0"
  warn "  Debian and others:       https://learn.microsoft.com/dotnet/core/install/linux"
  warn "  without root:            curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0"
  exit 1
}

# The browser for the tests of the console page: what CHROMIUM names, else the first of these that is installed. Says
# nothing when there is none.
find_browser() {
  if [[ -n ${CHROMIUM:-} ]]; then
    command -v -- "$CHROMIUM" || die "CHROMIUM names a browser that is not there: $CHROMIUM"
  else
    command -v chromium google-chrome google-chrome-stable chromium-browser /snap/bin/chromium | head -n 1 || true
  fi
}

random_hex() { od -An -N"${1:-24}" -tx1 /dev/urandom | tr -d ' \n'; }
random_base64() { head -c "${1:-24}" /dev/urandom | base64 | tr -d '\n'; }

# Runs a command as a system user when we are root (without a login session or a password), else as ourselves.
as_user() {
  local user=$1
  shift
  if is_root; then
    setpriv --reuid="$user" --regid="$user" --init-groups -- "$@"
  else
    "$@"
  fi
}

# require_port VARIABLE...: is what each of them holds a port number?
require_port() {
  local variable
  for variable in "$@"; do
    [[ ${!variable} =~ ^[1-9][0-9]{0,4}$ ]] && ((${!variable} <= 65535)) || die "$variable must be a port, from 1 to 65535, not '${!variable}'"
  done
}

# Does anything on this machine accept connections on this port? Needs no tool that a slim machine lacks.
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_ports N: N different ports nobody listens on. From 10000 to 12767, so that the ports servers.sh derives from them
# stay below 32768, where the system takes ports for outgoing connections.
free_ports() {
  local found=() port
  while ((${#found[@]} < $1)); do
    port=$((10000 + RANDOM % 2768))
    [[ " ${found[*]} " == *" $port "* ]] || port_taken "$port" || found+=("$port")
  done
  say "${found[@]}"
}

# http_status URL-PORT PATH: the status code of a GET on this machine, empty when nobody answers.
http_status() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 0
    printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&3
    IFS=' ' read -r -t 5 -u 3 _ status _ && printf '%s' "$status"
  ) 2>/dev/null
  return 0
}

# process_is PID TEXT: is this process alive and its command line one that has TEXT in it?
# Guards against pid files that outlived a crash and whose number belongs to somebody else now (and against zombies).
process_is() {
  [[ -n $1 && -r /proc/$1/cmdline ]] && tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null | grep -qF -- "$2"
}

# await_process PID TEXT: a process just forked is recognised by its command line only once it runs its program.
await_process() {
  local deadline=$((SECONDS + 3))
  until process_is "$1" "$2" || ((SECONDS >= deadline)); do sleep 0.01; done
}

# wait_gone SECONDS PID TEXT: waits until the process is gone; fails when it is still there after the deadline.
wait_gone() {
  local deadline=$((SECONDS + $1))
  while process_is "$2" "$3"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

show_log_tail() {
  [[ -s $1 ]] || return 0
  warn "--- last lines of $1"
  tail -n "${2:-25}" "$1" >&2
  warn "---"
}
