# docs/faults.md from faults.json.
def thousands: round | tostring | [match("\\d{1,3}(?=(\\d{3})*$)"; "g").string] | join(",");
def tenths: . * 10 | round | "\(. / 10 | floor).\(. % 10)";
def row: "| " + join(" | ") + " |";
def heads: row, (map("---") | row);

"# What faults cost",
"",
"Written by `make faults` (`bench/faults.sh`); `bench/faults_kinds.mjs` says what each fault is, `bench/faults.mjs`",
"what must hold afterwards. Sixteen connections send numbered answers one after the other, a quarter of them by",
"single-use codes, and somebody opens the questionnaire again and again, while the fault is done to the server or to",
"its PostgreSQL. Nothing is mended by hand: the database and the server are started again, as an operating system does.",
"",
"- *sent*: different answers. *acknowledged*: thanked for at once. *turned away*: 503 and the form, filled in.",
"  *no reply*: the connection ended, or a proxy said so.",
"- *stored*: after those who were not thanked have sent again, with the same number: always as many as were sent.",
"- *lost*: acknowledged, and not stored as sent; *twice*: stored more than once.",
"- *slowest*: of all replies, pages too; at most 10 s is promised.",
"- *answers after*: seconds from the fault's end until `/readyz` says so, answers are taken and nobody is turned away any",
"  more; *changes after*: until a round that is made then can be answered. At most 5 s is promised.",
"",
(["fault", "sent", "acknowledged", "turned away", "no reply", "stored", "lost", "twice", "slowest s", "answers after s", "changes after s"] | heads),
(.rows[] | [.name, (.sent, .acknowledged, .refused, .unanswered, .stored, .lost, .twice | thousands),
  (.slowest_s, .answers_after_s, .changes_after_s | tenths)] | row),
"",
(.rows[] | select(.drawn) | "At random came, in this order: \(.drawn | join("; ")).", ""),
(if .rows == [] or .findings != [] then empty else .rows |  [.[] | select(.memory_mib)] as $rows |
"No server ended but those that were killed or ended here, and none kept descriptors or memory: after the",
"first fault the server had \($rows[0].descriptors) descriptors and \($rows[0].memory_mib | tenths) MiB, after the last that the same process lived",
"through \($rows | map(select(.pid == $rows[0].pid)) | last | "\(.descriptors) and \(.memory_mib | tenths) MiB")." end),
"",
"## Machine",
"",
"`make faults SEED=\(.seed) SECONDS=\(.seconds)`, \(.took_s) s, \(.machine.variant) build.",
"",
"Hjemsvar \(.machine.hjemsvar), libmicrohttpd \(.machine.libmicrohttpd), PostgreSQL \(.machine.postgresql), HAProxy \(.machine.haproxy), Node \(.machine.node), \(.machine.kernel), \(.machine.cores) cores,",
"\(.machine.memory_kib / 1048576 | tenths) GiB. The data lie in memory: these are faults of programs, networks and disks that are full. What a power cut",
"leaves is PostgreSQL's promise (`fsync`, `synchronous_commit`), which nothing here turns off in an installation.",
"",
"## Findings",
"",
(if .findings == [] then "None." else .findings[] | "- \(gsub("\n"; " "))" end)
