import { expect, expectTotal, open, test, type Program } from './program';
import type { Page } from '@playwright/test';

const now = Date.now();
const at = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

/** Calls with every kind of body. */
const calls = [
  {
    id: 'log_order',
    time: at(5),
    method: 'POST',
    url: 'https://api.example.com/v1/orders?dry=true&page=2',
    path: '/v1/orders',
    query: { dry: ['true'], page: ['2'] },
    status: 409,
    duration: 1234.5,
    origin: 'API',
    user: { email: 'ann@example.com' },
    customer: { id: 'cust_1' },
    campaign: 'spring-2026',
    request_id: 'v-1',
    attributes: { node: 'eu-1' },
    request: {
      headers: {
        'content-type': ['application/json'],
        'x-app-id': ['app-1'],
        'x-app-token': ['very secret'],
      },
      body: '{"amount":10.00,"big":12345678901234567890,"items":[{"sku":"shoe-1"},{"sku":"hat 7"}],"a.b":{"c d":true}}',
    },
    response: {
      headers: { 'content-type': ['application/json'] },
      body: '{"key":"out_of_stock","message":"Nothing out of stock may be ordered"}',
    },
    error: { key: 'out_of_stock', message: 'Nothing <b>out of stock</b> may be ordered' },
  },
  {
    id: 'log_form',
    time: at(6),
    method: 'POST',
    path: '/v1/form',
    url: 'https://api.example.com/v1/form',
    status: 200,
    customer: { id: 'cust_1' },
    request: {
      headers: { 'content-type': ['application/x-www-form-urlencoded'] },
      body: 'name=Ann+Lee&city=K%C3%B6ln',
    },
    response: {
      headers: { 'content-type': ['text/html'] },
      body: '<html><script>document.title="owned"</script><p>stock</p></html>',
    },
  },
  {
    id: 'log_binary',
    time: at(7),
    method: 'PUT',
    path: '/v1/image',
    url: 'https://api.example.com/v1/image',
    status: 201,
    request: { body: Buffer.from([0, 1, 2, 255, 254, 65, 66]).toString('base64'), body_encoding: 'base64' },
    response: { body: '', size: 0 },
  },
  {
    id: 'log_large',
    time: at(8),
    method: 'GET',
    path: '/v1/large',
    url: 'https://api.example.com/v1/large',
    status: 200,
    response: {
      body: JSON.stringify({
        orders: Array.from({ length: 60_000 }, (_, i) => ({ id: i, note: 'x'.repeat(80) })),
      }),
    },
  },
];

async function openLog(page: Page, program: Program, id: string, q = '') {
  await program.append(calls);
  await open(page, program, `?last=24h&log=${id}&q=${encodeURIComponent(q)}`);
  const details = page.getByRole('complementary', { name: 'Log details' });
  await expect(details.getByRole('region', { name: 'Response' })).toBeVisible();
  return {
    details,
    request: details.getByRole('region', { name: 'Request' }),
    response: details.getByRole('region', { name: 'Response' }),
  };
}

const query = (page: Page) => new URL(page.url()).searchParams.get('q');

test('a log shows who, what, why, and both sides as they were', async ({ page, program }) => {
  const { details, request, response } = await openLog(page, program, 'log_order');
  for (const fact of [
    'cust_1',
    'ann@example.com',
    'spring-2026',
    '1,235 ms',
    'v-1',
    'log_order',
    'POST /v1/orders',
  ]) {
    await expect(details).toContainText(fact);
  }
  const why = details.getByRole('region', { name: 'Why did it fail?' });
  await expect(why).toContainText('out_of_stock');
  await expect(why).toContainText('Nothing <b>out of stock</b> may be ordered');
  await expect(request.getByRole('tree')).toContainText('amount: 10.00');
  await expect(request.getByRole('tree')).toContainText('big: 12345678901234567890');
  await expect(request).toContainText(/redacted #[0-9a-f]{4}/);
  await expect(request).not.toContainText('very secret');
  await expect(response.getByRole('tree')).toContainText('key: "out_of_stock"');
  await request.getByRole('button', { name: 'Pretty' }).click();
  await expect(request.getByRole('document')).toContainText('"amount": 10.00,');
  await request.getByRole('button', { name: 'Raw' }).click();
  await expect(request.getByRole('document')).toHaveText(calls[0]?.request?.body ?? '');
  // The call of the same customer a minute before stands beside it.
  await details
    .getByRole('region', { name: 'Related' })
    .getByRole('link', { name: /200 POST form/ })
    .click();
  await expect(details).toContainText('log_form');
});

test('a click on a value, a header, a parameter or a fact filters by it', async ({ page, program }) => {
  const { details, request } = await openLog(page, program, 'log_order');
  await request
    .getByRole('treeitem', { name: /sku: "hat 7"/ })
    .getByText('"hat 7"')
    .click();
  await expectTotal(page, 1);
  expect(query(page)).toBe('request.body.items.sku:"hat 7"');
  await request
    .getByRole('treeitem', { name: /^c d: true/ })
    .getByText('true')
    .click();
  await expect.poll(() => query(page)).toBe('request.body.items.sku:"hat 7" request.body."a.b"."c d":true');
  await expectTotal(page, 1);
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await expectTotal(page, 4);
  await request.getByRole('button', { name: 'app-1' }).click();
  await expect.poll(() => query(page)).toBe('request.header.x-app-id:app-1');
  await request.getByRole('button', { name: '2', exact: true }).click();
  await expect.poll(() => query(page)).toBe('request.header.x-app-id:app-1 query.page:2');
  await details.getByRole('button', { name: 'Related', exact: true }).click();
  await page.getByRole('menuitem', { name: /^Same customer/ }).click();
  await expect.poll(() => query(page)).toBe('customer:cust_1');
  await expectTotal(page, 2);
});

test('the tree is used with keys alone, its menu too', async ({ page, program }) => {
  const { request } = await openLog(page, program, 'log_order');
  const tree = request.getByRole('tree', { name: 'Request body' });
  const active = () =>
    tree.evaluate(
      (node) => document.getElementById(node.getAttribute('aria-activedescendant') ?? '')?.textContent,
    );
  await tree.focus();
  await page.keyboard.press('i'); // types ahead to “items”
  expect(await active()).toContain('items');
  await page.keyboard.press('ArrowLeft');
  await expect(tree.getByRole('treeitem', { name: /^items/ })).toHaveAttribute('aria-expanded', 'false');
  await expect(tree.getByRole('treeitem', { name: /^sku/ })).toHaveCount(0);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  expect(await active()).toBe('sku: "shoe-1"');
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Only at this place: request.body.items.0.sku' }).press('Enter');
  await expect.poll(() => query(page)).toBe('request.body.items.0.sku:shoe-1');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect.poll(() => query(page)).toContain('"c d":true');
});

test('hits of the search are marked, counted and walked through', async ({ page, program }) => {
  const { response } = await openLog(page, program, 'log_order', '"out of stock"');
  await expect(response.locator('mark')).toHaveText(['out_of_stock', 'out of stock']);
  await expect(response.getByText('2 hits')).toBeVisible();
  await response.getByRole('button', { name: 'Next hit' }).click();
  await response.getByRole('button', { name: 'Next hit' }).click();
  await expect(response.getByText('hit 2 of 2')).toBeVisible();
});

test('forms are tables, pages stay text, bytes are hex, and no body says so', async ({ page, program }) => {
  const title = /Logs – /;
  const form = await openLog(page, program, 'log_form');
  await expect(form.request).toContainText('Ann Lee');
  await expect(form.response.getByRole('document')).toContainText('<script>document.title="owned"</script>');
  await expect(page).toHaveTitle(title);
  await form.request.getByRole('button', { name: 'Köln' }).click();
  await expect.poll(() => query(page)).toBe('request.body.city:Köln');
  await expectTotal(page, 1);
  const binary = await openLog(page, program, 'log_binary');
  await expect(binary.request.getByRole('document')).toContainText('00 01 02 ff fe 41 42');
  await expect(binary.response).toContainText('no body');
});

test('a large body begins at once and comes whole when asked', async ({ page, program }) => {
  const { response } = await openLog(page, program, 'log_large');
  await expect(response).toContainText(/Shown are the first 1\.0 MB of 6\.\d MB/);
  await response.getByRole('button', { name: /^Load all/ }).click();
  await expect(response.getByRole('status')).toHaveCount(0, { timeout: 20_000 });
  await response.getByRole('tree').focus();
  await page.keyboard.press('End');
  await expect(response.getByRole('treeitem', { name: '59,000 … 59,999' })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('End');
  await expect(response.getByRole('treeitem', { name: /^59999: \{ id: 59999/ })).toBeVisible();
  // Only what is in sight is in the page.
  expect(await response.getByRole('treeitem').count()).toBeLessThan(200);
});

test('a log is copied as a command, a link and JSON', async ({ page, program, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { details } = await openLog(page, program, 'log_order');
  const copied = async (item: string) => {
    await details.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByRole('menuitem', { name: item }).click();
    return expect.poll(() => page.evaluate(() => navigator.clipboard.readText()));
  };
  await (
    await copied('As cURL')
  ).toMatch(/^curl --globoff \\\n {2}--url 'https:\/\/api\.example\.com\/v1\/orders/);
  await (await copied('Log id')).toBe('log_order');
  await (await copied('Whole log as JSON')).toContain('"campaign": "spring-2026"');
  await (await copied('Request body')).toBe(calls[0]?.request?.body);
  await (await copied('Link')).toContain('log=log_order');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).not.toContain(program.token);
});

test('the details are made wider by keys, and stay so', async ({ page, program }) => {
  const { details } = await openLog(page, program, 'log_order');
  const before = (await details.boundingBox())?.width ?? 0;
  await details.getByRole('separator').focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(async () => (await details.boundingBox())?.width).toBe(before + 48);
  await page.reload();
  await expect.poll(async () => (await details.boundingBox())?.width).toBe(before + 48);
});
