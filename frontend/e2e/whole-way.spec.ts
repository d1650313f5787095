import { readFileSync } from 'node:fs';
import { expect, expectTotal, open, realInput, test } from './program';

/** Counts the records of a CSV file; quoted fields may have line breaks. */
function csvRecords(text: string): number {
  let quoted = false;
  let records = 0;
  for (const letter of text) {
    if (letter === '"') quoted = !quoted;
    else if (letter === '\n' && !quoted) records++;
  }
  return records;
}

test('from an access log of 2015 to its failed calls, to one of them, to a CSV', async ({
  page,
  program,
}) => {
  const file = realInput('apache_logs');
  await open(page, program);

  // Import.
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Import', exact: true }).click(),
  ]);
  await chooser.setFiles(file);

  // The last 24 hours have nothing, and the way to the logs is one click.
  await page.getByRole('button', { name: /^Show 10,000 logs/ }).click();
  await expectTotal(page, 10_000);
  await expect(page.getByRole('button', { name: 'Time range' })).toContainText('2015');

  // Filter.
  await page.getByRole('searchbox', { name: 'Search logs' }).fill('status:404');
  await page.keyboard.press('Enter');
  await expectTotal(page, 213);

  // Open one.
  const rows = page.getByRole('grid', { name: 'Logs' }).getByRole('row');
  await rows.nth(1).click();
  const details = page.getByRole('complementary', { name: 'Log details' });
  await expect(details).toContainText('office-space-printer-beat-down-gif.gif');
  await expect(details.getByRole('region', { name: 'Request' })).toBeVisible();
  await expect(details.getByRole('region', { name: 'Response' })).toBeVisible();
  expect(new URL(page.url()).searchParams.get('log')).toMatch(/^log_/);
  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();

  // Export what the filter shows.
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: /Export/ });
  await expect(dialog).toContainText('213');
  await dialog.getByRole('button', { name: /^(Export|Create export)/ }).click();
  await page.getByRole('tab', { name: 'Exports' }).click();
  const exports = page.getByRole('grid', { name: 'Exports' });
  await expect(exports.getByRole('row').nth(1)).toContainText('213');
  await exports.getByRole('row').nth(1).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page
      .getByRole('complementary', { name: 'Export details' })
      .getByRole('button', { name: 'Download' })
      .click(),
  ]);
  expect(csvRecords(readFileSync(await download.path(), 'utf8'))).toBe(213 + 1);
});

test('the same file twice adds nothing and says so', async ({ page, program }) => {
  const file = realInput('apache_logs');
  await open(page, program, '?last=all');
  for (const expected of ['10,000', '0']) {
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Import', exact: true }).click(),
    ]);
    await chooser.setFiles(file);
    await page.getByRole('tab', { name: 'Background Tasks' }).click();
    const task = page.getByRole('grid', { name: 'Background Tasks' }).getByRole('row').nth(1);
    await expect(task).toContainText('Done');
    await expect(task).toContainText(expected);
  }
  await page.getByRole('tab', { name: 'Logs', exact: true }).click();
  await expectTotal(page, 10_000);
});
