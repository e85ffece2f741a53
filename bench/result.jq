# bench.json: everything measured; of the answers' runs the medians and their ratio.
def median: sort | if length % 2 == 1 then .[length / 2 | floor]
  else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def middle(side): {
  requests_per_s: (map(side.requests_per_s) | median),
  p50_us: (map(side.p50_us) | median),
  p99_us: (map(side.p99_us) | median)
};

{
  quick: $quick,
  machine: $machine[0],
  seconds: {page: $page_seconds, answers: $answer_seconds},
  pages: $pages,
  answers: ($answers | group_by(.connections) | map({
    connections: .[0].connections,
    runs: length,
    server: middle(.server),
    pgbench: middle(.pgbench),
    ratio: ((map(.server.requests_per_s) | median) / (map(.pgbench.requests_per_s) | median)),
    least_per_s: (map(.server.least_per_s) | min),
    acknowledged: (map(.server.statuses["201"] // 0) | add),
    rows: (map(.server.rows) | add),
    cut: (map(.server.cut) | add)
  })),
  answer_runs: $answers,
  export: $export[0],
  memory: ($memory[0] + {most_kib: $most}),
  findings: ($findings | split("\n") | map(select(. != "")))
}
