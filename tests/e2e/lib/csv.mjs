// CSV for tests, written apart from the program's own so that the two check each
// other (RFC 4180).

/** Rows of cells as a file; every cell with anything special is quoted. */
export function csvWrite(rows, separator = ',') {
  const cell = (value) => {
    const text = String(value ?? '');
    return /[",;\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => row.map(cell).join(separator) + '\r\n').join('');
}

/** Objects as a file; the columns are those of all objects. */
export function csvOf(objects, separator = ',') {
  const columns = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  return csvWrite([columns, ...objects.map((o) => columns.map((c) => o[c]))], separator);
}

/** A file as rows of cells. */
export function csvRows(text, separator = ',') {
  const rows = [];
  let row = [];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      at++;
      while (text[at] !== '"' || text[at + 1] === '"') {
        if (at >= text.length) {
          throw new Error('a quotation mark is not closed');
        }
        cell += text[at];
        at += text[at] === '"' ? 2 : 1;
      }
      at++;
    } else {
      while (at < text.length && text[at] !== separator && !'\r\n'.includes(text[at])) {
        cell += text[at++];
      }
    }
    row.push(cell);
    if (text[at] === separator) {
      at++;
      continue;
    }
    if (text.slice(at, at + 2) !== '\r\n') {
      throw new Error(`no row end at byte ${at}`);
    }
    at += 2;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** A file with a header as objects. */
export function csvObjects(text, separator = ',') {
  const [header, ...rows] = csvRows(text, separator);
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}
