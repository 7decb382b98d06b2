/*
 * Runs kayle over the addresses as its own documentation shows: one browser, its axe runner, two pages at once.
 *
 * node kayle.mjs BROWSER URL...
 *
 * Prints one line of JSON for each address.
 */
import { kayle } from 'kayle';
import puppeteer from 'puppeteer-core';

const [executablePath, ...urls] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath, headless: 'shell', args: ['--no-sandbox'] });
const slot = async () => {
  while (urls.length > 0) {
    const origin = urls.shift();
    let line;
    const page = await browser.newPage();
    try {
      await page.setViewport({ width: 1280, height: 1024 });
      const results = await kayle({
        page, browser, origin, runners: ['axe'], standard: 'WCAG2AA', includeWarnings: true, timeout: 60_000,
      }, true);
      line = { url: origin, issues: results.issues.map(({ code, type }) => ({ code, type })) };
    } catch (error) {
      line = { url: origin, failure: String(error.message ?? error) };
    } finally {
      await page.close();
    }
    console.log(JSON.stringify(line));
  }
};
await Promise.all([slot(), slot()]);
await browser.close();
