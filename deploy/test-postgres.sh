#!/bin/sh
# Starts a private PostgreSQL on a free port of loopback, for the tests only: its data live in a temporary folder.
#
#   deploy/test-postgres.sh COMMAND...   runs COMMAND with PLEIN_TEST_POSTGRES set, stops the server, exits as COMMAND
#   deploy/test-postgres.sh              prints PLEIN_TEST_POSTGRES=..., and stops the server when its input ends
#
# Needs Debian's package "postgresql" (or initdb and pg_ctl on the path). PostgreSQL does not run as root, so when root
# starts this, the server runs as user postgres.
set -eu

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)")
if [ ! -x "$bin/initdb" ]; then
  echo "PostgreSQL is not installed (apt-get install postgresql)." >&2
  exit 69
fi

folder=$(mktemp -d)
as=
if [ "$(id -u)" = 0 ]; then as="setpriv --reuid=postgres --regid=postgres --init-groups env HOME=$folder"; fi

stop() {
  trap - EXIT INT TERM
  "$folder/control" -m immediate stop || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ "$(id -u)" = 0 ]; then chown postgres: "$folder"; fi
# shellcheck disable=SC2086 # Words of a command.
$as "$bin/initdb" -D "$folder/data" -U plein -A trust -E UTF8 --locale=C.UTF-8 >"$folder/initdb.log" 2>&1 || {
  cat "$folder/initdb.log" >&2
  exit 70
}

# Stops and starts it, for whoever tries what happens then: control start, control -m immediate stop
cat >"$folder/control" <<EOF
#!/bin/sh
exec $as "$bin/pg_ctl" -D "$folder/data" -w -t 60 -s -l "$folder/data/server.log" "\$@" >/dev/null 2>&1
EOF
chmod 755 "$folder/control"

port=
for try in 1 2 3 4 5 6 7 8; do
  candidate=$(shuf -i 20000-39999 -n 1)
  cat >>"$folder/data/postgresql.conf" <<EOF
port = $candidate
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
EOF
  if "$folder/control" start; then
    port=$candidate
    break
  fi
done
if [ -z "$port" ]; then
  cat "$folder/data/server.log" >&2 || true
  exit 70
fi

PLEIN_TEST_POSTGRES="Host=127.0.0.1;Port=$port;Username=plein;Database=postgres"
export PLEIN_TEST_POSTGRES
PLEIN_TEST_POSTGRES_CONTROL="$folder/control"
export PLEIN_TEST_POSTGRES_CONTROL
if [ $# -gt 0 ]; then
  # In the background, since a shell hears of a signal only when what it waits for has ended.
  exec 3<&0
  "$@" <&3 3<&- &
  command=$!
  trap 'kill -INT "$command" 2>/dev/null; exit 130' INT
  trap 'kill -TERM "$command" 2>/dev/null; exit 143' TERM
  status=0
  wait "$command" || status=$?
  exit "$status"
fi
echo "PLEIN_TEST_POSTGRES=$PLEIN_TEST_POSTGRES"
cat >/dev/null
