#!/usr/bin/env bash
# The speed table, as Markdown on standard output and as JSON in
# build/bin/bench.json. BENCH_LOGS is how many logs (1,000,000).
set -euo pipefail
cd "$(dirname "$0")/../.."
exec go run ./build/bench -program build/bin/projectlogs-server \
	-logs "${BENCH_LOGS:-1000000}" -json build/bin/bench.json
