import { fireEvent, render, screen, within } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import VirtualGrid from './VirtualGrid.svelte';

interface Row {
  id: string;
}

const columns = [
  { id: 'time', label: 'Time', width: '100px', sortable: true, sorted: 'descending' as const },
  { id: 'name', label: 'Name', width: '1fr' },
];
const cell = createRawSnippet<[Row, { id: string }]>((row, column) => ({
  render: () => `<span>${column().id} of ${row().id}</span>`,
}));

function list(count: number, total: number | undefined) {
  const asked = vi.fn();
  const opened = vi.fn();
  const sorted = vi.fn();
  render(VirtualGrid<Row>, {
    label: 'Logs',
    total,
    count,
    columns,
    rowHeight: 28,
    at: (i: number) => (i < 1000 ? { id: `log_${i}` } : undefined),
    id: (row: Row) => row.id,
    cell,
    empty: createRawSnippet(() => ({ render: () => '<p>nothing here</p>' })),
    selected: 'log_2',
    onneed: asked,
    onopen: opened,
    onsort: sorted,
  });
  return { grid: screen.getByRole('grid', { name: 'Logs' }), asked, opened, sorted };
}

describe('a virtual grid', () => {
  it('counts all rows and the head, but holds only what can be seen', () => {
    const { grid, asked } = list(10_000_000, 10_000_000);
    expect(grid.getAttribute('aria-rowcount')).toBe('10000001');
    expect(within(grid).getAllByRole('row').length).toBeLessThan(60);
    expect(asked).toHaveBeenCalledWith(0, expect.any(Number));
  });

  it('numbers its rows after the head', () => {
    const { grid } = list(5, 5);
    expect(
      within(grid)
        .getAllByRole('row')
        .map((row) => row.getAttribute('aria-rowindex')),
    ).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(within(grid).getAllByRole('gridcell')[0]?.textContent).toBe('time of log_0');
  });

  it('says −1 while nobody knows how many there are', () => {
    expect(list(0, undefined).grid.getAttribute('aria-rowcount')).toBe('-1');
  });

  it('is there when it is empty, with the explanation inside', () => {
    const { grid } = list(0, 0);
    expect(grid.getAttribute('aria-rowcount')).toBe('1');
    expect(within(grid).getByText('nothing here')).toBeTruthy();
  });

  it('says how it is ordered, and asks for another order', async () => {
    const { grid, sorted } = list(5, 5);
    const head = within(grid).getByRole('columnheader', { name: 'Time' });
    expect(head.getAttribute('aria-sort')).toBe('descending');
    await fireEvent.click(within(head).getByRole('button'));
    expect(sorted).toHaveBeenCalledWith('time');
  });

  it('keeps focus and selection apart', async () => {
    const { grid, opened } = list(50, 50);
    const selected = () => within(grid).getAllByRole('row', { selected: true });
    await fireEvent.keyDown(grid, { key: 'Home' });
    await fireEvent.keyDown(grid, { key: 'ArrowDown' });
    const active = document.getElementById(grid.getAttribute('aria-activedescendant') ?? '');
    expect(active?.getAttribute('aria-rowindex')).toBe('3');
    expect(selected().map((row) => row.getAttribute('aria-rowindex'))).toEqual(['4']);
    await fireEvent.keyDown(grid, { key: 'Enter' });
    expect(opened).toHaveBeenCalledWith({ id: 'log_1' }, 1);
  });

  it('opens the row that is clicked', async () => {
    const { grid, opened } = list(50, 50);
    const row = within(grid).getAllByRole('row')[4];
    if (row) await fireEvent.click(row);
    expect(opened).toHaveBeenCalledWith({ id: 'log_3' }, 3);
  });
});
