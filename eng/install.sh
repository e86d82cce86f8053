#!/usr/bin/env bash
# Installs what is missing on Debian or Ubuntu, and says what and why. Does nothing when everything is there.
#
#   eng/install.sh [database] [broker] [browser] [node]
#
# database   PostgreSQL, which run.sh and test.sh start privately
# broker     RabbitMQ, likewise
# browser    Chromium or Chrome, for the tests that look at the console page; CHROMIUM names one that is not found
# node       Node.js and npm, for the tests against the providers' own libraries
#
# The .NET SDK is checked in any case.
#
# Nothing that runs already is stopped or restarted, and the packages' own services are not left running.
set -euo pipefail
# shellcheck source=eng/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

packages=() reasons=()
want() {
  packages+=("$1")
  reasons+=("$1: $2")
}

postgres_installed() { compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }
on_ubuntu() { [[ -r /etc/os-release ]] && [[ $(. /etc/os-release && say "${ID:-}") == ubuntu ]]; }

want_browser() {
  local browser
  browser=$(find_browser)
  if [[ -n $browser ]]; then return; fi
  if on_ubuntu; then
    die "The end-to-end tests need a browser, and Ubuntu's apt has none (its Chromium is a snap). Install one and come back:
  Google Chrome:  curl -fsSLO https://dl.google.com/linux/direct/google-chrome-stable_current_amd64.deb
                  sudo apt-get install ./google-chrome-stable_current_amd64.deb
  Chromium:       sudo snap install chromium
  any other:      CHROMIUM=/path/to/chromium ./test.sh
The other tests need none: ./test.sh unit integration"
  fi
  want chromium "the browser that tests the console page"
}

for need in "$@"; do
  case $need in
    database) postgres_installed || want postgresql "where webhooks and everything derived from them are stored" ;;
    broker) [[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]] || want rabbitmq-server "the message broker between the services" ;;
    browser) want_browser ;;
    node)
      command -v node >/dev/null || want nodejs "runs the providers' own libraries, against which the gateway is tested"
      command -v npm >/dev/null || want npm "fetches them"
      ;;
    *) die "Unknown need '$need': database, broker, browser or node" ;;
  esac
done

require_sdk

((${#packages[@]})) || exit 0

step "Missing on this machine:"
printf '      %s\n' "${reasons[@]}"

command -v apt-get >/dev/null ||
  die "There is no apt-get here. Install these by your system's package manager, or give existing servers:
  ConnectionStrings__Database='Host=…;Username=…;Password=…' ConnectionStrings__RabbitMq='amqp://user:password@host' ./run.sh"

as_root=()
if ! is_root; then
  command -v sudo >/dev/null || die "Installing needs root, and sudo is not here. As root, run: apt-get install ${packages[*]}"
  say "      (sudo may ask for your password)"
  as_root=(sudo)
fi

# Debian starts a server as soon as it is installed, on its standard port; ours run on ports of their own.
# A policy that says no is Debian's documented way to prevent that, for the time of this installation.
policy=/usr/sbin/policy-rc.d
own_policy=''
if [[ ! -e $policy ]]; then
  own_policy=yes
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
fi
log=$(mktemp)
cleanup() {
  if [[ -n $own_policy ]]; then "${as_root[@]}" rm -f "$policy"; fi
  rm -f "$log"
}
trap cleanup EXIT

apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@" >"$log" 2>&1 </dev/null; }
step "Installing by apt: ${packages[*]}"
# Package lists are refreshed only when they do not know the packages (any more): that takes longer than the installation.
if ! apt install --no-install-recommends "${packages[@]}"; then
  apt update || { show_log_tail "$log" 15; die "apt-get update failed"; }
  # Servers out of reach are only a warning there.
  unreachable=$(sed -n 's/^W: Failed to fetch /      /p' "$log" | head -n 5)
  apt install --no-install-recommends "${packages[@]}" || {
    show_log_tail "$log"
    if [[ -n $unreachable ]]; then warn "apt-get could not reach:"$'\n'"$unreachable"; fi
    die "apt-get could not install ${packages[*]}. Mend what it says, or install them in another way, and come back."
  }
fi

# Nor should they start at the next boot: nobody asked for system-wide servers.
if [[ -n $own_policy && -d /run/systemd/system ]]; then
  for package in "${packages[@]}"; do
    case $package in
      rabbitmq-server | postgresql)
        "${as_root[@]}" systemctl disable --quiet "$package" >/dev/null 2>&1 || true
        say "      the system service '$package' is left disabled; to use it yourself: systemctl enable --now $package"
        ;;
    esac
  done
fi
