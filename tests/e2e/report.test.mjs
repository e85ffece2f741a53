// The report as JSON: figures equal to published ones, what is hidden when it is published, and what
// somebody can work out of it.
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { courseSheet, exampleAnswers, publishedMeans } from './lib/example.mjs';
import { Hjemsvar, checkout } from './lib/hjemsvar.mjs';
import { feasible } from './lib/attack.mjs';
import { importOk } from './lib/transfer.mjs';
import { csvObjects, csvOf } from './lib/csv.mjs';

const FLOOR = 5;

let hjemsvar;
before(async () => {
  hjemsvar = await Hjemsvar.create();
});
after(() => hjemsvar?.drop());

/** A round of four municipalities with the answers and the courses of the worked example. */
async function exampleRound(rows) {
  const { round } = await hjemsvar.createRound('--municipality', '101,217,479,787');
  await importOk(hjemsvar, round, csvOf(rows));
  const sheet = await hjemsvar.file(`courses${round}.csv`, await courseSheet());
  await hjemsvar.ok('courses', 'import', sheet, '--round', round);
  return round;
}

async function close(round) {
  await hjemsvar.ok('round', 'close', round);
  await hjemsvar.sql(`UPDATE round SET closed_at = now() - interval '2 hours' WHERE id = ${round}`);
}

const words = (round, ...more) => ['report', '--round', round, '--format', 'json', ...more];
const report = async (round, ...more) => JSON.parse(await hjemsvar.ok(...words(round, ...more)));
const published = (round, ...more) => report(round, '--profile', 'published', ...more);
const refusal = (round, ...more) => hjemsvar.cli(words(round, '--profile', 'published', ...more));

test('71 answers give the published means, before and after two scales are turned', async () => {
  const round = await exampleRound(publishedMeans(await exampleAnswers()));
  const { figures, respondents, answers, coverage, courses, quality } = await report(round);
  assert.equal(answers, 71);
  assert.equal(figures.q9.n, 71);
  assert.equal(figures.q9.mean.toFixed(4), '8.5352');
  assert.equal(figures.q9.mean_turned.toFixed(4), '8.7887');
  assert.equal(figures.q9.mean, 606 / 71);
  assert.equal(figures.q9.turned, 2);
  assert.equal(figures.q9.counts[1], 2);
  assert.deepEqual([figures.q5.unit, figures.q5.n], ['child', 80]);
  assert.deepEqual([figures.q6.n, figures.q7.n, figures.q8.n], [80, 71, 61]);
  assert.equal(figures.q7.unit, 'respondent');
  assert.deepEqual(respondents.q1.counts, { 1: 20, 2: 50, 3: 1 });
  assert.deepEqual(Object.keys(respondents), ['q1', 'q2', 'q3', 'q4']);
  assert.equal(quality.answers, 71);
  assert.ok(quality.refreshed_at, 'flags were made for it');
  assert.equal(quality.flag_scale, 2);

  const koebenhavn = coverage.find(({ group }) => group === '101');
  assert.deepEqual([koebenhavn.answers, koebenhavn.closed, koebenhavn.names], [33, 38, ['København']]);
  assert.deepEqual([courses.registered, courses.closed, courses.interrupted], [87, 79, 8]);
  assert.equal(courses.duration_days.rows[0].n, 79);
  assert.equal(courses.duration_days.left_out.interrupted, 8);
  assert.equal(courses.goal_agreement.whole[0].n, 79);
});

test('period and filters are those of the answers, and closing dates those of the courses', async () => {
  const round = await exampleRound(await exampleAnswers());
  const one = await report(round, '--municipality', '787', '--language', 'da', '--closed-from', '2022-03-01');
  assert.deepEqual(one.filters.municipalities, ['787']);
  assert.deepEqual(one.filters.languages, ['da']);
  assert.equal(one.period.closed_from, '2022-03-01');
  assert.ok(one.answers <= 26);
  assert.deepEqual(one.coverage.map(({ group }) => group), ['787']);
  assert.ok(one.courses.closed < one.courses.registered);
  assert.ok(one.courses.first_closed >= '2022-03-01');
  const never = await report(round, '--to', '2020-W01');
  assert.deepEqual([never.answers, never.figures.q9.mean], [0, null]);
  for (const wrong of [
    ['--closed-from', '2022-02-30'],
    ['--closed-from', '2022-05-01', '--closed-to', '2022-04-01'],
    ['--profile', 'secret'],
    ['--floor', '4'],
    ['--override-by', 'Bo Lind'],
    ['--from', 'i går'],
  ]) {
    const done = await hjemsvar.cli(words(round, ...wrong));
    assert.equal(done.code, 64, wrong.join(' '));
    assert.match(done.stderr, /hint: /);
  }
});

test('only a closed round is published, after the last parent can have sent', async () => {
  const round = await exampleRound(await exampleAnswers());
  assert.match((await refusal(round)).stderr, /is open.*round close/);
  await hjemsvar.ok('round', 'close', round);
  assert.match((await refusal(round)).stderr, /parents may be writing until/);
  assert.equal((await hjemsvar.cli(words(round, '--profile', 'published', '--floor', '2'))).code, 64);
});

/** The rows of a table, hidden cells as null: what an attacker has. */
const tableOf = (rows) => rows.map(({ n, counts }) => ({ n, counts: Object.values(counts) }));

/** What really stands in a cell: groups and columns that were put together are sums. */
function truth(rows, group, column) {
  const groups = group.split('+');
  return rows
    .filter((row) => groups.includes(row.group))
    .flatMap(({ counts }) => column.split('+').map((code) => counts[code] ?? 0))
    .reduce((sum, count) => sum + count, 0);
}

/** Tries all tables of whole numbers that agree with what is shown. */
function attack(name, shown, known) {
  const sets = feasible(tableOf(shown));
  let hidden = 0;
  shown.forEach((row, i) => {
    Object.entries(row.counts).forEach(([column, count], j) => {
      const real = truth(known, row.group, column);
      const where = `${name} ${row.group} ${column}`;
      if (count !== null) {
        assert.equal(count, real, where);
        return;
      }
      hidden++;
      const possible = sets[i][j];
      assert.ok(possible.has(real), where);
      assert.ok(possible.size > 1, `${where} can only be ${real}`);
      if (real < FLOOR) {
        const above = shown[0].counts[column];
        for (let value = 0; value <= Math.min(FLOOR, above ?? FLOOR); value++) {
          assert.ok(possible.has(value), `${where} cannot be ${value}`);
        }
      }
    });
  });
  return hidden;
}

test('no hidden cell of four municipalities can be worked out by trying everything', async () => {
  const round = await exampleRound(await exampleAnswers());
  await close(round);
  const open = await report(round);
  const told = await published(round);
  let hidden = 0;
  for (const id of ['q5', 'q6', 'q7', 'q8']) {
    assert.deepEqual(told.figures[id].counts, open.figures[id].counts, 'the whole round is shown in full');
    for (const [by, rows] of Object.entries(told.figures[id].by)) {
      hidden += attack(`${id} by ${by}`, rows, open.figures[id].by[by]);
    }
  }
  for (const name of ['begun', 'closed_by_year', 'finder']) {
    hidden += attack(name, told.courses[name], open.courses[name]);
  }
  for (const name of ['goal_agreement', 'development_agreement']) {
    hidden += attack(name, told.courses[name].by_municipality, open.courses[name].by_municipality);
  }
  assert.ok(hidden > 30, `${hidden} hidden cells`);
  assert.deepEqual(told.courses.reasons, [], 'eight interruptions are too few');
  assert.equal(told.courses.begun.length, 1, 'less those that were closed they would be the interrupted');
  const groups = told.courses.duration_days.rows.map(({ group }) => group);
  assert.deepEqual(groups, ['all', '101', '787', '217+479'], 'the small ones are one');
  assert.equal(told.figures.q9.mean, Math.round(open.figures.q9.mean * 10) / 10);
  assert.equal(told.respondents.q1.counts['1+3'], 21, 'one other relation is put together with fathers');
  assert.equal(told.quality.flag_scale, null, 'few and none look alike');
  assert.equal(told.quality.flag_burst, null);
  for (const { all } of Object.values(told.sensitivity)) assert.equal(all, null);
});

test('a release is kept, shown again as it was, and not contradicted by the next', async () => {
  const rows = await exampleAnswers();
  const round = await exampleRound(rows);
  await close(round);
  const path = join(hjemsvar.folder, 'published.json');
  const first = await hjemsvar.cli(words(round, '--profile', 'published', '--out', path));
  assert.equal(first.code, 0, first.stderr);
  const { number } = /release (?<number>\d+) of round/.exec(first.stderr).groups;
  const kept = await readFile(path, 'utf8');
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal(JSON.parse(kept).release.number, Number(number));
  const page = ['report', '--round', round, '--profile', 'published', '--release', number, '--format', 'html'];
  const drawn = await hjemsvar.ok(...page);

  await importOk(hjemsvar, round, csvOf([{ ...rows[0] }]));
  assert.equal(await hjemsvar.ok(...words(round, '--profile', 'published', '--release', number)), kept);
  assert.equal(await hjemsvar.ok(...page), drawn, 'the page, too, whatever came since');
  const foreign = await hjemsvar.cli(words(1, '--profile', 'published', '--release', number));
  assert.match(foreign.stderr, new RegExp(`is no report of round 1; hint: --round ${round}`));
  const other = await refusal(round);
  assert.equal(other.code, 77);
  assert.match(other.stderr, /not released: .* tells of 1, fewer than the floor \(changed\)/);
  assert.equal(other.stdout, '');
  const danish = await refusal(round, '--language', 'da');
  assert.equal(danish.code, 77, 'all and those who read Danish tell of the others');
  assert.match(danish.stderr, /fewer than the floor \((subset|changed)\).*--release/);
  const part = await refusal(round, '--municipality', '217');
  assert.equal(part.code, 64);
  assert.match(part.stderr, /all municipalities of the round/);
  assert.equal((await refusal(round, '--override-by', 'Bo Lind')).code, 64);
  const long = await refusal(round, '--override-by', 'Bo Lind', '--override-why', 'æ'.repeat(2001));
  assert.equal(long.code, 64);
  assert.match(long.stderr, /--override-why .*hint: .*from 1 to 2000 characters/);
  const none = await refusal(round, '--release', '99999');
  assert.equal(none.code, 65);
  assert.match(none.stderr, new RegExp(`there is no release 99999; hint: hjemsvar release list --round ${round}`));

  const decided = await published(round, '--override-by', 'Bo Lind', '--override-why', 'Et svar var en prøve');
  assert.deepEqual(
    [decided.release.override_by, decided.release.override_why],
    ['Bo Lind', 'Et svar var en prøve'],
  );
  const listed = await hjemsvar.json('release', 'list', '--round', round);
  assert.deepEqual(listed.at(-1).override_by, 'Bo Lind');
  assert.match(await hjemsvar.ok('release', 'list', '--round', round), new RegExp(`^${number} +tables .* 5 .* report$`, 'm'));
  const told = await hjemsvar.sql(`SELECT action, details->>'by' FROM audit WHERE round = ${round}
    AND action IN ('answers.report', 'answers.release', 'answers.override') ORDER BY id DESC LIMIT 3`);
  assert.deepEqual(told, [['answers.override', 'Bo Lind'], ['answers.release', ''], ['answers.report', '']]);
});

// ---- scores of forms that are paired

/** Eleven children's SDQ: who filled it in (1 parent, 2 daycare), age, points at start and close. */
const children = [
  [2, 4, [5, 4, 8, 4, 4, 3], [2, 2, 5, 2, 7, 1]],
  [2, 5, [6, 5, 9, 3, 3, 4], [4, 4, 8, 2, 5, 2]],
  [2, 4, [2, 3, 6, 1, 7, 1], [3, 3, 6, 2, 7, 2]],
  [2, 5, [1, 1, 3, 1, 9, 0], [1, 1, 3, 1, 8, 0]],
  [2, 4, [4, 4, 7, 2, 5, 2], [3, 2, 6, 2, 6, 0]],
  [1, 4, [3, 3, 7, 3, 6, 2], [4, 3, 8, 3, 5, 3]],
  [1, 4, [7, 4, 8, 4, 4, 5], [5, 3, 7, 3, 6, 4]],
  [1, 5, [2, 2, 5, 2, 8, 1, 12], [1, 2, 4, 1, 8, 0]],
  [1, 6, [3, 2, 4, 2, 7, 1], [4, 3, 5, 2, 7, 1]],
  [1, 4, [5, 5, 6, 3, 5, 3], [4, 4, 6, 3, 6, 2]],
  [1, 5, [2, 1, 3, 2, 9, 0], [3, 2, 3, 2, 9, 1]],
];
const points = ['emotional', 'conduct', 'hyperactivity', 'peer', 'prosocial', 'impact', 'total'];
const forms = children.flatMap(([udfylder, alder, ...both], i) => both.map((values, tid) => ({
  municipality_code: 101,
  sag: `A-${i + 1}`,
  tid: tid + 1,
  udfylder,
  alder,
  ...Object.fromEntries(points.map((name, j) => [`d_${name}`, values[j] ?? ''])),
})));

async function sdqRound(text, municipality = 101) {
  for (const key of ['basis', 'contact', 'dpo', 'purpose', 'recipients', 'retention']) {
    await hjemsvar.ok('settings', 'set', `personal_${key}`, 'Test', '--municipality', municipality);
  }
  const { round } = await hjemsvar.createRound('--questionnaire', 'sdq-subscales', '--municipality', `${municipality}`);
  await importOk(hjemsvar, round, text);
  return round;
}

test('eleven children\'s SDQ gives 6 better, 4 worse and 1 the same, and publishes no child', async () => {
  const round = await sdqRound(csvOf(forms));
  const { scores, figures } = await report(round);
  assert.deepEqual(figures, {}, 'items are told by their scores');
  assert.deepEqual(scores.scales.total.change.counts, { better: 6, same: 1, worse: 4, none: 0 });
  assert.deepEqual(scores.scales.impact.change.counts, { better: 6, same: 2, worse: 3, none: 0 });
  assert.deepEqual(scores.scales.total.change.by.relation.slice(1).map(({ n }) => n), [6, 5]);
  assert.equal(scores.cases.length, 11);
  const { value, sum } = scores.cases.find((one) => one.case === 'A-8').start.scores.total;
  assert.deepEqual([value, sum], [12, 11], 'an entered total is told, not mended');
  const without = await report(round, '--norms', 'none');
  assert.equal(without.scores.norms, null);
  const missing = await hjemsvar.cli(words(round, '--norms', 'sdq-dk'));
  assert.equal(missing.code, 65);
  assert.match(missing.stderr, /norms\/sdq-dk\.json; hint: .*--norms none/);

  const early = await hjemsvar.cli(['report', '--round', `${round}`, '--format', 'html']);
  assert.equal(early.code, 65);
  assert.match(early.stderr, /is open, and without --profile .*hint: --profile internal/);
  await close(round);
  const other = await hjemsvar.cli(['report', '--round', `${round}`, '--format', 'json', '--profile', 'published', '--norms', 'sdq-gb']);
  assert.equal(other.code, 64);
  assert.match(other.stderr, /questionnaire's own norms, .*hint: leave out --norms/);
  const given = await published(round);
  assert.equal(given.scores.cases, undefined);
  assert.equal(given.scores.scales.total.raw, null);
  const page = await hjemsvar.ok('report', '--round', round, '--format', 'html', '--release', given.release.number);
  assert.match(page, /Bedre, uændret og værre/);
  assert.doesNotMatch(page, /A-\d/);
});

test('an export of scores can be imported, gives the same report, and stands beside it as another round', async () => {
  const round = await sdqRound(csvOf(forms));
  const text = await hjemsvar.ok('answers', 'export', '--round', round, '--format', 'csv', '--profile', 'internal', '--out', '-');
  const row = csvObjects(text).find(({ sag, tid }) => sag === 'A-8' && tid === '1');
  assert.deepEqual([row.d_total, row.score_total, row.score_emotional], ['12', '12', '2']);
  const other = await sdqRound(text);
  const { scores } = await report(round);
  assert.deepEqual((await report(other)).scores, scores);

  const told = await together(`${round},${other}`);
  for (const [member, scales] of Object.entries(told.scores))
    for (const [id, { rounds }] of Object.entries(scales))
      assert.deepEqual(rounds.map(({ counts }) => counts), Array(2).fill(scores.scales[id][member].counts), `${id} ${member}`);
  assert.deepEqual(told.scores.change.total.rounds[1].raw, scores.scales.total.raw);
  assert.deepEqual(Object.keys(told.scores.all), []);
  const page = await hjemsvar.ok('report', '--rounds', `${round},${other}`, '--format', 'html', '--profile', 'internal');
  assert.match(page, /Vanskeligheder i alt: bedre, uændret og værre/);
  assert.doesNotMatch(page, /A-\d/, 'no child');
  const foreign = await sdqRound(csvOf(forms.map((form) => ({ ...form, municipality_code: 183 }))), 183);
  const refused = await hjemsvar.cli(beside(`${round},${foreign}`));
  assert.equal(refused.code, 77, refused.stderr);
  assert.match(refused.stderr, /of municipality 101 and round \d+ of 183, each with .*; hint: rounds of one municipality/);
});

// ---- rounds beside each other

const beside = (rounds, ...more) => ['report', '--rounds', rounds, '--format', 'json', ...more];
const together = async (...all) => JSON.parse(await hjemsvar.ok(...beside(...all)));

test('rounds that cannot stand beside each other are refused, and the message says how to mend it', async () => {
  const { round: one } = await hjemsvar.createRound();
  const { round: two } = await hjemsvar.createRound();
  await hjemsvar.ok('questionnaire', 'add', join(checkout, 'tests/fixtures/questionnaires/good/small.json'));
  const { round: foreign } = await hjemsvar.createRound('--questionnaire', 'small', '--languages', 'da');
  for (const [rounds, code, message, ...more] of [
    [`${one}`, 64, /one round cannot be compared; hint: --rounds 3,7/],
    [`${one},${two},${one}`, 64, new RegExp(`round ${one} stands in --rounds twice; hint: leave one out`)],
    [`${one},${foreign}`, 65, new RegExp(`round ${one} asks "bilag8" and round ${foreign} "small".*hint: rounds of one`)],
    [`${one},9999`, 65, /there is no round 9999; hint: hjemsvar round list/],
    [`${one},x`, 64, /hint/],
    ['1,2,3,4,5,6,7,8,9', 64, /9 rounds are too many for a page; hint: at most 8/],
    [`${one},${two}`, 65, new RegExp(`no report of round ${one} was published; hint: hjemsvar report --round ${one}`), '--profile', 'published'],
    [`${one},${two}`, 64, /--releases has 1 numbers for 2 rounds; hint: one for each/, '--profile', 'published', '--releases', '4'],
    [`${one},${two}`, 65, /there is no release 9998; hint: hjemsvar release list/, '--profile', 'published', '--releases', '9998,9999'],
    [`${one},${two}`, 64, /--releases with --rounds: it is for --profile published/, '--releases', '4,5'],
    [`${one},${two}`, 64, /--from with --rounds: it is of a single round; hint: leave it out/, '--from', '2026-W01'],
    [`${one},${two}`, 64, /--municipality with --rounds: .*what the releases show/, '--profile', 'published', '--municipality', '101'],
    [`${one},${two}`, 64, /--norms with --rounds: .*what the releases show/, '--profile', 'published', '--norms', 'none'],
    [`${one},${two}`, 64, /--documentation with --rounds: it is of a single round/, '--documentation'],
  ]) {
    const done = await hjemsvar.cli(beside(rounds, ...more));
    assert.equal(done.code, code, `${rounds} ${more.join(' ')}: ${done.stderr}`);
    assert.match(done.stderr, message);
    assert.equal(done.stdout, '');
  }
  const alone = await hjemsvar.cli(['report', '--format', 'json']);
  assert.equal(alone.code, 64);
  assert.match(alone.stderr, /hint: --round 3, or --rounds 3,7/);
  const without = await hjemsvar.cli(['report', '--releases', '3,4', '--format', 'json']);
  assert.match(without.stderr, /hint: --rounds 3,7 --releases 4,9/);
});

test('rounds stand beside each other with the numbers of their own reports, and words that changed are told', async () => {
  const rows = await exampleAnswers();
  const old = await exampleRound(rows);
  const definition = JSON.parse(await readFile(join(checkout, 'templates/questionnaires/bilag8.json'), 'utf8'));
  const questions = definition.sections.flatMap((section) => section.questions ?? []);
  const useful = questions.find(({ id }) => id === 'q7');
  const before = useful.text.source;
  useful.text = { source: `${before} (nu)` };
  definition.version = 2;
  await hjemsvar.ok('questionnaire', 'add', await hjemsvar.file('bilag8-2.json', JSON.stringify(definition)));
  const { round: fresh } = await hjemsvar.createRound('--municipality', '101,217,479,787', '--languages', 'da');
  await importOk(hjemsvar, fresh, csvOf(rows.slice(0, 40).map((row) => ({ ...row, language: 'da' }))));

  const told = await together(`${old},${fresh}`);
  assert.deepEqual(told.rounds.map(({ round, questionnaire }) => [round, questionnaire.version]), [[old, 1], [fresh, 2]]);
  for (const [index, round] of [old, fresh].entries()) {
    const own = await report(round);
    for (const member of ['figures', 'respondents'])
      for (const [id, { rounds }] of Object.entries(told[member])) {
        assert.deepEqual(rounds[index].counts, own[member][id].counts, `${id} of round ${round}`);
        assert.equal(rounds[index].n, own[member][id].n);
        assert.equal(rounds[index].mean, own[member][id].mean);
      }
    assert.equal(told.courses[index].closed, own.courses.closed);
  }
  const { changed, words_of: wordsOf } = told.figures.q7;
  assert.deepEqual(changed, [{ round: old, why: 'text', what: null, theirs: before, ours: `${before} (nu)` }]);
  assert.equal(wordsOf, fresh);
  assert.deepEqual(told.figures.q5.changed, []);
  const some = await together(`${old},${fresh}`, '--municipality', '101', '--without-flagged');
  assert.deepEqual(some.rounds.map(({ filters }) => filters.municipalities), [['101'], ['101']]);

  await close(old);
  await close(fresh);
  const part = await hjemsvar.cli(words(old, '--profile', 'published', '--to', '2027-W01'));
  assert.equal(part.code, 0, part.stderr);
  const partly = await hjemsvar.cli(beside(`${old},${fresh}`, '--profile', 'published'));
  assert.equal(partly.code, 65);
  assert.match(partly.stderr, new RegExp(`every report of round ${old} that was published leaves something out; hint: .*--releases`));
  const first = await published(old);
  const second = await published(fresh);
  const public_ = await together(`${old},${fresh}`, '--profile', 'published');
  assert.deepEqual(public_.rounds.map(({ release }) => release.number), [first.release.number, second.release.number]);
  for (const [id, { rounds }] of Object.entries(public_.figures))
    for (const [index, kept] of [first, second].entries()) {
      const own = kept.figures[id].counts ?? {};
      for (const [columns, count] of Object.entries(rounds[index].counts ?? {})) {
        const parts = Object.entries(own).filter(([code]) => columns.split('+').includes(code.split('+')[0]));
        const known = parts.length > 0 && parts.every(([, value]) => value !== null);
        assert.equal(count, known ? parts.reduce((sum, [, value]) => sum + value, 0) : null, `${id} ${columns}`);
      }
      assert.equal(rounds[index].mean, kept.figures[id].mean, id);
    }
  const page = await hjemsvar.ok('report', '--rounds', `${old},${fresh}`, '--format', 'html');
  assert.match(page, /Til offentliggørelse/);
  assert.match(page, /\(ændret ordlyd\)/);
  assert.ok(page.includes(`“${before}”`) && page.includes(`“${before} (nu)”`), 'both wordings stand beneath');
  assert.equal(await hjemsvar.ok('report', '--rounds', `${old},${fresh}`, '--format', 'html'), page, 'the same each time');
  const named = await together(`${old},${fresh}`, '--profile', 'published', '--releases', `${first.release.number - 1},${second.release.number}`);
  assert.equal(named.rounds[0].period.to, '2027-W01', 'a release that was named may be of a part');
  const log = await hjemsvar.sql(`SELECT round, subject, details->>'rounds' FROM audit WHERE action = 'answers.report'
    ORDER BY id DESC LIMIT 2`);
  assert.deepEqual(log, [
    [`${fresh}`, `release ${second.release.number}`, `${old},${fresh}`],
    [`${old}`, `release ${first.release.number - 1}`, `${old},${fresh}`],
  ]);
});
