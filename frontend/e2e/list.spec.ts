import { expect, expectTotal, open, Program, recentLogs, test } from './program';

const grid = (page: import('@playwright/test').Page) => page.getByRole('grid', { name: 'Logs' });

test('the list has no end but its own: down page by page, and up again', async ({ page, program }) => {
  await program.append(recentLogs(3000));
  await open(page, program);
  await expectTotal(page, 3000);
  const rows = grid(page).getByRole('row');
  const scroller = grid(page);
  await scroller.hover();

  // Every row that comes into sight is the right one: the newest has the highest number.
  const seen = new Set<number>();
  const look = async () => {
    const drawn = await scroller.evaluate((node) =>
      [...node.querySelectorAll('[role=row]')].map((row) => ({
        index: Number(row.getAttribute('aria-rowindex')),
        text: row.textContent ?? '',
      })),
    );
    for (const { index, text } of drawn) {
      const duration = /([\d,]+) ms/.exec(text)?.[1];
      if (duration === undefined) continue; // not read yet
      expect(Number(duration.replace(',', '')), `the row ${index}`).toBe(10 + 3000 - (index - 1));
      seen.add(index);
    }
  };
  await look();
  for (let i = 0; i < 6; i++) {
    await page.mouse.wheel(0, 5000);
    await expect(rows.last().getByRole('gridcell').first()).toBeVisible();
    await look();
  }
  // A long way at once: the thumb is dragged to the end, then to the middle.
  for (const part of [1, 0.5, 0]) {
    await scroller.evaluate((node, to) => (node.scrollTop = node.scrollHeight * to), part);
    await expect(rows.nth(5).getByRole('gridcell').first()).toBeVisible();
    await look();
  }
  expect(seen).toContain(3001);
  expect(seen).toContain(2);
  expect(seen.size).toBeGreaterThan(150);
});

test('a click on the head orders by time, status and origin', async ({ page, program }) => {
  await program.append(recentLogs(300));
  await open(page, program);
  const head = (name: string) => grid(page).getByRole('columnheader', { name });
  const first = grid(page).getByRole('row').nth(1);
  await expect(head('Time')).toHaveAttribute('aria-sort', 'descending');
  await expect(first).toContainText('309 ms');
  await head('Time').getByRole('button').click();
  await expect(head('Time')).toHaveAttribute('aria-sort', 'ascending');
  await expect(first).toContainText('10 ms');
  await head('Status').getByRole('button').click();
  await expect(first).toContainText('500');
  await head('Status').getByRole('button').click();
  await expect(first).toContainText('200');
  await head('Origin').getByRole('button').click();
  await expect(first).toContainText('API');
  expect(new URL(page.url()).searchParams.get('sort')).toBe('origin');
  // Other orders can be read to their end, too.
  await grid(page).focus();
  await expect(async () => {
    await page.keyboard.press('End');
    await expect(grid(page).getByRole('row').last()).toHaveAttribute('aria-rowindex', '301', {
      timeout: 500,
    });
  }).toPass();
  await expect(grid(page).getByRole('row').last()).toContainText('Dashboard');
});

test('what arrives moves nothing that is read; Live shows it by itself', async ({ page, program }) => {
  await program.append(recentLogs(300));
  await open(page, program);
  await expectTotal(page, 300);
  const first = grid(page).getByRole('row').nth(1);
  const ping = (path: string) => ({ time: new Date().toISOString(), method: 'GET', path, status: 200 });

  await program.append([ping('/one')]);
  const arrived = page.getByRole('button', { name: '1 new log' });
  await expect(arrived).toBeVisible();
  await expect(first).not.toContainText('/one');
  await arrived.click();
  await expect(first).toContainText('/one');

  await page.getByRole('button', { name: 'Live' }).click();
  await program.append([ping('/two')]);
  await expect(first).toContainText('/two');
  await expectTotal(page, 302);

  // Scrolled down, even Live leaves the rows where they are.
  const scroller = grid(page);
  await scroller.evaluate((node) => (node.scrollTop = 2800));
  const place = await scroller.evaluate((node) => node.scrollTop);
  await program.append([ping('/three')]);
  await expect(page.getByRole('button', { name: '1 new log' })).toBeVisible();
  expect(await scroller.evaluate((node) => node.scrollTop)).toBe(place);
});

test('columns are chosen and stand in the link', async ({ page, program }) => {
  await program.append(recentLogs(20));
  await open(page, program);
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'User', exact: true }).click();
  await page.keyboard.press('Escape');
  await expect(grid(page).getByRole('columnheader', { name: 'User', exact: true })).toBeVisible();
  await expect(grid(page).getByRole('row').nth(1)).toContainText('@example.com');
  expect(new URL(page.url()).searchParams.get('columns')).toContain('user');
  await page.reload();
  await expect(grid(page).getByRole('columnheader', { name: 'User', exact: true })).toBeVisible();
});

test('the histogram zooms by mouse and by keys, and Back leads out again', async ({ page, program }) => {
  await program.append(recentLogs(600));
  await open(page, program, '?last=1h');
  await expectTotal(page, 600);
  const plot = page.getByRole('region', { name: 'Histogram' }).getByRole('group');
  const box = await plot.boundingBox();
  if (!box) throw new Error('no histogram');
  await page.mouse.move(box.x + box.width * 0.9, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 3, box.y + 30, { steps: 5 });
  await page.mouse.up();
  await expect(page.getByRole('region', { name: 'Histogram' })).toContainText(/\d+ logs, \d+ failed/);
  await page.getByRole('button', { name: 'Zoom' }).click();
  await expect(page.getByRole('button', { name: 'Time range' })).not.toContainText('Last');
  await expect(grid(page)).not.toHaveAttribute('aria-rowcount', '601');
  await page.goBack();
  await expectTotal(page, 600);

  await plot.focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Time range' })).not.toContainText('Last');
  await page.keyboard.press('Shift+Z');
  await page.goBack();
  await page.goBack();
  await expectTotal(page, 600);
});

test('a lost connection is said, and mends itself', async ({ page, program }) => {
  await program.append(recentLogs(20));
  await open(page, program);
  const addr = new URL(program.url).host;
  await program.stop();
  const banner = page.getByRole('alert').filter({ hasText: 'does not answer' });
  await expect(banner).toBeVisible({ timeout: 20_000 });
  // What was read stays readable.
  await expect(grid(page).getByRole('row').nth(1)).toBeVisible();
  const again = await Program.start(program.folder, addr);
  try {
    // The new process has a new token: the page says so, and the new link leads back to the same place.
    await expect(page.getByRole('heading', { name: 'This page has no valid token' })).toBeVisible({
      timeout: 20_000,
    });
    await page.goto(again.link());
    await expectTotal(page, 20);
  } finally {
    await again.stop();
  }
});
