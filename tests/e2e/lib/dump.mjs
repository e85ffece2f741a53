// What pg_dump --column-inserts wrote, read back: every row of every table.

/** One SQL literal at the place: [value, place behind it]; NULL is null, the rest is text. */
function literal(text, from) {
  const quote = text.startsWith("E'", from) ? from + 1 : from;
  if (text[quote] !== "'") {
    const end = from + text.slice(from).search(/,|\)/);
    const word = text.slice(from, end).trim();
    return [word === 'NULL' ? null : word, end];
  }
  let value = '';
  for (let at = quote + 1; at < text.length; at++) {
    if (text[at] === "'" && text[at + 1] !== "'") return [value, at + 1];
    if (text[at] === "'") at++;
    value += text[at];
  }
  throw new Error('a string of the dump does not end');
}

/** {table: [{column: value}]} of the schema public. A string may hold line breaks. */
export function columnInserts(text) {
  const tables = {};
  const begin = /^INSERT INTO public\.(\w+) \(([^)]*)\) (?:OVERRIDING SYSTEM VALUE )?VALUES \(/gm;
  for (let found = begin.exec(text); found; found = begin.exec(text)) {
    const [, table, columns] = found;
    const row = {};
    let at = begin.lastIndex;
    for (const column of columns.split(', ')) {
      [row[column], at] = literal(text, at);
      at += text[at] === ',' ? 2 : 0;
    }
    if (!text.startsWith(');', at)) throw new Error(`a row of ${table} does not end: ${text.slice(at, at + 40)}`);
    begin.lastIndex = at;
    (tables[table] ??= []).push(row);
  }
  return tables;
}
