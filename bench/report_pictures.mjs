// report_pictures.mjs FILE FOLDER: pictures of the page of a report, as PNG files in FOLDER: on a phone,
// on a wide screen, in the dark, and as a printer without colours has it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { launch } from './chromium.mjs';

const [file, folder] = process.argv.slice(2);
const browser = await launch();

async function open(viewport, options = {}) {
  const context = await browser.newContext({ viewport, locale: 'da-DK', ...options });
  const page = await context.newPage();
  await page.goto(pathToFileURL(file).href);
  return page;
}

// From the figure on, as much as the screen holds.
async function picture(page, name, figure) {
  await page.locator(`[id="${figure}"]`).evaluate((element) => element.scrollIntoView());
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

const phone = { width: 360, height: 740 };
const wide = { width: 1100, height: 900 };
await picture(await open(phone, { deviceScaleFactor: 2 }), 'report-phone', 'q5-municipality');
await picture(await open(wide), 'report-wide', 'q5');
await picture(await open(wide, { colorScheme: 'dark' }), 'report-dark', 'q5-municipality');
const paper = await open(wide);
await paper.emulateMedia({ media: 'print' });
await paper.addStyleTag({ content: 'html { filter: grayscale(1) }' });
await picture(paper, 'report-print', 'q5-municipality');
await browser.close();
