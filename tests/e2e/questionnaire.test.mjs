// The questionnaire page by page, as a parent without JavaScript meets it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { columnsOf, exportRow, rowOf } from './lib/answers.mjs';
import { Hjemsvar } from './lib/hjemsvar.mjs';
import { Parent, startServer } from './lib/server.mjs';

const UNANSWERED = 'Ikke besvaret';
const SMILE = '\u{1f600}'; // outside the basic plane: one code point, two units of JavaScript

let hjemsvar;
let server;
let round;
let code;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  const created = await hjemsvar.createRound('--languages', 'da,en', '--allow-drafts');
  round = created.round;
  code = created.links[0].code;
  server = await startServer(hjemsvar);
});

after(async () => {
  await server?.stop();
  await hjemsvar?.drop();
});

const opened = (query) => new Parent(server, code).open(query);

// A parent on the check page.
async function atTheCheck(answers) {
  const parent = await opened();
  await parent.walk(answers);
  return parent;
}

const offered = (parent) => [...new Set(parent.page.radios.map(({ name }) => name))];

const threeChildren = {
  q1: 3,
  q1_text: 'mormor til alle tre',
  q2: 2,
  q3: 3,
  q4_1: 1,
  q4_2: 2,
  q4_3: 1,
  q5_1: 1,
  q5_2: 2,
  q5_3: 3,
  q6_1: 4,
  q6_2: 5,
  q6_3: 8,
  q7: 2,
  q8_1: 1,
  q8_3: 8,
  q9: 9,
};

test('walks every page in order and stores what was answered', async () => {
  const parent = await opened();
  const answers = { ...threeChildren, q10: 'En hel familie på tre børn.' };
  assert.deepEqual(await parent.walk(answers), [
    'intro',
    'family',
    'daycare',
    'development',
    'relation',
    'surroundings',
    'cooperation',
    'overall',
    'comment',
  ]);
  await parent.press('send');
  assert.equal(parent.status, 201);
  assert.equal(parent.page.title, 'Mange tak');
  assert.ok(parent.page.paragraphs.includes('Mange tak for din besvarelse!'));
  assert.match(parent.page.receipt, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
  const row = await exportRow(hjemsvar, round, answers.q10);
  assert.deepEqual(columnsOf(row), rowOf(answers));
  assert.equal(row.language, 'da');
});

test('serves the words of the questionnaire on each page', async () => {
  const parent = await opened();
  assert.equal(parent.page.lang, 'da');
  assert.ok(parent.page.paragraphs.includes('Kære forælder'));
  await parent.press('next');
  assert.deepEqual(parent.page.legends, [
    '1. Er du?',
    '2. Bor du alene med dit barn/dine børn?',
    '3. Hvor mange børn havde du ved opstart med hjemmepædagogen i alderen 0-2 år (op til 36 måneder)?',
  ]);
  assert.equal(parent.page.progress, 'Spørgsmål 1-3 af 10');
  assert.deepEqual(
    parent.page.radios.filter(({ checked }) => checked),
    [],
    'nothing is chosen beforehand',
  );
});

test('asks question 4 for each child, and hints who is child 1', async () => {
  const parent = await opened();
  await parent.answer();
  await parent.answer({ q3: 2 });
  assert.equal(parent.where, 'daycare');
  assert.deepEqual(offered(parent), ['q4_1', 'q4_2']);
  assert.equal(parent.page.legends.length, 2);
  assert.match(parent.page.legends[1], /Barn 2$/);
  assert.ok(parent.page.html.includes('Barn 1 er det ældste af de børn'));
});

test('asks question 8 for the children in daycare and no other', async () => {
  const parent = await opened();
  await parent.reach('cooperation', threeChildren);
  assert.deepEqual(offered(parent), ['q8_1', 'q8_3']);
  assert.deepEqual(parent.page.legends.map((legend) => legend.slice(-6)), ['Barn 1', 'Barn 3']);
});

for (const [what, daycare] of [
  ['was in daycare', { q4_1: 2, q4_2: 2 }],
  ['has an answer to question 4', {}],
]) {
  test(`has no page for question 8 when no child ${what}`, async () => {
    const parent = await opened();
    const seen = await parent.walk({ q3: 2, ...daycare });
    assert.ok(!seen.includes('cooperation'));
    assert.ok(!('q8_1' in parent.page.items));
    await parent.press('back');
    await parent.press('back');
    await parent.press('back');
    assert.equal(parent.where, 'surroundings', 'nor on the way back');
  });
}

test('gives one gentle notice a page and then goes on', async () => {
  const parent = await opened();
  await parent.press('next');
  await parent.set({ q3: 2 }).press('next');
  assert.equal(parent.status, 200);
  assert.equal(parent.where, 'family');
  assert.match(parent.page.notice, /Du har ikke svaret på spørgsmål 1, 2\. Du kan gå videre uden\./);
  await parent.press('next');
  assert.equal(parent.where, 'daycare');
  assert.equal(parent.page.notice, null);
  await parent.set({ q4_2: 1 }).press('next');
  assert.match(parent.page.notice, /spørgsmål 4 \(Barn 1\)\./, 'the next page has its own');
  await parent.press('next');
  assert.equal(parent.where, 'development');
});

test('gives no notice where all is answered, nor for the comment', async () => {
  const parent = await opened();
  await parent.press('next');
  await parent.set({ q1: 1, q2: 1, q3: 1 }).press('next');
  assert.equal(parent.where, 'daycare');
  await parent.set({ q4_1: 2 }).press('next');
  await parent.set({ q5_1: 8 }).press('next');
  await parent.set({ q6_1: 1 }).press('next');
  await parent.set({ q7: 1 }).press('next');
  await parent.set({ q9: 1 }).press('next');
  assert.equal(parent.where, 'comment');
  await parent.press('next');
  assert.equal(parent.where, 'check');
});

test('needs question 3, and says so where it is missing', async () => {
  const parent = await opened();
  await parent.press('next');
  await parent.set({ q1: 3, q1_text: 'plejemor & "far" <3' }).press('next');
  assert.equal(parent.status, 422);
  assert.equal(parent.where, 'family');
  assert.match(parent.page.title, /^Fejl: /);
  assert.ok(parent.page.headings.includes('Der er problemer'));
  const [problem, ...others] = parent.page.problems;
  assert.deepEqual(others, []);
  assert.ok(parent.page.ids.includes(problem.target));
  assert.equal(problem.text, 'Vælg et svar på spørgsmål 3 for at komme videre.');
  assert.ok(parent.page.html.includes(`<p class="problem" id="q3-problem">${problem.text}</p>`));
  assert.equal(parent.choices.get('q1'), '3', 'what was chosen is kept');
  assert.equal(parent.texts.get('q1_text'), 'plejemor & "far" <3');
  await parent.answer({ q3: 1 });
  assert.equal(parent.where, 'daycare');
});

test('goes back without losing anything, also what is not valid', async () => {
  const parent = await opened();
  const long = 'æ'.repeat(4001);
  const text = 'r'.repeat(201);
  await parent.press('next');
  await parent.set({ q1: 3, q1_text: text }).press('back');
  assert.equal(parent.where, 'intro');
  await parent.press('next');
  assert.equal(parent.texts.get('q1_text'), text);
  assert.equal(parent.choices.get('q1'), '3');
  await parent.answer({ q1_text: 'kort', q3: 1 });
  await parent.set({ q4_1: 1 }).press('back');
  await parent.answer();
  assert.equal(parent.choices.get('q4_1'), '1');
  await parent.reach('comment');
  await parent.set({ q10: long }).press('back');
  assert.equal(parent.where, 'overall');
  await parent.set({ q9: 4 }).press('back');
  assert.equal(parent.where, 'cooperation');
  await parent.reach('comment');
  assert.equal(parent.texts.get('q10'), long);
  await parent.press('back');
  assert.equal(parent.choices.get('q9'), '4');
});

test('refuses texts that are too long, keeps them and cuts nothing', async () => {
  const parent = await opened();
  await parent.press('next');
  const relation = 'ø'.repeat(201);
  await parent.set({ q1: 3, q1_text: relation, q3: 1 }).press('next');
  assert.equal(parent.status, 422);
  assert.deepEqual(parent.page.problems, [
    {
      target: 'q1_text',
      text: 'Teksten i spørgsmål 1 er 1 tegn for lang. Der er plads til 200 tegn.',
    },
  ]);
  assert.ok(parent.page.ids.includes('q1_text'));
  assert.equal(parent.texts.get('q1_text'), relation);
  assert.equal(parent.choices.get('q3'), '1');
  await parent.answer({ q1_text: relation.slice(1) });
  await parent.reach('comment');
  const comment = SMILE.repeat(4002);
  await parent.set({ q10: comment }).press('next');
  assert.equal(parent.status, 422);
  assert.equal(
    parent.page.problems[0].text,
    'Teksten i spørgsmål 10 er 2 tegn for lang. Der er plads til 4000 tegn.',
  );
  assert.equal(parent.texts.get('q10'), comment);
  const whole = SMILE.repeat(4000);
  await parent.set({ q10: whole }).press('next');
  await parent.press('send');
  assert.equal(parent.status, 201);
  assert.equal((await exportRow(hjemsvar, round, whole)).q1_text, relation.slice(1));
});

test('keeps line breaks, quotes and markup of a comment as they were typed', async () => {
  const comment = 'Linje 1\nLinje 2\n\n<b>"fed"</b> & \'citat\' &amp; 100 %+ \u05d0\u0645';
  const parent = await atTheCheck({ q3: 1, q10: comment });
  assert.equal(parent.page.items.q10.value, comment);
  await parent.press('change:q10');
  assert.equal(parent.texts.get('q10'), comment);
  await parent.press('next');
  await parent.press('send');
  assert.equal(parent.status, 201);
  await exportRow(hjemsvar, round, comment);
});

test('lists every answer on the check page, and what has none', async () => {
  const parent = await atTheCheck({ q1: 3, q3: 2, q4_1: 1, q5_2: 8, q9: 10 });
  assert.equal(parent.page.title, 'Tjek dine svar');
  const values = Object.entries(parent.page.items).map(([id, { value }]) => [id, value]);
  assert.deepEqual(values, [
    ['q1', 'anden relation, beskriv:'],
    ['q1_text', UNANSWERED],
    ['q2', UNANSWERED],
    ['q3', '2'],
    ['q4_1', 'ja'],
    ['q4_2', UNANSWERED],
    ['q5_1', UNANSWERED],
    ['q5_2', 'ved ikke'],
    ['q6_1', UNANSWERED],
    ['q6_2', UNANSWERED],
    ['q7', UNANSWERED],
    ['q8_1', UNANSWERED],
    ['q9', '10 - mest positivt'],
    ['q10', UNANSWERED],
  ]);
  assert.match(parent.page.items.q5_2.label, /^5\. Hvor enig .* \(Barn 2\)$/);
  const changes = parent.page.buttons.map(({ value }) => value).filter((v) => v.startsWith('change:'));
  assert.deepEqual(changes, Object.keys(parent.page.items).map((id) => `change:${id}`));
  assert.ok(parent.page.buttons.some(({ text }) => text === 'Send dine svar'));
});

test('leads from a change button to its page and straight back', async () => {
  const parent = await atTheCheck(threeChildren);
  for (const [field, where, given] of [
    ['q2', 'family', { q2: 1 }],
    ['q5_3', 'development', { q5_3: 5 }],
    ['q8_3', 'cooperation', { q8_3: 2 }],
    ['q10', 'comment', { q10: 'Rettet bagefter' }],
  ]) {
    await parent.press(`change:${field}`);
    assert.equal(parent.where, where);
    await parent.set(given).press('next');
    assert.equal(parent.where, 'check', field);
  }
  assert.equal(parent.page.items.q2.value, 'ja');
  assert.equal(parent.page.items.q5_3.value, 'meget uenig');
  assert.equal(parent.page.items.q8_3.value, 'enig');
  assert.equal(parent.page.items.q10.value, 'Rettet bagefter');
  await parent.press('change:q9');
  await parent.set({ q9: 1 }).press('back');
  assert.equal(parent.where, 'check', 'back from a change leads there too');
  assert.equal(parent.page.items.q9.value, '1 - mindst positivt');
  await parent.press('back');
  assert.equal(parent.where, 'comment', 'and the change is over then');
});

test('takes away what no longer applies when there are fewer children', async () => {
  const parent = await atTheCheck({ ...threeChildren, q10: 'Kun to børn alligevel' });
  await parent.press('change:q3');
  await parent.set({ q3: 2 }).press('next');
  assert.equal(parent.where, 'daycare', 'the questions are others now: on from here');
  assert.deepEqual(offered(parent), ['q4_1', 'q4_2']);
  const seen = await parent.walk();
  assert.ok(seen.includes('cooperation'));
  const names = [...parent.page.hidden.map(([name]) => name), ...Object.keys(parent.page.items)];
  assert.deepEqual(names.filter((name) => name.endsWith('_3')), []);
  assert.equal(parent.page.items.q6_2.value, 'meget uenig', 'what still applies is kept');
  await parent.press('send');
  const row = await exportRow(hjemsvar, round, 'Kun to børn alligevel');
  assert.deepEqual(columnsOf(row), rowOf({ ...threeChildren, q3: 2, q10: 'Kun to børn alligevel' }));
});

test('takes away the answer to question 8 of a child who was not in daycare after all', async () => {
  const parent = await atTheCheck({ ...threeChildren, q10: 'Ikke i dagpleje' });
  await parent.press('change:q4_1');
  await parent.set({ q4_1: 2 }).press('next');
  assert.equal(parent.where, 'development');
  await parent.walk();
  assert.ok(!('q8_1' in parent.page.items));
  assert.equal(parent.page.items.q8_3.value, 'ved ikke');
  await parent.press('change:q4_3');
  await parent.set({ q4_3: 2 }).press('next');
  assert.ok(!(await parent.walk()).includes('cooperation'));
  await parent.press('send');
  const row = await exportRow(hjemsvar, round, 'Ikke i dagpleje');
  assert.equal(row.q8_1 + row.q8_2 + row.q8_3, '');
});

test('asks a child question 8 that was put in daycare on the way back', async () => {
  const parent = await atTheCheck({ q3: 1, q4_1: 2 });
  await parent.press('change:q4_1');
  await parent.set({ q4_1: 1 }).press('next');
  assert.ok((await parent.walk({ q8_1: 3 })).includes('cooperation'));
  assert.equal(parent.page.items.q8_1.value, 'hverken enig eller uenig');
});

test('takes away the description of a relation that is another now', async () => {
  const parent = await atTheCheck({ q1: 3, q1_text: 'morfar og mormor', q2: 1, q3: 1, q10: 'Var morfar' });
  await parent.press('change:q1_text');
  assert.equal(parent.where, 'family');
  await parent.set({ q1: 1 }).press('next');
  assert.equal(parent.where, 'check');
  assert.ok(!('q1_text' in parent.page.items));
  await parent.press('send');
  assert.equal((await exportRow(hjemsvar, round, 'Var morfar')).q1_text, '');
});

test('changes the language on the way and keeps the answers', async () => {
  const parent = await opened();
  await parent.answer();
  await parent.answer({ q1: 2, q3: 2 });
  await parent.set({ q4_1: 1, q4_2: 2 }).press('lang:en');
  assert.equal(parent.where, 'daycare');
  assert.equal(parent.page.lang, 'en');
  assert.deepEqual([...parent.choices], [['q4_1', '1'], ['q4_2', '2']]);
  assert.match(parent.page.legends[0], /^4\. Was your child in daycare .* Child 1$/);
  assert.ok(parent.page.paragraphs.includes('This translation is a draft.'));
  await parent.walk({ q10: 'Written in English, at last' });
  assert.equal(parent.page.title, 'Check your answers');
  assert.equal(parent.page.items.q1.value, 'the mother');
  await parent.press('send');
  assert.equal(parent.status, 201);
  assert.equal(parent.page.title, 'Thank you');
  const row = await exportRow(hjemsvar, round, 'Written in English, at last');
  assert.deepEqual([row.language, row.q1, row.q4_1], ['en', '2', '1']);
});

test('changes the language without losing a text that is too long', async () => {
  const parent = await opened();
  await parent.press('next');
  const text = 'x'.repeat(250);
  await parent.set({ q1: 3, q1_text: text }).press('lang:en');
  await parent.press('lang:da');
  assert.equal(parent.page.lang, 'da');
  assert.equal(parent.texts.get('q1_text'), text);
});

test('opens in the language of the link, and in Danish without one', async () => {
  const english = await opened('?lang=en');
  assert.equal(english.page.lang, 'en');
  assert.equal(english.page.title, 'Questions for parents');
  assert.ok(english.page.paragraphs.includes('This translation is a draft.'));
  const danish = english.page.links.find(({ hreflang }) => hreflang === 'da');
  assert.deepEqual([danish.text, danish.href], ['Dansk', '?lang=da'], 'of the same page');
  await english.press('next');
  assert.equal(english.page.lang, 'en', 'and goes on in it');
  for (const query of ['', '?lang=xx', '?lang=', '?lang=da']) {
    const parent = await opened(query);
    assert.equal(parent.page.lang, 'da', query);
    assert.ok(!parent.page.html.includes('udkast'));
  }
});

test('gives a form its number with the first step and keeps it to the end', async () => {
  const parent = await opened();
  assert.equal(parent.hidden('submission'), null, 'a GET draws none');
  await parent.press('next');
  const number = parent.hidden('submission');
  assert.match(number, /^[0-9A-HJKMNP-TV-Z]{26}$/);
  await parent.walk({ q3: 1 });
  assert.equal(parent.hidden('submission'), number);
  const other = await opened();
  await other.press('next');
  assert.notEqual(other.hidden('submission'), number);
});

test('sends nobody on from the check page without question 3', async () => {
  const parent = await atTheCheck({ q3: 1, q9: 7 });
  parent.page.hidden = parent.page.hidden.filter(([name]) => name !== 'q3');
  await parent.press('send');
  assert.equal(parent.status, 422);
  assert.equal(parent.where, 'family');
  assert.match(parent.page.title, /^Fejl: /);
  assert.equal(parent.hidden('q9'), '7');
});

test('leads from a send that is refused to the fault and then straight back', async () => {
  const parent = await atTheCheck({ q1: 1, q2: 2, q3: 1, q9: 6 });
  const long = 'å'.repeat(4003);
  parent.page.hidden.push(['q10', long]);
  await parent.press('send');
  assert.equal(parent.status, 422);
  assert.equal(parent.where, 'comment');
  assert.equal(parent.texts.get('q10'), long);
  assert.match(parent.page.problems[0].text, /3 tegn for lang/);
  await parent.set({ q10: 'Forkortet til sidst' }).press('next');
  assert.equal(parent.where, 'check');
  await parent.press('send');
  assert.equal(parent.status, 201);
  assert.equal((await exportRow(hjemsvar, round, 'Forkortet til sidst')).q9, '6');
});
