import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, open, test, type Program } from './program';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = process.env['SHOTS'];

/** Every state of the page: how to get there from an open page. */
const states: Record<string, (page: Page, program: Program) => Promise<void>> = {
  empty: async (page, program) => {
    // The second time it is there already, and as empty as before.
    await program.call('POST', '/api/projects', { name: 'checkout-eu' }).catch(() => undefined);
    await open(page, program, '?project=checkout-eu');
    await expect(page.getByRole('button', { name: 'Choose files…' })).toBeVisible();
  },
  logs: async (page, program) => {
    await sampled(page, program);
  },
  filtered: async (page, program) => {
    await sampled(page, program, '&q=status>=400 -origin:Dashboard duration>20ms');
  },
  drawer: async (page, program) => {
    await sampled(page, program, '&q=status>=400');
    await page.getByRole('grid', { name: 'Logs' }).getByRole('row').nth(2).click();
    await expect(page.getByRole('complementary', { name: 'Log details' })).toBeVisible();
  },
  builder: async (page, program) => {
    await sampled(page, program, '&q=-origin:Dashboard duration>20ms status:(400 OR 404)');
    await page.getByRole('button', { name: 'Add filter' }).click();
    await expect(page.getByText(/logs match/)).toBeVisible();
  },
  attributes: async (page, program) => {
    await sampled(page, program);
    await page.getByRole('button', { name: 'Add filter' }).click();
    await page.getByRole('combobox', { name: 'Attribute' }).click();
    await expect(page.getByRole('option').first()).toBeVisible();
  },
  range: async (page, program) => {
    await sampled(page, program);
    await page.getByRole('button', { name: 'Time range' }).click();
    await expect(page.getByRole('button', { name: 'All time' })).toBeVisible();
  },
  columns: async (page, program) => {
    await sampled(page, program);
    await page.getByRole('button', { name: 'Columns' }).click();
    await expect(page.getByRole('menu')).toBeVisible();
  },
  fault: async (page, program) => {
    await sampled(page, program);
    await page.getByRole('searchbox', { name: 'Search logs' }).fill('method:POST statsu:404 "out of stock"');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toBeVisible();
  },
  none: async (page, program) => {
    await sampled(page, program, '&q=status>=400 -origin:Dashboard campaign:winter-1999');
    await expect(page.getByRole('list', { name: 'Ways out' })).toBeVisible();
  },
  brush: async (page, program) => {
    await sampled(page, program);
    const plot = page.getByRole('region', { name: 'Histogram' }).getByRole('group');
    await plot.focus();
    for (let i = 0; i < 6; i++) await page.keyboard.press('Shift+ArrowLeft');
    await expect(page.getByRole('button', { name: 'Zoom' })).toBeVisible();
  },
  tasks: async (page, program) => {
    await sampled(page, program);
    await page.getByRole('tab', { name: 'Background Tasks' }).click();
    await expect(page.getByRole('grid', { name: 'Background Tasks' }).getByRole('row').nth(1)).toBeVisible();
  },
  task: async (page, program) => {
    await states['tasks']?.(page, program);
    await page.getByRole('grid', { name: 'Background Tasks' }).getByRole('row').nth(1).click();
    await expect(page.getByRole('complementary', { name: 'Task details' })).toBeVisible();
  },
  export: async (page, program) => {
    await sampled(page, program);
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
  },
  exports: async (page, program) => {
    await sampled(page, program);
    await program.call('POST', '/api/projects/default/exports', {
      q: 'status>=400',
      format: 'csv',
      fields: 'default',
    });
    await page.getByRole('tab', { name: 'Exports' }).click();
    const row = page.getByRole('grid', { name: 'Exports' }).getByRole('row').nth(1);
    await expect(row).toContainText('Done');
    await row.click();
    await expect(page.getByRole('complementary', { name: 'Export details' })).toBeVisible();
  },
  settings: async (page, program) => {
    await sampled(page, program);
    await page.getByRole('button', { name: 'Settings' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
  },
  keys: async (page, program) => {
    await sampled(page, program);
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
  },
  refused: async (page, program) => {
    await page.goto(program.url);
    await expect(page.getByRole('heading')).toBeVisible();
  },
};

async function sampled(page: Page, program: Program, more = ''): Promise<void> {
  await open(page, program, `?last=7d${encodeURI(more)}`);
}

/** Nothing is under way: no progress line, and the facets have their counts. */
async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('progressbar', { name: 'Working' })).toHaveCount(0);
  const facets = page.getByRole('navigation', { name: 'Facets' });
  if (await facets.isVisible())
    await expect(facets.getByRole('region', { name: 'User' })).toContainText(/\d/);
}

interface Violation {
  id: string;
  help: string;
  nodes: { target: unknown; failureSummary: string }[];
}

/** What axe finds against WCAG 2.2 A and AA and its own best practices. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const runner = (
      window as unknown as { axe: { run: (o: object) => Promise<{ violations: Violation[] }> } }
    ).axe;
    const result = await runner.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return result.violations;
  });
  return found.map(
    (v) =>
      `${v.id}: ${v.help}\n${v.nodes.map((n) => `  ${JSON.stringify(n.target)} ${n.failureSummary}`).join('\n')}`,
  );
}

for (const scheme of ['light', 'dark'] as const) {
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme });
    for (const [name, reach] of Object.entries(states)) {
      test(`${name} has no fault that axe knows`, async ({ page, sampled }) => {
        await reach(page, sampled);
        await page.mouse.move(700, 5);
        await settled(page);
        if (shots)
          await page.screenshot({ path: join(shots, `${name}-${scheme}.png`), animations: 'disabled' });
        expect(await violations(page)).toEqual([]);
      });
    }
  });
}

test.describe('narrow', () => {
  test.use({ viewport: { width: 1024, height: 768 } });
  for (const name of ['logs', 'filtered', 'drawer', 'builder', 'empty', 'none']) {
    test(`${name} fits a small window`, async ({ page, sampled }) => {
      await states[name]?.(page, sampled);
      await page.mouse.move(700, 5);
      await settled(page);
      if (shots) await page.screenshot({ path: join(shots, `${name}-1024.png`), animations: 'disabled' });
      // Nothing sticks out: the page itself never scrolls, and no control is cut off at the right.
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1024);
      for (const button of await page.getByRole('button').all()) {
        if (!(await button.isVisible())) continue;
        const box = await button.boundingBox();
        if (box) expect(box.x + box.width, await button.innerText()).toBeLessThanOrEqual(1024);
      }
      expect(await violations(page)).toEqual([]);
    });
  }
});
