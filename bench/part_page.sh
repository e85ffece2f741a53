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

# page_of NAME CONNECTIONS ADDRESS: one run of wrk with one thread. Requests per
# second and percentiles are wrk's; the fewest in a second are the server's own
# counter, looked at each second.
page_of() {
  load page.lua "$2" "$page_seconds" "$3$page_path"
  jq --arg server "$1" '{server: $server} + del(.statuses)' "$files/load.json" >>"$files/pages.jsonl"
}

part_page() {
  local turn connections workers page_path nginx_counted
  local -A nginx_address=() nginx_status=()
  page_path=$(paths_of "$(round_new 'Læses')" | head -n 1)
  start_server
  await 30 'the page' page_take "$page_path"
  for workers in "${nginx_workers[@]}"; do
    nginx_start "$workers"
  done
  : >"$files/pages.jsonl"
  for ((turn = 1; turn <= rounds; turn++)); do
    for connections in "${page_connections[@]}"; do
      say "page, $connections connections, turn $turn of $rounds"
      page_of hjemsvar "$connections" "$respondents"
      await 20 'an idle server' quiet
      counter=counter_nginx
      for workers in "${nginx_workers[@]}"; do
        nginx_counted=${nginx_status[$workers]}
        page_of "nginx $workers" "$connections" "${nginx_address[$workers]}"
      done
      counter=counter_server
    done
  done
  jq -n --argjson seconds "$page_seconds" --argjson bytes "$(stat -c %s "$files/reply")" \
    --arg nginx "$(nginx -v 2>&1 | sed 's|.*/||')" --slurpfile runs "$files/pages.jsonl" \
    '{seconds: $seconds, reply_bytes: $bytes, nginx: $nginx, runs: $runs}' >"$files/part.json"
}
