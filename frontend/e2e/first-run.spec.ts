import { execFileSync } from 'node:child_process';
import { expect, expectTotal, open, test } from './program';

test('an empty project teaches, and the curl that it shows works when pasted', async ({ page, program }) => {
  await open(page, program);
  const grid = page.getByRole('grid', { name: 'Logs' });
  await expect(grid).toHaveAttribute('aria-rowcount', '1');
  await expect(page.getByRole('heading', { name: /^No logs in .* yet$/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Choose files…' })).toBeVisible();

  const command = await page.getByLabel('Send logs').textContent();
  expect(command).toContain('curl ');
  const answer = execFileSync('sh', ['-c', command ?? ''], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(JSON.parse(answer)).toMatchObject({ added: 1 });

  // The page opens the first log by itself.
  await expectTotal(page, 1);
  await expect(grid.getByRole('row').nth(1)).toContainText('/v1/ping');

  // The key of that command can add logs and nothing else.
  const secret = /Bearer ([^']+)'/.exec(command ?? '')?.[1] ?? '';
  const read = await fetch(`${program.url}/api/projects/default/logs`, {
    headers: { Authorization: `Bearer ${secret}` },
  });
  expect(read.status).toBe(403);
});

test('the sample data is one click away', async ({ page, program }) => {
  await open(page, program);
  await page.getByRole('button', { name: 'Load 10,000 logs' }).click();
  await expect(page.getByRole('searchbox', { name: 'Search logs' })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Time range' }).click();
  await page.getByRole('button', { name: 'All time' }).click();
  await expect
    .poll(
      async () => {
        const arrived = page.getByRole('button', { name: /new logs?$/ });
        // It may be gone again before the click: the rest had come with another answer.
        if (await arrived.isVisible()) await arrived.click({ timeout: 1000 }).catch(() => undefined);
        return page.getByRole('grid', { name: 'Logs' }).getAttribute('aria-rowcount');
      },
      { timeout: 30_000 },
    )
    .toBe('10001');
});

test('without a token the page says so and how to get one', async ({ page, program }) => {
  await program.append([{ method: 'GET', path: '/v1/ping', status: 200 }]);
  await page.goto(program.url);
  await expect(page.getByRole('heading', { name: 'This page has no valid token' })).toBeVisible();
  await expect(page.getByText('projectlogs open', { exact: true })).toBeVisible();
  await page.goto(`${program.url}/?q=status:404#t=wrong`);
  await expect(page.getByRole('heading', { name: 'This page has no valid token' })).toBeVisible();
  // The right token in the fragment is enough, and it does not stay in the address.
  await page.goto('about:blank');
  await page.goto(program.link('?q=status:404'));
  await expect(page.getByRole('searchbox', { name: 'Search logs' })).toHaveValue('status:404');
  expect(page.url()).not.toContain(program.token);
});

test('projects are created, renamed, switched and deleted', async ({ page, program }) => {
  await program.append([{ method: 'GET', path: '/v1/in-default', status: 200 }]);
  await open(page, program);
  await expectTotal(page, 1);
  const menu = page.getByRole('button', { name: /^Project / });
  await menu.click();
  await page.getByRole('menuitem', { name: 'New project…' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Checkout EU');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { name: 'No logs in Checkout EU yet' })).toBeVisible();
  await menu.click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Checkout');
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(menu).toContainText('Checkout');
  await menu.click();
  await page.getByRole('menuitemcheckbox', { name: /Default/ }).click();
  await expectTotal(page, 1);
  await menu.click();
  await expect(page.getByRole('menuitem', { name: 'Delete…' })).toBeDisabled();
  await page.getByRole('menuitemcheckbox', { name: /^Checkout/ }).click();
  await menu.click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const remove = page.getByRole('button', { name: 'Delete project' });
  await expect(remove).toBeDisabled();
  await page.getByLabel('Type Checkout to confirm').fill('Checkout');
  await remove.click();
  await expectTotal(page, 1);
  await menu.click();
  await expect(page.getByRole('menuitemcheckbox', { name: /^Checkout/ })).toHaveCount(0);
});
