import { expect, expectTotal, open, recentLogs, test } from './program';

test.beforeEach(async ({ page, program }) => {
  await program.append(recentLogs(200));
  await open(page, program);
  await expectTotal(page, 200);
});

test('the search box filters, says the total, and stands in the link', async ({ page }) => {
  await page.getByRole('searchbox', { name: 'Search logs' }).fill('status>=400');
  await page.keyboard.press('Enter');
  await expectTotal(page, 20);
  expect(new URL(page.url()).searchParams.get('q')).toBe('status>=400');
  await page.goBack();
  await expectTotal(page, 200);
  await expect(page.getByRole('searchbox', { name: 'Search logs' })).toHaveValue('');
});

test('words search the bodies', async ({ page }) => {
  await page.getByRole('searchbox', { name: 'Search logs' }).fill('"out of stock"');
  await page.keyboard.press('Enter');
  await expectTotal(page, 20);
});

test('a filter that does not parse says where and what is meant, and one click mends it', async ({
  page,
}) => {
  await page.getByRole('searchbox', { name: 'Search logs' }).fill('method:GET statsu:404');
  await page.keyboard.press('Enter');
  const fault = page.getByRole('alert');
  await expect(fault).toContainText('statsu');
  await expect(fault.locator('mark')).toHaveText('statsu');
  await expectTotal(page, 200);
  await page.getByRole('button', { name: 'Use status' }).click();
  await expect(page.getByRole('searchbox', { name: 'Search logs' })).toHaveValue('method:GET status:404');
  await expectTotal(page, 0);
});

test('a link with a filter that does not parse says so in place', async ({ page, program }) => {
  await page.goto(program.link('?q=status%3E%3D'));
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByRole('searchbox', { name: 'Search logs' })).toHaveValue('status>=');
});

test('the builder makes several conditions, all or any', async ({ page }) => {
  const add = page.getByRole('button', { name: 'Add filter' });
  await expect(add).toHaveAttribute('title', 'Find and apply filters');
  await add.click();
  await page.getByRole('combobox', { name: 'Attribute' }).click();
  await page.getByRole('option', { name: 'Status', exact: true }).click();
  await page.getByRole('combobox', { name: 'Operator' }).click();
  await page.getByRole('option', { name: 'more than or equal', exact: true }).click();
  await page.getByLabel('Value', { exact: true }).first().fill('400');
  await page.getByRole('button', { name: 'Add condition' }).click();
  await page.getByRole('combobox', { name: 'Attribute' }).nth(1).fill('orig');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Value' }).nth(1).fill('API');
  await expect(page.getByText(/logs match/)).toContainText('13 logs match');
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expectTotal(page, 13);
  await expect(page.getByRole('searchbox', { name: 'Search logs' })).toHaveValue('status>=400 origin:API');

  // The chips are the same filter; the builder shows it again, and any makes it wider.
  await expect(page.getByRole('button', { name: 'Remove Status ≥ 400' })).toBeVisible();
  await add.click();
  await expect(page.getByRole('combobox', { name: 'Attribute' }).first()).toHaveValue('Status');
  await page.getByRole('group', { name: 'Match' }).getByRole('button', { name: 'any' }).click();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expectTotal(page, 140);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expectTotal(page, 200);
});

test('the builder takes several values', async ({ page }) => {
  await page.getByRole('button', { name: 'Add filter' }).click();
  await page.getByRole('combobox', { name: 'Attribute' }).fill('Status');
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'Operator' }).click();
  await page.getByRole('option', { name: 'in', exact: true }).click();
  const value = page.getByRole('textbox', { name: 'Value' });
  await value.fill('404');
  await page.keyboard.press('Enter');
  await value.fill('500');
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expectTotal(page, 20);
  await expect(page.getByRole('searchbox', { name: 'Search logs' })).toHaveValue('status:(404 OR 500)');
});

test('an unfinished condition is refused with a sentence, not dropped', async ({ page }) => {
  await page.getByRole('button', { name: 'Add filter' }).click();
  await page.getByRole('combobox', { name: 'Attribute' }).fill('Status');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('Give each condition');
  await page.getByRole('textbox', { name: 'Value' }).fill('many');
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('many');
});

test('a group that is more than rows stays what it is in the builder', async ({ page }) => {
  const box = page.getByRole('searchbox', { name: 'Search logs' });
  await box.fill('(status:404 OR method:POST) origin:API');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Clear' })).toBeEnabled();
  const before = await page.getByRole('grid', { name: 'Logs' }).getAttribute('aria-rowcount');
  await page.getByRole('button', { name: 'Add filter' }).click();
  await expect(page.getByRole('textbox', { name: 'Text' })).toHaveValue(/status:404 OR method:POST/);
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(page.getByRole('grid', { name: 'Logs' })).toHaveAttribute('aria-rowcount', before ?? '');
});

test('chips take conditions away', async ({ page }) => {
  await page.getByRole('searchbox', { name: 'Search logs' }).fill('status>=400 method:POST');
  await page.keyboard.press('Enter');
  await expectTotal(page, 20);
  await page.getByRole('button', { name: 'Remove Status ≥ 400' }).click();
  await expectTotal(page, 100);
  await expect(page.getByRole('searchbox', { name: 'Search logs' })).toHaveValue('method:POST');
});

test('All and Errors', async ({ page }) => {
  const view = page.getByRole('group', { name: 'View' });
  await expect(view.getByRole('button', { name: 'Errors' })).toContainText('20');
  await view.getByRole('button', { name: 'Errors' }).click();
  await expectTotal(page, 20);
  await expect(view.getByRole('button', { name: 'Errors' })).toHaveAttribute('aria-pressed', 'true');
  await view.getByRole('button', { name: 'All' }).click();
  await expectTotal(page, 200);
});

test('the range chip changes range and view', async ({ page }) => {
  const chip = page.getByRole('button', { name: 'Time range' });
  await expect(chip).toContainText('Last 24 hours');
  await chip.click();
  await page.getByRole('button', { name: 'All time' }).click();
  await expect(chip).toContainText('All time');
  await expectTotal(page, 200);
  expect(new URL(page.url()).searchParams.get('last')).toBe('all');
  await chip.click();
  await page.getByLabel('From', { exact: true }).fill('2001-02-03 04:05');
  await page.getByLabel('To', { exact: true }).fill('tomorrow');
  await page.getByRole('button', { name: 'Apply range' }).click();
  await expect(page.getByRole('alert')).toContainText('tomorrow');
  await page.getByLabel('To', { exact: true }).fill('2001-02-04');
  await page.getByRole('button', { name: 'Apply range' }).click();
  await expectTotal(page, 0);
  expect(new URL(page.url()).searchParams.get('from')).toBe('2001-02-03T04:05:00Z');
});

test('facets count, include and exclude', async ({ page }) => {
  const origin = page.getByRole('region', { name: 'Origin' });
  await expect(origin).toContainText('API');
  await expect(origin).toContainText('133');
  await origin.getByText('API').hover();
  await origin.getByRole('button', { name: 'Only API' }).click();
  await expectTotal(page, 133);
  // The other values can still be seen and added.
  await expect(origin).toContainText('67');
  await origin.getByText('Dashboard').hover();
  await origin.getByRole('button', { name: 'Only Dashboard' }).click();
  await expectTotal(page, 200);
  await origin.getByRole('button', { name: 'Stop including API' }).click();
  await expectTotal(page, 67);
  await origin.getByRole('button', { name: 'Stop including Dashboard' }).click();
  await expectTotal(page, 200);
  await origin.getByText('Dashboard').hover();
  await origin.getByRole('button', { name: 'Exclude Dashboard' }).click();
  await expectTotal(page, 133);
  await expect(page.getByRole('searchbox', { name: 'Search logs' })).toHaveValue('-origin:Dashboard');
});

test('a value in the list filters by itself', async ({ page }) => {
  const cell = page.getByRole('gridcell', { name: '500', exact: true }).first();
  await cell.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Only Status 500' }).click();
  await expectTotal(page, 10);
});

test('a view is saved, shown and deleted with a way back', async ({ page }) => {
  await page.getByRole('searchbox', { name: 'Search logs' }).fill('status:500');
  await page.keyboard.press('Enter');
  await expectTotal(page, 10);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save this view…' }).click();
  await page.getByLabel('Name').fill('Broken');
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await expectTotal(page, 200);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Broken' }).first().click();
  await expectTotal(page, 10);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Broken' }).last().click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Views' }).click();
  await expect(page.getByRole('menuitem', { name: 'Broken' }).first()).toBeVisible();
});
