#!/bin/bash
# layers.sh [CHECKOUT]: who may call whom, read from the #include lines of
# server/, press/ and tools/ (docs/architecture.md). Prints file:line of every breach.
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

# shellcheck disable=SC2016 # awk's own dollars
find server press tools -name '*.[ch]' -print0 | sort -z | xargs -0 -r awk '
  BEGIN {
    allowed["base"]   = "base"
    allowed["survey"] = "base survey"
    allowed["output"] = "base survey output"
    allowed["store"]  = "base survey store"
    allowed["web"]    = "base survey output store web"
    allowed["tools"]  = "base survey output store tools"
    allowed["press"]  = "base output"
    allowed["main.c"] = "base survey output store web"
    only["libpq-fe.h"]   = "store"
    only["microhttpd.h"] = "web"
    only["cairo.h"]      = "press"
    only["cairo-pdf.h"]  = "press"
    only["pangocairo.h"] = "press"
    only["rsvg.h"]       = "press"
  }

  function breach(why) {
    printf "%s:%d: %s\n", FILENAME, FNR, why
    breaches++
  }

  FNR == 1 {
    split(FILENAME, part, "/")
    room = part[1] == "server" ? part[2] : part[1]
    if (!(room in allowed)) breach("no room of this name is known; hint: tests/layers.sh holds the rule")
  }

  /^[ \t]*#[ \t]*include[ \t]*[<"]/ {
    quoted = $0 ~ /include[ \t]*"/
    header = $0
    sub(/^[^<"]*[<"]/, "", header)
    sub(/[>"].*$/, "", header)
    base = header
    sub(/^.*\//, "", base)
    if (base in only && room != only[base])
      breach("only " only[base] "/ includes <" base ">")
    if (!quoted) next
    if (header ~ /(^|\/)\.\.(\/|$)/)
      breach("\"" header "\" climbs out of its folder; hint: name it from server/")
    else if (split(header, path, "/") > 1 && (" " allowed[room] " ") !~ (" " path[1] " "))
      breach(room " may not include \"" header "\" (" (room in allowed ? allowed[room] : "nothing") ")")
  }

  END { exit breaches > 0 }
'
