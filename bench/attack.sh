#!/bin/bash
# attack.sh [--quick] [PART…]: make attack. Attacks a private release server on this machine
# with slowhttptest, sqlmap and wapiti, guesses 10,000 codes, and says what it came to:
# a table, build/attack.json, exit code 1 when something was found, or when a route
# was missed that somebody may. What is promised stands in docs/security.md; the requests
# that need no tool are in tests/e2e. A PART is slow (slowhttptest), codes, sqlmap or wapiti, all
# of them without one; ONLY='/courses|/end' takes the routes that it matches, for sqlmap.
#
# Nothing leaves 127.0.0.1: root's tools run in a network of their own that has nothing else,
# and everybody's ask a proxy that is not there for the rest. Every part is bounded in time;
# the whole takes an hour. --quick: a few requests of each account and short runs.
# BUILD is the folder of the build.
#
#   127.0.0.1  the tools, by a door that says each of their requests is another network's
#   127.0.0.2  that door (attack_front.mjs), which signs the accounts in
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
reply_s=12 # what is not answered by then hangs: all promise ten
letters=40
accounts_left=6 # who is attacked as: sqlmap_s is for all of them; form_s for one request, and a sixth more a parameter

slow_s=20 form_s=40 sqlmap_s=2700 wapiti_s=60 forms_most=1000
parts=()
for word in "$@"; do
  case $word in
    --quick) slow_s=8 form_s=15 sqlmap_s=150 wapiti_s=10 forms_most=4 ;;
    slow | codes | sqlmap | wapiti) parts+=("$word") ;;
    *)
      echo 'attack.sh: hint: bench/attack.sh [--quick] [slow codes sqlmap wapiti]' >&2
      exit 64
      ;;
  esac
done
[ ${#parts[@]} -gt 0 ] || parts=(slow codes sqlmap wapiti)
export ATTACK_ONLY=${ONLY:-} # attack_requests.mjs

if [ "$(id -u)" = 0 ] && [ -z "${ATTACK_ALONE:-}" ] && unshare --net true 2>/dev/null; then
  ATTACK_ALONE=yes exec unshare --net -- "$PWD/bench/attack.sh" "$@"
fi
[ -z "${ATTACK_ALONE:-}" ] || ip link set lo up

# shellcheck source=bench/lib.sh
. bench/lib.sh
# shellcheck source=bench/installation.sh
. bench/installation.sh

tool='' door=''

wanted() {
  [[ " ${parts[*]} " == *" $1 "* ]]
}

leave() {
  local process
  trap '' INT TERM HUP
  for process in $tool $door; do
    kill -TERM "$process" 2>/dev/null || true
  done
  installation_remove
}

# ---- an installation with something in it

# Prints the link of the invitation's end: its word.
account() {
  hjemsvar staff add --email "$1@attack.example" "${@:2}" | sed -n '1s|.*/||p'
}

staff_number() {
  query -c "SELECT id FROM staff WHERE email = '$1@attack.example'"
}

round_with_answers() {
  local number
  number=$(round_new "$@")
  hjemsvar answers import "$files/answers.csv" --round "$number" >/dev/null
  printf '%s\n' "$number"
}

# A round of known children, which opens once its notice is written.
round_known() {
  local key
  for key in contact dpo purpose basis recipients retention; do
    hjemsvar settings set "personal_$key" 'Som vi har skrevet.' --municipality 101 >/dev/null
  done
  hjemsvar questionnaire add templates/questionnaires/sdq-subscales.json >/dev/null
  hjemsvar round create --questionnaire sdq-subscales --title 'Kendte' --municipality 101 --json | jq -er .round
}

# One round for most, one with codes, one that is changed and ended, one to be finalised,
# one that is over, one that may be deleted, one of known children.
rounds() {
  local each
  "$build/simulate" --seed 1 --answers 40 "$files/answers"
  round=$(round_with_answers 'Angrebet')
  single=$(round_new 'Med koder' --codes single)
  last=$(round_with_answers 'Den sidste')
  over=$(round_with_answers 'Forbi')
  closed=$(round_with_answers 'Lukket')
  past=$(round_with_answers 'Til sletning')
  known=$(round_known)
  for each in "$closed" "$over" "$past"; do
    hjemsvar round close "$each" >/dev/null
  done
  # Nobody can still be writing.
  query -c "UPDATE round SET opens_at = opens_at - interval '3 hours', closed_at = closed_at - interval '2 hours'
    WHERE id IN ($closed, $over, $past)"
  hjemsvar round finalise "$over" --yes >/dev/null 2>&1
  hjemsvar round finalise "$past" --yes >/dev/null 2>&1
  hjemsvar answers export --round "$past" --format csv --profile anonymised --out "$files/past.csv" >/dev/null
  hjemsvar round archive "$past" --out "$files/past.zip" >/dev/null
  query -c "UPDATE round SET retain_until = '2026-01-01' WHERE id = $past"
  hjemsvar duplicates refresh --round "$round" >/dev/null 2>&1
  code=$(hjemsvar link list --round "$round" --json | jq -er '.[0].code')
  hjemsvar codes make --round "$single" --municipality 101 --letters "$letters" 2>/dev/null |
    sed 's|.*/||' >"$files/codes"
  query -c "INSERT INTO course (round, municipality, course_id) VALUES ($round, 101, 'HX-1'), ($round, 101, 'HX-2')"
}

prepare() {
  install_database
  export HJEMSVAR_TRUSTED_PROXIES=127.0.0.2/32 HJEMSVAR_CONSOLE_PROXY_HEADER=X-Signed-In
  rounds
  account municipality --role municipality --municipality 101 >/dev/null
  account evaluator --role evaluator >/dev/null
  account own --role evaluator --municipality 101 >/dev/null
  account admin --role admin >/dev/null
  invitation=$(account victim --role municipality --municipality 101)
  start_server
  console=$(address_of console)
  "$build/hjemsvar-server" --print-routes >"$files/routes.json"
  await 30 'the page' page_is_there "/S/$code"
  attacker tokens "$console" admin@attack.example >"$files/tokens"
  receipt=$(attacker receipt "$respondents" "$code")
  release
  something
}

# What of a release has a number.
release() {
  local path
  for path in report/releases releases; do
    http_post "$console" "/api/v1/rounds/$over/$path" "$(jq -r .evaluator "$files/tokens")" '{}' >"$files/release"
    head -n 1 "$files/release" | grep -qE ' 20[01] ' || finding "no release by $path: $(head -c 300 "$files/release")"
  done
}

# http_post ADDRESS PATH TOKEN JSON: the whole reply.
http_post() {
  local fd
  exec {fd}<>"/dev/tcp/${1%:*}/${1##*:}"
  printf 'POST %s HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s' \
    "$2" "$3" "${#4}" "$4" >&"$fd"
  timeout 30 cat <&"$fd"
  exec {fd}>&-
}

# What stands for each name in a path, and ids that forms and the API ask for.
something() {
  local pair
  pair=$(hjemsvar duplicates list --round "$round" --json 2>/dev/null | jq -c '.pairs[0] // {}')
  jq -n --argjson pair "$pair" --argjson round "$round" --argjson single "$single" --argjson last "$last" \
    --argjson known "$known" --argjson over "$over" --argjson closed "$closed" --argjson past "$past" --arg code "$code" --arg invitation "$invitation" --arg receipt "$receipt" \
    --argjson staff "$(staff_number victim)" --argjson token "$(query -c 'SELECT max(id) FROM api_token')" \
    --argjson release "$(query -c "SELECT max(id) FROM release WHERE round = $over")" \
    '{round: $round, known: $known, single: $single, last: $last, over: $over, closed: $closed, past: $past, code: $code, receipt: $receipt, invitation: $invitation,
      staff: $staff, token: $token, release: $release, a: $pair.a, b: $pair.b, municipality: 101,
      questionnaire: "bilag8", version: 1, language: "en", upload: 1, part: "target_group"}' >"$files/some"
  attacker furnish "$console" "$respondents" "$files/some" >"$files/some.json"
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

# A door for the tools, as EMAIL with TOKEN: sets door, its process, and front, its address.
open_door() {
  local target=$1 listener=$2 who=$3
  shift 3
  : >"$files/$who/door"
  node bench/attack.mjs front "$target" "$listener" "$files/routes.json" "$files/$who/tally" "$@" >"$files/$who/door" &
  door=$!
  await 30 'a door' test -s "$files/$who/door"
  front=$(cat "$files/$who/door")
}

close_door() {
  kill -TERM "$door"
  wait "$door" || true
  door=''
}

# Run by xargs, without this script's variables but those that are exported. A finding of sqlmap
# is an injection point; what joins to a result (union) is not tried, since whatever lets that in
# lets the others in. What it has no time for is counted.
sqlmap_request() {
  local who=$1 request=$2 end=$3 log=${2%.request}.log parameters=${2##*-}
  [ "$EPOCHSECONDS" -lt "$end" ] || {
    echo "$request" >>"$files/$who/unreached"
    return
  }
  timeout $((form_s + ${parameters%.request} * form_s / 6)) sqlmap -r "$request" --batch --level=1 --risk=1 --technique=BEST --dbms=PostgreSQL --timeout=10 \
    --retries=0 --threads=1 --param-exclude='csrf' --ignore-code='*' --ignore-redirects --drop-set-cookie \
    --skip-waf --flush-session --disable-coloring --ignore-stdin --output-dir="$request.d" >"$log" 2>&1 ||
    echo "$request" >>"$files/$who/cut"
  rm -rf "$request.d"
  if grep -q 'identified the following injection' "$log"; then
    finding "sqlmap, $who: $(head -n 1 "$request"): $(grep -m 1 '^Parameter:' "$log")"
  fi
}

# Parameters that were tested to the end, whatever came out.
tested() {
  find "$files/$1" -name '*.log' -exec grep -hoE "parameter '[^']*' (does not seem to be|is) .*injectable" {} + | wc -l
}

count_lines() {
  if [ -e "$1" ]; then wc -l <"$1"; else echo 0; fi
}

sqlmap_all() {
  local who=$1 begun=$EPOCHSECONDS end
  end=$((begun + sqlmap_s / accounts_left))
  say "sqlmap, $who: $(jq -c '[.pages, .requests, .parameters]' "$files/$who/plan.json") pages, requests, parameters; $((end - begun)) s"
  find "$files/$who" -name '*.request' | sort | head -n "$forms_most" |
    xargs -P "$(nproc)" -I {} bash -c 'sqlmap_request "$@"' - "$who" {} "$end" &
  tool=$!
  wait "$tool" || true
  tool=''
  sqlmap_s=$((sqlmap_s - (EPOCHSECONDS - begun))) accounts_left=$((accounts_left - 1))
  alive "sqlmap, $who"
}

# What came of each route: one that nobody told of, or that let nothing in, is a finding.
routes_judged() {
  local who=$1 listener=$2 judged
  judged=$(attacker judge "$listener" "$files/routes.json" "$who" "$files/$who/plan.json" "$files/$who/tally" "$files/attacked")
  note "sqlmap, $who" "$(jq -cn --argjson judged "$judged" --slurpfile plan "$files/$who/plan.json" \
    --slurpfile tally "$files/$who/tally" --argjson tested "$(tested "$who")" \
    --argjson cut "$(count_lines "$files/$who/cut")" --argjson unreached "$(count_lines "$files/$who/unreached")" \
    '$plan[0] as $plan | {pages: $plan.pages, requests: $plan.requests, parameters: $plan.parameters, tested: $tested,
      cut: $cut, unreached: $unreached, sent: ([$tally[0][][]] | add // 0)} + $judged')"
  if [ "$forms_most" -ge 1000 ]; then
    jq -r '.missed[]' <<<"$judged" | while read -r line; do finding "$who: not attacked: $line"; done
  fi
}

# The wapiti of Debian 12 ends the pattern of what it is to leave alone with "(?ms)", which the
# Python of Debian 12 takes at the beginning only. It also fetches a list of products from the
# web as it starts: whatever is not this machine goes to a proxy that is not there. Its modules
# ssrf and xxe work by a server of its makers, and are left out.
wapiti() {
  http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1 \
    timeout --foreground -k 5 $((wapiti_s * 8)) /usr/bin/python3 -c '
import re
compiled = re.compile
re.compile = lambda text, flags=0: (
  compiled(text[:-5], flags | re.M | re.S) if isinstance(text, str) and text.endswith("(?ms)") else compiled(text, flags))
from wapitiCore.main.wapiti import wapiti_main
wapiti_main()' "$@"
}

# wapiti finds its way by itself, from every page that has one, for wapiti_s, and each of its nine
# modules has a third of that; who attacks is kept from ending their own account.
wapiti_all() {
  local who=$1 page out=()
  for page in municipality own evaluator admin; do
    out+=(-x "http://$front/staff/$(staff_number "$page")")
  done
  while read -r page; do
    out+=(-s "http://$front$page")
  done < <(jq -r '.starts[]' "$files/$who/plan.json")
  say "wapiti, $who"
  wapiti -u "http://$front/" --scope folder "${out[@]}" \
    -m sql,xss,permanentxss,exec,file,crlf,redirect,methods,htaccess \
    --max-scan-time "$wapiti_s" --max-attack-time $((wapiti_s / 3)) \
    --max-links-per-page 60 --flush-session --no-bugreport --verify-ssl 0 -S normal -t "$reply_s" \
    --store-session "$files/wapiti" -f json -o "$files/wapiti.json" >"$files/wapiti-$who.log" 2>&1 || true
  [ -s "$files/wapiti.json" ] || {
    finding "wapiti, $who: no report: $(tail -n 1 "$files/wapiti-$who.log")"
    return
  }
  note "wapiti, $who" "$(jq -c '{found: ([.vulnerabilities, .anomalies | to_entries[] | select(.value | length > 0) |
    {(.key): (.value | length)}] | add // {})}' "$files/wapiti.json")"
  jq -r '.vulnerabilities, .anomalies | to_entries[] | .key as $kind | .value[] | "\($kind): \(.method) \(.path) \(.info)"' \
    "$files/wapiti.json" | while read -r line; do finding "wapiti, $who: $line"; done
  rm -f "$files/wapiti.json"
  alive "wapiti, $who"
}

# attack_as WHO LISTENER TARGET EMAIL TOKEN [PAGE…]
attack_as() {
  local who=$1 listener=$2 target=$3 email=$4 token=$5
  shift 5
  say "as $who"
  mkdir "$files/$who"
  open_door "$target" "$listener" "$who" "$email" "$token"
  attacker requests "$front" "$listener" "$files/routes.json" "$files/some.json" "$who" "$files/before" "$files/$who" "$@"
  if wanted sqlmap; then
    sqlmap_all "$who"
    close_door
    routes_judged "$who" "$listener"
    open_door "$target" "$listener" "$who" "$email" "$token"
  fi
  ! wanted wapiti || wapiti_all "$who"
  close_door
}

forms() {
  local who
  export files form_s
  export -f sqlmap_request finding say
  echo '[]' | tee "$files/before" >"$files/attacked"
  attack_as parent respondents "$respondents" '' '' "/?code=$code" "/S/$code?lang=en" "/S/$code/withdraw" '/was?lang=en'
  attack_as stranger console "$console" '' '' '/sign-in?next=/rounds&lang=en'
  for who in municipality evaluator admin own; do
    attack_as "$who" console "$console" "$who@attack.example" "$(jq -r ".$who // \"\"" "$files/tokens")"
  done
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
  make -s VARIANT=release "BUILD=$build" "-j$(nproc)" all simulator
  make_folder
  start_cluster
  environment
  prepare
  ! wanted slow || slow_clients
  ! wanted codes || guessing
  forms
  judge_log
  write_results
  if [ -s "$files/findings" ]; then
    die 1 "$(wc -l <"$files/findings") findings; they stand in $result"
  fi
}

main
