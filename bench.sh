#!/usr/bin/env bash
# Measures the platform on this machine, with real servers, and writes a report with charts.
#
#   ./bench.sh [MEASURE...] [--seconds N] [--rounds N] [--out FOLDER] [...]      default: all
#
# ingest      webhooks accepted per second, beside a bare endpoint, Express and one transaction per request
# latency     how long senders wait at a quarter of that, beside one commit of PostgreSQL
# overload    three times as much as it can take
# growth      ingest with millions of stored deliveries
# pipeline    2,000 events a second from acceptance to their effects in all services
# burst       100,000 at once, and how long until all is drained
# live        from the POST to the browser, and what 500 viewers cost
# soak        ten minutes at half load
# verify      time and memory that the proof of one webhook takes, for each provider
# all         everything, in this order: about 55 minutes
#
# --seconds N       length of a round (10); pipeline lasts six times as long, soak sixty times; not for verify
# --rounds N        rounds whose median counts (5)
# --connections N   connections of the load generator where it sends as fast as it can (512)
# --rate N          events per second of pipeline; soak has half of it (2000)
# --rows N          deliveries stored for growth (5000000; they take about 10 GB of disk)
# --burst N         webhooks of the burst (100000)
# --out FOLDER      where performance.md, performance.json and the charts go (.bench/report)
#
# BENCH_POSTGRES_PORT, BENCH_RABBITMQ_PORT   ports of the private servers (free ones by default)
# BENCH_PORT                                 first of the ports that services use (free ones by default)
#
# Exit code: 0 all goals met, 1 a goal missed, 2 wrong arguments, 3 a measure failed.
set -euo pipefail
# shellcheck source=eng/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/eng/common.sh"
cd "$ROOT"

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; }
for argument in "$@"; do
  case $argument in -h | --help | help) usage; exit 0 ;; esac
done

driver=''
cleanup() {
  local code=$?
  trap - EXIT INT TERM
  if [[ -n $driver ]]; then
    # The driver stops what it has started; it is given the time for that.
    kill -TERM "$driver" 2>/dev/null || true
    wait_gone 30 "$driver" WebhookPlatform.Benchmarks || kill -KILL "$driver" 2>/dev/null || true
  fi
  if [[ -n ${SERVERS_DIR:-} ]]; then
    "$ROOT/eng/servers.sh" reset || true
    rm -rf "$SERVERS_DIR"
  fi
  exit "$code"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

eng/install.sh database broker
step "Building"
dotnet build tests/WebhookPlatform.Benchmarks -c Release --nologo -v quiet -clp:"NoSummary;ErrorsOnly"

mkdir -p .bench
SERVERS_DIR=$(mktemp -d "$ROOT/.bench/servers.XXXXXX")
read -r POSTGRES_PORT RABBITMQ_PORT <<<"$(free_ports 2)"
POSTGRES_PORT=${BENCH_POSTGRES_PORT:-$POSTGRES_PORT} RABBITMQ_PORT=${BENCH_RABBITMQ_PORT:-$RABBITMQ_PORT}
export SERVERS_DIR POSTGRES_PORT RABBITMQ_PORT
step "Starting PostgreSQL and RabbitMQ on ports $POSTGRES_PORT and $RABBITMQ_PORT"
eng/servers.sh start
eval "$(eng/servers.sh env)"

# Thousands of connections at both ends.
ulimit -n "$(ulimit -Hn)"

# In the background, so that a signal reaches this script at once.
dotnet tests/WebhookPlatform.Benchmarks/bin/Release/net10.0/WebhookPlatform.Benchmarks.dll "$@" &
driver=$!
code=0
wait "$driver" || code=$?
driver=''
exit "$code"
