import { readFileSync } from 'node:fs';
import { expect, expectTotal, open, recentLogs, test } from './program';

const lines = [
  ...Array.from(
    { length: 8 },
    (_, i) => `{"time":"2015-05-1${i}T10:00:00Z","method":"GET","path":"/a","status":200}`,
  ),
  '{broken',
  '[1',
].join('\n');

test('an import says what came of it, leads to its logs and to the lines that were rejected', async ({
  page,
  program,
}) => {
  await program.append(recentLogs(5));
  await open(page, program);
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Import', exact: true }).click(),
  ]);
  await chooser.setFiles({
    name: 'some.ndjson',
    mimeType: 'application/x-ndjson',
    buffer: Buffer.from(lines),
  });
  const messages = page.getByRole('region', { name: 'Messages' });
  await expect(messages).toContainText('Imported 8 logs; 2 lines rejected.');
  await messages.getByRole('button', { name: 'Show rejected' }).click();
  const details = page.getByRole('complementary', { name: 'Task details' });
  await expect(details).toContainText('2 rows failed');
  await expect(details.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '100');
  await expect(details.getByRole('row')).toHaveCount(3);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    details.getByRole('button', { name: 'Rejected lines' }).click(),
  ]);
  const rejected = readFileSync(await download.path(), 'utf8')
    .trim()
    .split('\n');
  expect(rejected.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual([9, 10]);
  await details.getByRole('button', { name: 'Show the imported logs' }).click();
  await expectTotal(page, 8);
});

test('a file that is dropped anywhere is imported, and Show them leads to it', async ({ page, program }) => {
  await program.append(recentLogs(5));
  await open(page, program);
  const transfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'dropped.ndjson'));
    return data;
  }, lines);
  await page.dispatchEvent('main', 'dragenter', { dataTransfer: transfer });
  await expect(page.getByText('Drop files to import them')).toBeVisible();
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
  await expect(page.getByText('Drop files to import them')).toBeHidden();
  await page.getByRole('button', { name: 'Show them' }).click();
  await expectTotal(page, 8);
});

test('an empty file and a picture get a sentence each, and the page stays', async ({ page, program }) => {
  await program.append(recentLogs(5));
  await open(page, program);
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Import', exact: true }).click(),
  ]);
  await chooser.setFiles([
    { name: 'empty.log', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
    {
      name: 'picture.png',
      mimeType: 'image/png',
      buffer: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    },
  ]);
  await expect(page.getByRole('alert').filter({ hasText: 'empty.log: The file is empty.' })).toBeVisible();
  await expect(page.getByRole('alert').filter({ hasText: 'picture.png: ' })).toBeVisible();
  await expectTotal(page, 5);
});

test('tasks are narrowed by words, view, type and outcome; a fault names its place', async ({
  page,
  sampled,
}) => {
  await page.goto(sampled.link('?tab=tasks'));
  const grid = page.getByRole('grid', { name: 'Background Tasks' });
  const count = async () => Number(await grid.getAttribute('aria-rowcount')) - 1;
  await expect.poll(count).toBeGreaterThan(20);
  const all = await count();
  await page
    .getByRole('group', { name: 'View' })
    .getByRole('button', { name: /^Failed/ })
    .click();
  await expect.poll(count).toBeLessThan(all);
  const failed = await count();
  expect(failed).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Type', exact: true }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Orders metadata key purge' }).click();
  await expect.poll(count).toBeLessThan(failed);
  await page.getByRole('button', { name: 'Show all tasks' }).click();
  await expect.poll(count).toBe(all);
  const search = page.getByRole('searchbox', { name: 'Search tasks' });
  await search.fill('type:LOGS.IMPORT');
  await search.press('Enter');
  await expect.poll(count).toBe(1);
  await search.fill('staus:DONE');
  await search.press('Enter');
  await expect(page.getByRole('alert')).toContainText('staus');
  await page.getByRole('button', { name: 'Use status' }).click();
  await expect(search).toHaveValue('status:DONE');
  await expect.poll(count).toBeGreaterThan(20);
});

test('a recorded task leads to its log, and the log back to its task', async ({ page, sampled }) => {
  await page.goto(sampled.link('?tab=tasks'));
  const grid = page.getByRole('grid', { name: 'Background Tasks' });
  await grid.getByRole('row').filter({ hasText: 'Vouchers bulk update' }).first().click();
  const details = page.getByRole('complementary', { name: 'Task details' });
  await details.getByRole('link', { name: /^log_/ }).click();
  const log = page.getByRole('complementary', { name: 'Log details' });
  await expect(log.getByRole('region', { name: 'Response' })).toBeVisible();
  const task = log.getByRole('link', { name: /^aa_/ });
  if ((await task.count()) === 0) await log.getByRole('button', { name: /more$/ }).click();
  await task.click();
  await expect(details).toContainText('Vouchers bulk update');
});

test('an export is followed, downloaded, shown again as logs, made again and deleted', async ({
  page,
  program,
}) => {
  await program.append(recentLogs(200));
  await open(page, program, '?last=24h&q=status%3E%3D400');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await expect(dialog).toContainText('20 logs');
  await dialog.getByRole('button', { name: 'NDJSON' }).click();
  await dialog.getByRole('combobox', { name: 'Order' }).selectOption('time');
  await dialog.getByRole('button', { name: 'Export 20 logs' }).click();
  const messages = page.getByRole('region', { name: 'Messages' });
  await expect(messages).toContainText(/Exported 20 logs/);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    messages.getByRole('button', { name: 'Download' }).click(),
  ]);
  const rows = readFileSync(await download.path(), 'utf8')
    .trim()
    .split('\n');
  expect(rows).toHaveLength(20);
  const times = rows.map((row) => (JSON.parse(row) as { time: string }).time);
  expect(times).toEqual([...times].sort());

  await page.getByRole('tab', { name: 'Exports' }).click();
  const grid = page.getByRole('grid', { name: 'Exports' });
  await expect(grid).toHaveAttribute('aria-rowcount', '2');
  await grid.getByRole('row').nth(1).click();
  const details = page.getByRole('complementary', { name: 'Export details' });
  for (const text of ['status>=400', 'Status ≥ 400', 'Time, oldest first', 'NDJSON', 'SHA-256', 'exp_']) {
    await expect(details).toContainText(text);
  }
  await details.getByRole('button', { name: 'Run again' }).click();
  await expect(grid).toHaveAttribute('aria-rowcount', '3');
  await details.getByRole('button', { name: 'Show these logs' }).click();
  await expectTotal(page, 20);
  await page.goBack();
  await details.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Delete export' }).click();
  const ask = page.getByRole('dialog', { name: 'Delete this export?' });
  await ask.getByRole('button', { name: 'Delete export' }).click();
  await expect(details).toBeHidden();
  await expect(grid).toHaveAttribute('aria-rowcount', '2');
});

test('a key is made, shown once, works, and is revoked', async ({ page, program }) => {
  await program.append(recentLogs(5));
  await open(page, program);
  await page.getByRole('button', { name: 'Settings' }).click();
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await dialog.getByRole('textbox', { name: 'Name of the key' }).fill('Checkout');
  await dialog.getByRole('checkbox', { name: 'export' }).uncheck();
  await dialog.getByRole('button', { name: 'Create key' }).click();
  const secret = await dialog.locator('code').innerText();
  const ask = () =>
    fetch(`${program.url}/api/projects/default/logs?limit=1`, {
      headers: { Authorization: `Bearer ${secret}` },
    });
  expect((await ask()).status).toBe(200);
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await dialog.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(dialog).toContainText('revoked');
  expect((await ask()).status).toBe(401);
});

test('old logs are counted before they are deleted', async ({ page, program }) => {
  await program.append([
    ...recentLogs(5),
    ...lines
      .split('\n')
      .slice(0, 8)
      .map((line) => JSON.parse(line) as object),
  ]);
  await open(page, program);
  await page.getByRole('button', { name: 'Settings' }).click();
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await dialog.getByRole('button', { name: 'Check', exact: true }).click();
  await expect(dialog).toContainText('no fault found');
  await dialog.getByRole('button', { name: 'Count them…' }).click();
  await dialog.getByRole('button', { name: 'Delete 8 logs' }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('tab', { name: 'Background Tasks' }).click();
  const row = page
    .getByRole('grid', { name: 'Background Tasks' })
    .getByRole('row')
    .filter({ hasText: 'Logs deletion' });
  await expect(row).toContainText('success');
  await page.goto(program.link('?last=all'));
  await expectTotal(page, 5);
});
