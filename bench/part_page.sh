# shellcheck shell=bash disable=SC2034,SC2154
# make bench, part page: GETs of the questionnaire's first page, against nginx.

page_connections=(1 64 128 256 512)
nginx_workers=(1 auto)

# The reply as our server gives it: head and compressed body apart.
page_take() {
  http_get "$respondents" "$1" 'Accept-Encoding: gzip' >"$files/reply"
  sed '/^\r$/q' "$files/reply" | tr -d '\r' >"$files/reply.head"
  head -n 1 "$files/reply.head" | grep -q ' 200 ' && grep -aqi '^content-encoding: gzip' "$files/reply.head"
}

# nginx_start WORKERS: serves the very same compressed bytes with gzip_static and
# with the same headers, from a file that it keeps open, and logs nothing, as our
# server logs no request. Sets nginx_address and nginx_status.
nginx_start() {
  local workers=$1 place=$folder/nginx-$1 port status_port user='' word name value
  mkdir -p "$place/root/S" "$place/tmp"
  tail -c "$(awk 'tolower($1) == "content-length:" { print $2 }' "$files/reply.head")" "$files/reply" \
    >"$place/root$page_path.gz"
  gzip -dc "$place/root$page_path.gz" >"$place/root$page_path"
  read -r port status_port < <(node bench/ports.mjs 2)
  [ "$(id -u)" != 0 ] || user='user root;'
  {
    echo "$user daemon off; worker_processes $workers; pid $place/pid; error_log $place/error.log;"
    echo "worker_rlimit_nofile 4096; events { worker_connections 2048; }"
    echo "http { access_log off; default_type 'text/html; charset=utf-8'; sendfile on; tcp_nopush on;"
    echo "keepalive_timeout 65; keepalive_requests 1000000000; gzip_static on; gzip_vary off; etag off;"
    echo "open_file_cache max=16; open_file_cache_valid 600s; server_tokens off;"
    for word in client_body proxy fastcgi uwsgi scgi; do
      echo "${word}_temp_path $place/tmp;"
    done
    sed -n 's/^\([A-Za-z-]*\): \(.*\)/\1 \2/p' "$files/reply.head" | while read -r name value; do
      case ${name,,} in
        content-* | connection | date | keep-alive) ;;
        *) printf 'add_header %s "%s";\n' "$name" "${value//\"/\\\"}" ;;
      esac
    done
    echo "add_header Last-Modified '';"
    printf 'add_header Content-Security-Policy "%s";\n' "$(sed -n 's/^content-security-policy: //Ip' "$files/reply.head")"
    echo "server { listen 127.0.0.1:$port backlog=1024; root $place/root; }"
    echo "server { listen 127.0.0.1:$status_port; location / { stub_status; } } }"
  } >"$place/nginx.conf"
  nginx -e "$place/error.log" -c "$place/nginx.conf" &
  helpers+=($!)
  nginx_master[$workers]=$!
  nginx_address[$workers]=127.0.0.1:$port
  nginx_status[$workers]=127.0.0.1:$status_port
  await 10 'nginx' nginx_serves "$workers"
}

# The same body to the last byte.
nginx_serves() {
  local length
  length=$(awk 'tolower($1) == "content-length:" { print $2 }' "$files/reply.head")
  (http_get "${nginx_address[$1]}" "$page_path" 'Accept-Encoding: gzip') >"$files/nginx.reply" 2>/dev/null &&
    grep -aqi '^content-encoding: gzip' "$files/nginx.reply" &&
    cmp -s <(tail -c "$length" "$files/nginx.reply") <(tail -c "$length" "$files/reply")
}

# Requests so far: the third figure of stub_status' fourth line.
counter_nginx() {
  local fd line
  metric_value=''
  exec {fd}<>"/dev/tcp/${nginx_counted%:*}/${nginx_counted##*:}"
  printf 'GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n' >&"$fd"
  while IFS= read -r -t 30 -u "$fd" line; do
    if [[ $line =~ ^\ [0-9]+\ [0-9]+\ ([0-9]+)\ $ ]]; then
      metric_value=${BASH_REMATCH[1]}
    fi
  done
  exec {fd}>&-
  [ -n "$metric_value" ] || die 70 'stub_status says nothing'
}

# page_of NAME CONNECTIONS ADDRESS PROCESS…: one run of wrk with one thread. Requests
# per second and percentiles are wrk's; the fewest in a second are the server's own
# counter, looked at each second; processor time is the processes'.
page_of() {
  local name=$1 connections=$2 address=$3 cpu
  shift 3
  cpu=$(cpu_ms_all "$@")
  load page.lua "$connections" "$page_seconds" "$address$page_path"
  cpu=$(($(cpu_ms_all "$@") - cpu))
  jq --arg server "$name" --argjson turn "$turn" --argjson cpu "$cpu" \
    '{server: $server, turn: $turn, server_cpu_us: ($cpu * 1000 / .requests)} + del(.statuses)' \
    "$files/load.json" >>"$files/pages.jsonl"
}

page_of_nginx() {
  local workers=$1
  nginx_counted=${nginx_status[$workers]}
  counter=counter_nginx
  # shellcheck disable=SC2046 # a word for each worker
  page_of "nginx $workers" "$2" "${nginx_address[$workers]}" $(pgrep -P "${nginx_master[$workers]}")
  counter=counter_server
}

# What the host gives changes from second to second, so the two that are compared stand
# next to each other in many short turns, each the first in every other one.
part_page() {
  local turn connections workers page_path nginx_counted
  local -A nginx_address=() nginx_status=() nginx_master=()
  page_path=$(paths_of "$(round_new 'Læses')" | head -n 1)
  start_server
  await 30 'the page' page_take "$page_path"
  for workers in "${nginx_workers[@]}"; do
    nginx_start "$workers"
  done
  : >"$files/pages.jsonl"
  for ((turn = 1; turn <= page_rounds; turn++)); do
    for connections in "${page_connections[@]}"; do
      say "page, $connections connections, turn $turn of $page_rounds"
      if [ $((turn % 2)) = 0 ]; then
        page_of_nginx 1 "$connections"
      fi
      page_of hjemsvar "$connections" "$respondents" "$server"
      await 20 'an idle server' quiet
      if [ $((turn % 2)) = 1 ]; then
        page_of_nginx 1 "$connections"
      fi
      page_of_nginx auto "$connections"
    done
  done
  jq -n --argjson seconds "$page_seconds" --argjson bytes "$(stat -c %s "$files/reply")" \
    --arg nginx "$(nginx -v 2>&1 | sed 's|.*/||')" --slurpfile runs "$files/pages.jsonl" \
    '{seconds: $seconds, reply_bytes: $bytes, nginx: $nginx, runs: $runs}' >"$files/part.json"
}
