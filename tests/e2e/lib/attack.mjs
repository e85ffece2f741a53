// What somebody can work out of a published table, by trying every table of whole numbers.

/** All ways to give the hidden cells of a row whole numbers, so that they add up to its total. */
function* fillings(cells, left, at = 0) {
  const next = cells.indexOf(null, at);
  if (next < 0) {
    if (left === 0) yield cells;
    return;
  }
  const last = cells.indexOf(null, next + 1) < 0;
  for (let value = last ? left : 0; value <= left; value++) {
    const filled = cells.slice();
    filled[next] = value;
    yield* fillings(filled, left - value, next + 1);
  }
}

const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);
const rest = ({ n, counts }) => n - sum(counts.filter((count) => count !== null));

/** Rows: {n, counts}, the first the sum of the others, null for what is hidden; each row's n is
 * shown. Gives, by row and column, the set of numbers that the cell may be. */
export function feasible(rows) {
  const [whole, ...groups] = rows;
  const columns = whole.counts.length;
  const sets = rows.map(({ counts }) => counts.map(() => new Set()));
  const choices = groups.map((row) => [...fillings(row.counts, rest(row))]);
  const order = choices.map((_, i) => i).sort((a, b) => choices[a].length - choices[b].length);
  const largest = order.pop();
  const fits = (counts) => groups[largest].counts.every((count, j) => count === null || count === counts[j]);
  const chosen = [];

  const note = (i, counts) => counts.forEach((count, j) => sets[i][j].add(count));
  /* The largest row is what the others leave; where the whole's column is hidden it is free. */
  const finish = (used) => {
    const free = whole.counts.map((count) => count === null);
    const left = whole.counts.map((count, j) => (free[j] ? groups[largest].counts[j] : count - used[j]));
    if (left.some((count) => count !== null && count < 0)) return;
    for (const counts of free.some(Boolean) ? fillings(left, groups[largest].n - sum(left)) : [left]) {
      if (fits(counts)) {
        chosen.forEach(([i, row]) => note(i + 1, row));
        note(largest + 1, counts);
        note(0, counts.map((count, j) => count + used[j]));
      }
    }
  };
  const walk = (depth, used) => {
    if (depth === order.length) {
      finish(used);
      return;
    }
    for (const counts of choices[order[depth]]) {
      const sums = used.map((count, j) => count + counts[j]);
      if (sums.every((count, j) => whole.counts[j] === null || count <= whole.counts[j])) {
        chosen[depth] = [order[depth], counts];
        walk(depth + 1, sums);
      }
    }
  };
  if (groups.length === 0) {
    for (const counts of fillings(whole.counts, rest(whole))) note(0, counts);
    return sets;
  }
  walk(0, new Array(columns).fill(0));
  return sets;
}
