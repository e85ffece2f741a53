// Bilag 8 as a test sees it: what is asked of whom and what the export says of it, written
// apart from the programs' own routing so that the two check each other.
import { csvObjects } from './csv.mjs';

const CHILDREN = [1, 2, 3, 4, 5, 6];
const PER_CHILD = ['q4', 'q5', 'q6', 'q8'];
const ALONE = ['q1', 'q2', 'q3', 'q7', 'q9', 'q10'];

/** Every column of a questionnaire's field, in no order. */
const COLUMNS = [
  ...ALONE,
  'q1_text',
  'q9_first',
  'q9_check',
  ...PER_CHILD.flatMap((question) => CHILDREN.map((child) => `${question}_${child}`)),
];

/** Whether a field is asked, given the answers. */
function isAsked(field, answers) {
  const [question, child] = field.split('_');
  if (field === 'q1_text') return Number(answers.q1) === 3;
  if (!PER_CHILD.includes(question)) return true;
  if (Number(child) > Number(answers.q3)) return false;
  return question !== 'q8' || Number(answers[`q4_${child}`]) === 1;
}

/** The columns of one answer as the export writes them: all that is not asked is empty. */
export function rowOf(answers) {
  const row = {};
  for (const column of COLUMNS) {
    const given = answers[column];
    if (!isAsked(column, answers)) row[column] = '';
    else if (column === 'q1_text' || column === 'q10') row[column] = String(given ?? '');
    else if (column === 'q9_first') row[column] = String(given ?? answers.q9 ?? 99);
    else if (column === 'q9') row[column] = String(given ?? 99);
    else row[column] = String(given ?? 9);
  }
  const first = answers.q9_first;
  row.q9_check = first === undefined ? '0' : Number(first) === Number(answers.q9) ? '1' : '2';
  return row;
}

/** The same columns of an exported row. */
export const columnsOf = (row) => Object.fromEntries(COLUMNS.map((column) => [column, row[column]]));

/** An answer to everything that is asked of a family; daycare is the answer to question 4
 * for each child (undefined: left unanswered). `turn` varies the values. */
export function fullAnswer(daycare, turn = 0) {
  const agreements = [1, 2, 3, 4, 5, 8];
  let next = turn;
  const agreement = () => agreements[next++ % agreements.length];
  const answers = { q1: (turn % 3) + 1, q2: (turn % 2) + 1, q3: daycare.length };
  if (answers.q1 === 3) answers.q1_text = `bedstemor ${turn}`;
  daycare.forEach((value, i) => (answers[`q4_${i + 1}`] = value));
  for (const question of ['q5', 'q6'])
    daycare.forEach((_, i) => (answers[`${question}_${i + 1}`] = agreement()));
  answers.q7 = agreement();
  daycare.forEach((value, i) => {
    if (value === 1) answers[`q8_${i + 1}`] = agreement();
  });
  answers.q9 = (turn % 10) + 1;
  return answers;
}

/** All answers of a round as objects of strings. */
export async function exportRows(hjemsvar, round) {
  const words = ['answers', 'export', '--round', round, '--format', 'csv'];
  return csvObjects(await hjemsvar.ok(...words, '--profile', 'internal', '--out', '-'));
}

/** The one row whose comment is given. */
export async function exportRow(hjemsvar, round, comment) {
  const rows = (await exportRows(hjemsvar, round)).filter(({ q10 }) => q10 === comment);
  if (rows.length !== 1) throw new Error(`${rows.length} rows say "${comment}"`);
  return rows[0];
}
