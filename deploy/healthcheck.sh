#!/usr/bin/env bash
# Asks the node on this machine whether its database answers; needs nothing but bash. Use: healthcheck.sh PORT
set -eu
exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 3 _ status _ <&3
[ "$status" = 200 ]
