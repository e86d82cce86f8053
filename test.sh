#!/usr/bin/env bash
# Builds the platform and runs its tests.
#
#   ./test.sh [unit|integration|e2e|all] [--filter TEXT] [--no-build]      default: all
#
# --filter TEXT   only tests whose full name contains TEXT, or an xunit query when it begins with a slash
# --no-build      the Release build is up to date
#
# Integration and end-to-end tests use real servers:
#   WEBHOOKS_TEST_POSTGRES and WEBHOOKS_TEST_RABBITMQ, when both are set (see: eng/servers.sh env);
#   else containers, when a Docker engine answers;
#   else a private PostgreSQL and RabbitMQ, started for this run and stopped at its end.
# End-to-end tests also use a browser: the Chromium or Chrome that CHROMIUM names, else one that is installed; and a
# PostgreSQL and a RabbitMQ of this machine, which they start privately and kill.
# Integration tests also use Node.js 18 or newer and npm, which fetches the providers' own libraries (once, to .run/sdks).
# The last line says: N passed, N failed.
set -euo pipefail
# shellcheck source=eng/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/eng/common.sh"
cd "$ROOT"

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; }

# Longer than the slowest project takes on two slow cores: a test that hangs is a failure, not a stalled build.
PROJECT_DEADLINE=${PROJECT_DEADLINE:-900}

suites=() filter=() build=yes
while (($#)); do
  case $1 in
    unit) suites+=(UnitTests) ;;
    integration) suites+=(IntegrationTests) ;;
    e2e) suites+=(EndToEndTests) ;;
    all) suites+=(UnitTests IntegrationTests EndToEndTests) ;;
    --filter)
      (($# > 1)) || die "--filter needs a text"
      if [[ $2 == /* ]]; then filter=(-filter "$2"); else filter=(-method "*$2*"); fi
      shift
      ;;
    --no-build) build='' ;;
    -h | --help | help) usage; exit 0 ;;
    *) usage >&2; die "Unknown argument '$1'" ;;
  esac
  shift
done
((${#suites[@]})) || suites=(UnitTests IntegrationTests EndToEndTests)

needs_servers='' needs_browser='' needs_node=''
for suite in "${suites[@]}"; do
  [[ $suite != IntegrationTests ]] || needs_node=yes
  [[ $suite == UnitTests ]] || needs_servers=yes
  [[ $suite != EndToEndTests ]] || needs_browser=yes
done

results=$RUN_DIR/test-results
rm -rf "$results"
mkdir -p "$results"

servers=''
cleanup() {
  local code=$?
  trap - EXIT
  if [[ -n $servers ]]; then
    "$ROOT/eng/servers.sh" reset || true
    rm -rf "$servers"
  fi
  exit "$code"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

provide_servers() {
  if [[ -n ${WEBHOOKS_TEST_POSTGRES:-} && -n ${WEBHOOKS_TEST_RABBITMQ:-} ]]; then
    step "Tests use the servers that WEBHOOKS_TEST_POSTGRES and WEBHOOKS_TEST_RABBITMQ name"
  elif command -v docker >/dev/null && timeout 10 docker info >/dev/null 2>&1; then
    step "Tests use containers: a Docker engine answers"
  else
    eng/install.sh database broker
    mkdir -p "$RUN_DIR"
    servers=$(mktemp -d "$RUN_DIR/test-servers.XXXXXX")
    read -r POSTGRES_PORT RABBITMQ_PORT <<<"$(free_ports 2)"
    export SERVERS_DIR=$servers POSTGRES_PORT RABBITMQ_PORT
    step "Starting PostgreSQL and RabbitMQ for the tests on ports $POSTGRES_PORT and $RABBITMQ_PORT"
    eng/servers.sh start
    eval "$(eng/servers.sh env)"
    # Tests that break a server on purpose do it by this script.
    export WEBHOOKS_TEST_SERVERS=$ROOT/eng/servers.sh
  fi
}

# The chaos among the end-to-end tests kills servers of its own, which containers would not let it do.
eng/install.sh ${needs_browser:+browser database broker} ${needs_node:+node}
if [[ -n $needs_browser ]]; then
  CHROMIUM=$(find_browser)
  export CHROMIUM
fi

if [[ -z $build ]]; then
  say "Not building, as asked"
elif [[ ${#suites[@]} == 1 ]]; then
  step "Building"
  dotnet build "tests/WebhookPlatform.${suites[0]}" -c Release --nologo -v quiet -clp:"NoSummary;ErrorsOnly"
else
  step "Building"
  dotnet build WebhookPlatform.sln -c Release --nologo -v quiet -clp:"NoSummary;ErrorsOnly"
fi

if [[ -n $needs_servers ]]; then provide_servers; fi

counter() { sed -n "s/.*\"$1\": *\([0-9][0-9]*\).*/\1/p" <<<"$2" | head -n 1; }

# Does the project contain a test at all? Only then is running none of them a failure.
has_tests() { grep -rqE '\[(Fact|Theory)' --include='*.cs' "tests/WebhookPlatform.$1"; }

# Colours are for people: the last line has to begin with a number.
plain=(-noColor)
if [[ -n $BOLD ]]; then plain=(); fi

passed=0 failed=0 skipped=0
for suite in "${suites[@]}"; do
  step "$suite"
  report=$results/$suite.json
  code=0
  # The test project is a program: run as such it needs no test host that could lose results.
  timeout --foreground --kill-after=30 "$PROJECT_DEADLINE" \
    dotnet "tests/WebhookPlatform.$suite/bin/Release/net10.0/WebhookPlatform.$suite.dll" \
    -noLogo "${plain[@]}" -ctrf "$report" -trx "$results/$suite.trx" "${filter[@]}" || code=$?
  summary=''
  if [[ -s $report ]]; then summary=$(tr -d '\n' <"$report" | grep -o '"summary": *{[^}]*}' | head -n 1); fi
  suite_passed=$(counter passed "$summary") suite_failed=$(counter failed "$summary")
  suite_skipped=$(($(counter skipped "$summary" | grep . || say 0) + $(counter pending "$summary" | grep . || say 0)))
  passed=$((passed + ${suite_passed:-0}))
  failed=$((failed + ${suite_failed:-0}))
  skipped=$((skipped + suite_skipped))
  ran=$((${suite_passed:-0} + ${suite_failed:-0} + suite_skipped))
  if ((code == 124 || code == 137)); then
    warn "$suite did not end within $PROJECT_DEADLINE s"
    failed=$((failed + 1))
  elif ((ran == 0)) && { ((code != 0)) || has_tests "$suite"; } && ((${#filter[@]} == 0)); then
    warn "$suite ran no test (exit code $code)"
    failed=$((failed + 1))
  elif ((code != 0 && ran > 0 && ${suite_failed:-0} == 0)); then
    warn "$suite ended with exit code $code although no test failed"
    failed=$((failed + 1))
  fi
done

if ((${#filter[@]} && passed + failed + skipped == 0)); then
  warn "The filter matches no test"
  failed=1
fi

summary="$passed passed, $failed failed"
if ((skipped)); then summary+=", $skipped skipped"; fi
if [[ -n $servers ]]; then
  eng/servers.sh reset
  rm -rf "$servers"
  servers=''
fi
say "$summary"
((failed == 0 && passed > 0))
