#!/usr/bin/env bash
# Breaks everything at random while webhooks come in, and checks that no promise is broken: ./chaos.sh --help
set -euo pipefail
# shellcheck source=eng/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/eng/common.sh"
cd "$ROOT"

eng/install.sh database broker
step "Building"
dotnet build tests/WebhookPlatform.Chaos -c Release --nologo -v quiet -clp:"NoSummary;ErrorsOnly"
exec dotnet tests/WebhookPlatform.Chaos/bin/Release/net10.0/WebhookPlatform.Chaos.dll "$@"
