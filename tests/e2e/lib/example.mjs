// The worked example of the manual: a round of four municipalities (tests/fixtures/disclosure).
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { csvObjects } from './csv.mjs';
import { checkout } from './hjemsvar.mjs';

const fixture = (name) => readFile(join(checkout, 'tests/fixtures/disclosure', name), 'utf8');

/** 71 answers as objects by column. */
export async function exampleAnswers() {
  return csvObjects((await fixture('answers.csv')).replaceAll('\n', '\r\n'));
}

/** The same with the ratings of the published evaluation: the sum is 606, and the two who gave the
 * lowest agreed with everything. */
export function publishedMeans(rows) {
  let fewer = 2;
  return rows.map((row) => {
    if (row.q9 === '10' && fewer > 0) {
      fewer--;
      return { ...row, q9: '9' };
    }
    if (row.q9 !== '1') return row;
    const agrees = ([name, value]) => [name, /^q[5-8]/.test(name) && value !== '' ? '1' : value];
    return Object.fromEntries(Object.entries(row).map(agrees));
  });
}

const day = (number) => new Date(Date.UTC(2022, 0, 3 + number)).toISOString().slice(0, 10);
const finders = ['daycare', 'health_visitor', 'health_visitor', 'family', 'municipal_offer'];
const agreements = [1, 1, 2, 2, 3, 1, 4, 2, 8, 5];

/** The registration sheet: 42, 32, 7 and 6 courses, whose days are those of the fixture; all else
 * follows from their place. */
export async function courseSheet() {
  const names =
    'municipality_code,course_id,referred_by,visitation_on,started_on,closed_on,outcome,' +
    'interrupted_reason,visits,hours_total,goal_agreement,development_agreement';
  const lines = (await fixture('courses.csv')).trim().split('\n').slice(1);
  const rows = lines.map((line, i) => {
    const [municipality, days] = line.split(',');
    const closed = (i * 3) % 260;
    const interrupted = i % 10 === 9;
    return [
      municipality,
      `F${i + 1}`,
      finders[i % finders.length],
      day(closed - Number(days) - 14 - (i % 9)),
      day(closed - Number(days)),
      day(closed),
      interrupted ? 'interrupted' : 'completed',
      interrupted ? 'no_time' : '',
      10 + (i % 20),
      15 + (i % 13),
      agreements[(i * 7) % agreements.length],
      agreements[i % 7],
    ].join(',');
  });
  return [names, ...rows].map((line) => `${line}\n`).join('');
}
