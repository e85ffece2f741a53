# shellcheck shell=bash disable=SC2154
# make bench, part memory: what is resident with more and more idle connections.

# VmRSS of a server with the demo's round, by connections that are kept alive, have
# fetched the page once each and say nothing now. The descriptors are those of the
# hard limit, which the server takes by itself.
part_memory() {
  local path limit
  path=$(paths_of "$(round_new 'Holder')" | head -n 1)
  limit=$(ulimit -Hn)
  if [ "$limit" != unlimited ] && [ "$limit" -lt $((held_connections[-1] + 1024)) ]; then
    die 78 "only $limit files may be open; hint: raise the hard limit of open files"
  fi
  start_server
  await 30 'the page' page_is_there "$path"
  await 10 'an idle server' quiet
  say "memory with ${held_connections[*]} connections"
  node bench/hold.mjs "$respondents" "$operations" "$path" "$server" "${held_connections[@]}" >"$files/held.json"
  stop_server
  jq -n --slurpfile held "$files/held.json" '{held: $held[0]}' >"$files/part.json"
}
