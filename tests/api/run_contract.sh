#!/usr/bin/env bash
# Drives a fresh node of HOLDFAST_BUILD (or the one at HOLDFAST_URL, with HOLDFAST_ADMIN_TOKEN) through its API's description.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# Installed once per lock file: several runs may share the folder.
if ! cmp -s package-lock.json node_modules/.installed; then
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed
fi
exec node --test --test-concurrency=1 contract/*.test.mjs
