import { expect, expectTotal, open, recentLogs, test } from './program';

test('everything from the search to a log and back works without a mouse', async ({ page, program }) => {
  await program.append(recentLogs(100));
  await open(page, program);
  await expectTotal(page, 100);
  const grid = page.getByRole('grid', { name: 'Logs' });
  const active = async () => {
    const id = await grid.getAttribute('aria-activedescendant');
    return id ? page.locator(`[id="${id}"]`).getAttribute('aria-rowindex') : null;
  };

  // / goes to the search, Enter applies, Escape leaves it.
  await page.keyboard.press('/');
  const box = page.getByRole('searchbox', { name: 'Search logs' });
  await expect(box).toBeFocused();
  await page.keyboard.type('method:GET OR status>=400');
  await page.keyboard.press('Enter');
  await expectTotal(page, 60);
  await page.keyboard.press('Escape');
  await expect(box).not.toBeFocused();

  // j and k move, g and G go to the ends, e and E to failed logs.
  await page.keyboard.press('j');
  expect(await active()).toBe('2');
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('k');
  expect(await active()).toBe('3');
  await page.keyboard.press('Shift+G');
  await expect.poll(active).toBe('61');
  await page.keyboard.press('g');
  await expect.poll(active).toBe('2');
  await page.keyboard.press('e');
  await expect.poll(active).not.toBe('2');
  const failed = page.locator(`[id="${await grid.getAttribute('aria-activedescendant')}"]`);
  await expect(failed).toContainText(/404|500/);
  await page.keyboard.press('e');
  await page.keyboard.press('Shift+E');
  await expect(page.locator(`[id="${await grid.getAttribute('aria-activedescendant')}"]`)).toContainText(
    /404|500/,
  );

  // Enter opens, Escape closes, and the focus is back in the list.
  await page.keyboard.press('Enter');
  const details = page.getByRole('complementary', { name: 'Log details' });
  await expect(details).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();
  await expect(grid).toBeFocused();

  // The menu key filters by a value of the row.
  await page.keyboard.press('Shift+F10');
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  await expect(grid).toBeFocused();

  // ? shows the keys, and letters in a dialog are no commands.
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys' });
  await expect(keys).toBeVisible();
  await page.keyboard.press('/');
  await expect(box).not.toBeFocused();
  await page.keyboard.press('Escape');
  await expect(keys).toBeHidden();

  // Space switches Live.
  await grid.focus();
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Live' })).toHaveAttribute('aria-pressed', 'true');
});

test('tabs and builder are reached and used with keys alone', async ({ page, program }) => {
  await program.append(recentLogs(20));
  await open(page, program);
  const tab = (name: string) => page.getByRole('tab', { name, exact: true });
  await tab('Logs').focus();
  await page.keyboard.press('ArrowRight');
  await expect(tab('Background Tasks')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('grid', { name: 'Background Tasks' })).toBeVisible();
  expect(new URL(page.url()).searchParams.get('tab')).toBe('tasks');
  await page.keyboard.press('End');
  await page.keyboard.press('Space');
  await expect(page.getByRole('grid', { name: 'Exports' })).toBeVisible();
  await page.goBack();
  await page.goBack();
  await expectTotal(page, 20);

  await page.getByRole('button', { name: 'Add filter' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: 'Attribute' })).toBeFocused();
  await page.keyboard.type('status');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('combobox', { name: 'Operator' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.type('500');
  await page.keyboard.press('Control+Enter');
  await expectTotal(page, 1);
  await expect(page.getByRole('searchbox', { name: 'Search logs' })).toHaveValue('status>=500');
});

test('single letters can be switched off', async ({ page, program }) => {
  await program.append(recentLogs(20));
  await open(page, program);
  await page.evaluate(() =>
    localStorage.setItem('projectlogs.settings', JSON.stringify({ singleKeys: false })),
  );
  await page.reload();
  await expectTotal(page, 20);
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Search logs' })).not.toBeFocused();
  await page.keyboard.press('Control+f');
  await expect(page.getByRole('searchbox', { name: 'Search logs' })).toBeFocused();
});
