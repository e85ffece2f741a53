#!/bin/bash
# attack.sh [--quick]: make attack. Attacks a private release server on this machine
# with slowhttptest, sqlmap and wapiti, guesses 10,000 codes, and says what it came to:
# a table, build/attack.json, exit code 1 when something was found. What is promised
# stands in docs/security.md; the requests that need no tool are in tests/e2e.
#
# Nothing leaves 127.0.0.1. Every part is bounded in time; the whole takes an
# hour or more. --quick: the first form of each account and short runs, to try the
# script itself. BUILD is the folder of the build.
#
#   127.0.0.1  the tools: one network, as the server counts it
#   127.0.0.2  the proxy that signs the three accounts in
#   127.0.0.3  who guesses codes; a daycare's parents stand behind it, too
#   127.0.0.9  parents who answer meanwhile
set -Eeuo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
unset MAKEFLAGS MFLAGS MAKELEVEL

build=$(realpath -m "${BUILD:-build}")
result=$build/attack.json
space_gib=1
connections=1000
guesses=10000
parent_limit_ms=1000 # what a parent may wait for a reply meanwhile
letters=40

case "$*" in
  '') slow_s=30 form_s=90 wapiti_s=240 forms_most=1000 ;;
  --quick) slow_s=8 form_s=20 wapiti_s=15 forms_most=1 ;;
  *)
    echo 'attack.sh: hint: bench/attack.sh [--quick]' >&2
    exit 64
    ;;
esac

# shellcheck source=bench/lib.sh
. bench/lib.sh
# shellcheck source=bench/installation.sh
. bench/installation.sh

tool=''

leave() {
  trap '' INT TERM HUP
  if [ -n "$tool" ]; then
    kill -TERM "$tool" 2>/dev/null || true
  fi
  installation_remove
}

# ---- an installation with something in it

account() {
  hjemsvar staff add --email "$1@attack.example" "${@:2}" >/dev/null
}

prepare() {
  install_database
  export HJEMSVAR_TRUSTED_PROXIES=127.0.0.2/32 HJEMSVAR_CONSOLE_PROXY_HEADER=X-Signed-In
  round=$(round_new 'Angrebet')
  single=$(round_new 'Med koder' --codes single)
  code=$(hjemsvar link list --round "$round" --json | jq -er '.[0].code')
  hjemsvar codes make --round "$single" --municipality 101 --letters "$letters" 2>/dev/null |
    sed 's|.*/||' >"$files/codes"
  account municipality --role municipality --municipality 101
  account evaluator --role evaluator
  account admin --role admin
  query -c "INSERT INTO course (round, municipality, course_id) VALUES ($round, 101, 'HX-1')"
  start_server
  console=$(address_of console)
  "$build/hjemsvar-server" --print-routes >"$files/routes.json"
  await 30 'the page' page_is_there "/S/$code"
}

attacker() {
  timeout --foreground 600 node bench/attack.mjs "$@"
}

# note PART JSON: a row of the result.
note() {
  jq -cn --arg part "$1" --argjson figures "$2" '{part: $part} + $figures' | tee -a "$files/parts" >&2
}

alive() {
  http_get "$operations" /healthz | head -n 1 | grep -q ' 200 ' || finding "$1: the server does not answer"
}

# ---- slow clients

# slow KIND OPTION…: slowhttptest holds as many connections as it gets while a parent opens
# and answers on another network.
slow() {
  local kind=$1 parent
  shift
  say "slow $kind, $connections connections, $slow_s s"
  timeout --foreground $((slow_s + 30)) slowhttptest -c "$connections" -r 500 -i 2 -p 2 -l "$slow_s" \
    "$@" -u "http://$respondents/S/$code" >"$files/slow.$kind" 2>&1 &
  tool=$!
  sleep 2 # until it has its connections
  parent=$(attacker answer "$respondents" "$code" $((slow_s - 4)) 127.0.0.9)
  wait "$tool" || true
  tool=''
  note "slow $kind" "$(jq -c --argjson open "$(slow_held "$kind")" '. + {held: $open}' <<<"$parent")"
  jq -e --argjson most "$parent_limit_ms" \
    '(.statuses | keys - ["200", "201"] == []) and .most_ms <= $most' <<<"$parent" >/dev/null ||
    finding "slow $kind: a parent waited or was refused: $parent"
  await 30 'an end of the slow connections' quiet
  alive "slow $kind"
}

# The most connections that it had open at a time, by its own words.
slow_held() {
  sed 's/\x1b\[[0-9;]*m//g' "$files/slow.$1" | awk '$1 == "connected:" && $2 > most { most = $2 } END { print most + 0 }'
}

slow_clients() {
  ulimit -n 8192 2>/dev/null || true
  slow headers -H
  slow body -B -s 8192 -t POST -f application/x-www-form-urlencoded
  slow read -X -w 8 -y 16 -n 5 -z 16 -k 3
}

# ---- forms and parameters

# A finding of sqlmap is an injection point; what it could not reach is counted.
sqlmap_request() {
  timeout --foreground "$form_s" sqlmap -r "$2" --batch --level=1 --risk=1 --dbms=PostgreSQL --timeout=5 \
    --retries=0 --threads=2 --param-exclude='^csrf$' --ignore-code='*' --flush-session --disable-coloring \
    --ignore-stdin --output-dir="$files/sqlmap" >"$files/sqlmap.log" 2>&1 || true
  if grep -q 'identified the following injection' "$files/sqlmap.log"; then
    finding "sqlmap, $1: $(head -n 1 "$2"): $(grep -m 1 '^Parameter:' "$files/sqlmap.log")"
  fi
  grep -oE "(testing if|parameter) .*(parameter )?'[^']*' (is dynamic|might not be injectable|does not seem to be injectable)" \
    "$files/sqlmap.log" | grep -oE "'[^']*'" | sort -u >>"$files/sqlmap.parameters" || true
}

sqlmap_all() {
  local who=$1 folder=$2 figures=$3 request begun=$SECONDS
  : >"$files/sqlmap.parameters"
  while read -r request; do
    sqlmap_request "$who" "$request"
  done < <(find "$folder" -name '*.request' | sort | head -n "$forms_most")
  note "sqlmap, $who" "$(jq -c --argjson tested "$(wc -l <"$files/sqlmap.parameters")" \
    --argjson seconds $((SECONDS - begun)) '. + {parameters_tested: $tested, seconds: $seconds}' <<<"$figures")"
  alive "sqlmap, $who"
}

# The wapiti of Debian 12 ends the pattern of what it is to leave alone with "(?ms)", which the
# Python of Debian 12 takes at the beginning only. It also fetches a list of products from the
# web as it starts: whatever is not this machine goes to a proxy that is not there. Its modules
# ssrf and xxe work by a server of its makers, and are left out.
wapiti() {
  http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1 \
    timeout --foreground -k 5 $((wapiti_s * 3)) /usr/bin/python3 -c '
import re
compiled = re.compile
re.compile = lambda text, flags=0: (
  compiled(text[:-5], flags | re.M | re.S) if isinstance(text, str) and text.endswith("(?ms)") else compiled(text, flags))
from wapitiCore.main.wapiti import wapiti_main
wapiti_main()' "$@"
}

# wapiti finds its way by itself; what would sign it out is kept from it.
wapiti_all() {
  local who=$1 address=$2 start=$3 cookie=$4 out=() word
  for word in sign-out account/sign-out account/password account/recovery authenticator; do
    out+=(-x "http://$address/$word")
  done
  [ -z "$cookie" ] || out+=(-H "Cookie: __Host-hjemsvar=$cookie" -H "Origin: http://$address")
  say "wapiti, $who"
  wapiti -u "http://$address$start" --scope folder "${out[@]}" \
    -m sql,xss,permanentxss,exec,file,crlf,redirect,methods,htaccess --max-scan-time "$wapiti_s" \
    --max-links-per-page 60 --flush-session --no-bugreport --verify-ssl 0 -S normal \
    --store-session "$files/wapiti" -f json -o "$files/wapiti.json" >"$files/wapiti.log" 2>&1 || true
  [ -s "$files/wapiti.json" ] || {
    finding "wapiti, $who: no report: $(tail -n 1 "$files/wapiti.log")"
    return
  }
  note "wapiti, $who" "$(jq -c '{found: ([.vulnerabilities, .anomalies | to_entries[] | select(.value | length > 0) |
    {(.key): (.value | length)}] | add // {})}' "$files/wapiti.json")"
  jq -r '.vulnerabilities, .anomalies | to_entries[] | .key as $kind | .value[] | "\($kind): \(.method) \(.path) \(.info)"' \
    "$files/wapiti.json" | while read -r line; do finding "wapiti, $who: $line"; done
  alive "wapiti, $who"
}

attack_as() {
  local who=$1 cookie figures
  say "signed in as $who"
  mkdir "$files/$who"
  cookie=$(attacker sign-in "$console" "$who@attack.example")
  figures=$(attacker forms "$console" "$cookie" "$files/routes.json" "$files/$who")
  sqlmap_all "$who" "$files/$who" "$figures"
  cookie=$(attacker sign-in "$console" "$who@attack.example")
  wapiti_all "$who" "$console" / "$cookie"
}

attack_as_parent() {
  mkdir "$files/parent"
  sqlmap_all parent "$files/parent" "$(attacker forms-of-parents "$respondents" "$code" "$files/parent")"
  wapiti_all parent "$respondents" "/S/$code" ''
}

# ---- codes

# Behind the guesser's address: parents whose letter was open before go on, open links are
# open, and on every other network new letters are, too.
guessing() {
  local first rest figures behind elsewhere
  say "$guesses wrong codes"
  mapfile -t rest <"$files/codes"
  first=${rest[0]}
  attacker open "$respondents" 127.0.0.3 "$first" >/dev/null
  figures=$(attacker guess "$respondents" "$guesses" 127.0.0.3)
  behind=$(attacker answer "$respondents" "$code" 3 127.0.0.3)
  elsewhere=$(attacker open "$respondents" 127.0.0.9 "${rest[@]}")
  note 'wrong codes' "$(jq -c --argjson behind "$behind" --argjson elsewhere "$elsewhere" \
    '. + {open_link_behind: $behind.statuses, letters_elsewhere: $elsewhere.statuses}' <<<"$figures")"
  jq -e '.statuses["404"] <= 100 and (.statuses | keys - ["404", "429"] == [])' <<<"$figures" >/dev/null ||
    finding "wrong codes: more than 100 of $guesses were looked up: $figures"
  jq -e '.statuses | keys - ["200", "201"] == []' <<<"$behind" >/dev/null ||
    finding "wrong codes: parents behind the same address are locked out: $behind"
  jq -e '.statuses | keys == ["200"]' <<<"$elsewhere" >/dev/null ||
    finding "wrong codes: letters on another network are locked out: $elsewhere"
}

# ---- the whole

# What the server itself had to say.
judge_log() {
  local faults
  faults=$(jq -r 'select(.level == "error") | .event + " " + (.route // "")' "$files/server.log" | sort | uniq -c)
  if [ -n "$faults" ]; then
    finding "faults in the log: $(tr '\n' ';' <<<"$faults")"
  fi
  note server "$(jq -cn --argjson most "$(memory "$server" VmHWM)" \
    --argjson lines "$(wc -l <"$files/server.log")" '{most_kib: $most, log_lines: $lines}')"
}

write_results() {
  jq -n --slurpfile parts "$files/parts" --rawfile findings "$files/findings" \
    --arg slowhttptest "$(dpkg-query -W -f '${Version}' slowhttptest)" \
    --arg sqlmap "$(dpkg-query -W -f '${Version}' sqlmap)" --arg wapiti "$(dpkg-query -W -f '${Version}' wapiti)" \
    '{versions: {slowhttptest: $slowhttptest, sqlmap: $sqlmap, wapiti: $wapiti}, parts: $parts,
      findings: ($findings | split("\n") | map(select(. != "")))}' >"$files/result.json"
  cp "$files/result.json" "$result"
  jq . "$result"
}

main() {
  trap 'say "failed: $BASH_COMMAND (${BASH_SOURCE[0]##*/}:$LINENO)"' ERR
  trap leave EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  make -s VARIANT=release "BUILD=$build" "-j$(nproc)" all
  make_folder
  start_cluster
  environment
  prepare
  slow_clients
  guessing
  attack_as_parent
  for who in municipality evaluator admin; do
    attack_as "$who"
  done
  judge_log
  write_results
  if [ -s "$files/findings" ]; then
    die 1 "$(wc -l <"$files/findings") findings; they stand in $result"
  fi
}

main
