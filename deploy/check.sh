#!/usr/bin/env bash
# The set-up of compose.yaml's profile "cluster" as plain processes, for where there is no container engine: PostgreSQL,
# two web and two worker processes, and Caddy with the same Caddyfile in front. Signs in, asks and answers through the
# proxy, kills processes, and stops everything again. All it makes is in a temporary folder.
#
#   deploy/check.sh            needs the .NET SDK, curl, openssl, caddy and PostgreSQL (Debian: caddy, postgresql)
# shellcheck disable=SC2016 # What eval gets is expanded when it is checked.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${PLEIN_TEST_POSTGRES:-}" ]; then
  exec "$here/test-postgres.sh" "$0" "$@"
fi
for tool in caddy curl openssl dotnet; do
  command -v "$tool" >/dev/null || { echo "$tool is not installed." >&2; exit 69; }
done

folder=$(mktemp -d)
declare -A pids=()
stop() {
  trap - EXIT
  for name in "${!pids[@]}"; do kill "${pids[$name]}" 2>/dev/null || true; done
  for name in "${!pids[@]}"; do wait "${pids[$name]}" 2>/dev/null || true; done
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

failed=0
passed=0
check() { # what, command...: runs it, and counts how it ended
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok      $what"
  else
    failed=$((failed + 1))
    echo "FAILED  $what"
  fi
}

until_true() { # seconds, command...
  local end=$((SECONDS + $1))
  shift
  until "$@" 2>/dev/null; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

free_port() {
  local port
  while :; do
    port=$(shuf -i 40000-59999 -n 1)
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

dotnet publish "$here/../Server/Server.csproj" -c Release -o "$folder/app" --nologo -v q
proxy=$(free_port)
site="http://localhost:$proxy"
export PLEIN__ORIGIN=$site PLEIN__DATABASE=$PLEIN_TEST_POSTGRES PLEIN__TRUSTEDPROXIES=127.0.0.1,::1
PLEIN__NODEKEY=$(openssl rand -base64 32)
export PLEIN__NODEKEY
export DOTNET_NOLOGO=1 DOTNET_EnableDiagnostics=0

declare -A ports=([web-1]=$(free_port) [web-2]=$(free_port))
node() { # name, command...: the program with the settings of that process
  local name=$1
  shift
  mkdir -p "$folder/$name"
  PLEIN__DATAFOLDER="$folder/$name" PLEIN__ROLES="${name%-*}" PLEIN__URLS="http://127.0.0.1:${ports[$name]:-1}" \
    exec dotnet "$folder/app/Ontmoetingsplein.Server.dll" "$@"
}
start() { # name
  node "$1" >>"$folder/$1.log" 2>&1 &
  pids[$1]=$!
}
kill_hard() { # name
  kill -9 "${pids[$1]}"
  wait "${pids[$1]}" 2>/dev/null || true
  unset "pids[$1]"
}
listens() { # name: one of its sockets is among those that listen
  local inode
  for inode in $(awk '$4 == "0A" { print $10 }' /proc/net/tcp /proc/net/tcp6); do
    if find "/proc/${pids[$1]}/fd" -lname "socket:\[$inode\]" | grep -q .; then return 0; fi
  done
  return 1
}
healthy() { bash "$here/healthcheck.sh" "${ports[$1]}"; }

get() { curl -fsS --max-time 10 -b "$jar" -c "$jar" "$@"; }
shows() { get "$1" | grep -qF -- "$2"; } # address, words
field() { sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" | head -n 1; }
# Sends a form of a page as a browser without scripts does. Page, action, fields; prints status and where it leads to.
send() {
  local page=$1 action=$2 html fields=()
  shift 2
  html=$(get "$site$page")
  fields+=(--data-urlencode "__RequestVerificationToken=$(field __RequestVerificationToken <<<"$html")")
  for one in "$@"; do fields+=(--data-urlencode "$one"); done
  curl -sS --max-time 10 -b "$jar" -c "$jar" -o /dev/null -w '%{http_code} %{redirect_url}\n' "${fields[@]}" \
    "$site$action"
}
sign_in() { # link that signs in once
  local path=${1#"$site"}
  case $(send "$path" /inloggen/link/gebruiken "token=${path##*token=}") in 303*) ;; *) return 1 ;; esac
}
account() { # name, mail: prints the link
  (node web-1 account create --name "$1" --email "$2") | sed -n 's/.*within a day: //p'
}
many_pages() { # how many
  local n
  for ((n = 0; n < $1; n++)); do
    get -o /dev/null "$site/vragen?keer=$RANDOM$n" || return 1
  done
}
mails() { cat "$folder"/worker-*/mail/*.eml 2>/dev/null; }
mailed_to() { mails | grep -q "^To: .*$1"; }

# One of them makes the database a node; the others find it made.
for name in web-1 web-2 worker-1 worker-2; do start "$name"; done
PLEIN_SITE=$site PLEIN_NODES="127.0.0.1:${ports[web-1]} 127.0.0.1:${ports[web-2]}" \
  XDG_DATA_HOME="$folder" XDG_CONFIG_HOME="$folder" \
  caddy run --config "$here/Caddyfile" --adapter caddyfile >"$folder/caddy.log" 2>&1 &
pids[caddy]=$!

jar=$folder/anna
check "both web processes answer on their own" until_true 60 eval 'healthy web-1 && healthy web-2'
check "the site answers through the proxy" until_true 20 shows "$site/" "<title"
check "worker processes listen to nobody" eval 'listens web-1 && ! listens worker-1 && ! listens worker-2'
check "the proxy tells nobody more than that it is well" eval '[ "$(get "$site/healthz")" = ok ]'

check "Anna signs in through the proxy" sign_in "$(account Anna anna@voorbeeld.example)"
title="Wanneer wordt het papier in de Kerkstraat opgehaald?"
asked=$(send /stel-een-vraag /stel-een-vraag "title=$title" "body=" audience=everyone \
  topic=afval_en_recycling)
question=/${asked##*"$site"/}
check "Anna asks" eval '[[ $question == /q/* ]]'
for web in web-1 web-2; do
  check "$web shows the question" until_true 5 shows "http://127.0.0.1:${ports[$web]}$question" "$title"
done

jar=$folder/bram
check "Bram signs in" sign_in "$(account Bram bram@voorbeeld.example)"
answered=$(send "$question" "$question/antwoorden" audience=everyone \
  "text=Elke tweede dinsdag van de maand.")
check "Bram answers" eval '[[ $answered == 303* ]]'
jar=$folder/visitor
for web in web-1 web-2; do
  check "$web shows the answer to visitors" \
    until_true 5 shows "http://127.0.0.1:${ports[$web]}$question" "Elke tweede dinsdag"
done
check "a mail with a link to sign in is asked for" \
  eval '[[ $(send /inloggen /inloggen/link email=carla@voorbeeld.example) == 200* ]]'
check "a worker sends that mail" until_true 40 mailed_to carla@

kill_hard web-1
jar=$folder/anna
check "with web-1 killed the site answers all of 50 requests" many_pages 50
check "Anna is still signed in" shows "$site/account" Anna
asked=$(send /stel-een-vraag /stel-een-vraag "title=Staat het plein er nog?" "body=" audience=everyone \
  topic=afval_en_recycling)
check "Anna asks another question" eval '[[ $asked == 303* ]]'
start web-1
check "web-1 is back and shows it" \
  until_true 60 shows "http://127.0.0.1:${ports[web-1]}/${asked##*"$site"/}" "Staat het plein er nog?"

kill_hard worker-1
jar=$folder/visitor
check "with worker-1 killed another mail is asked for" \
  eval '[[ $(send /inloggen /inloggen/link email=dirk@voorbeeld.example) == 200* ]]'
check "the other worker sends it" until_true 60 mailed_to dirk@

for name in web-1 web-2; do kill "${pids[$name]}"; wait "${pids[$name]}" 2>/dev/null || true; unset "pids[$name]"; done
check "without any node the proxy says 503 and when to come back" until_true 15 \
  eval 'curl -s -o /dev/null -D - "$site/" | tr -d "\r" | grep -c -e "^HTTP.* 503" -e "^Retry-After: 5" | grep -qx 2'

if [ "$failed" -gt 0 ]; then
  tail -n 20 "$folder"/*.log >&2
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
