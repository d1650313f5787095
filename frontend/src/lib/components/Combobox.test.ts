import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import Combobox from './Combobox.svelte';

const choices = [
  { value: 'status', text: 'Status' },
  { value: 'result', text: 'Result' },
  { value: 'request.size', text: 'Request size' },
];

function field(props: { free?: boolean; value?: string } = {}) {
  const onchange = vi.fn();
  const onenter = vi.fn();
  render(Combobox, { label: 'Attribute', value: '', choices, onchange, onenter, ...props });
  return { input: screen.getByRole('combobox', { name: 'Attribute' }), onchange, onenter };
}

describe('a combobox', () => {
  it('shows the text of its value', () => {
    const { input } = field({ value: 'request.size' });
    expect(input).toHaveProperty('value', 'Request size');
    expect(input.getAttribute('aria-expanded')).toBe('false');
  });

  it('opens on a click and takes what is clicked', async () => {
    const { input, onchange } = field();
    await fireEvent.click(input);
    expect(input.getAttribute('aria-expanded')).toBe('true');
    await fireEvent.click(screen.getByRole('option', { name: 'Result' }));
    expect(onchange).toHaveBeenCalledWith('result');
    expect(input.getAttribute('aria-expanded')).toBe('false');
  });

  it('narrows its list while one types, and Enter takes the first', async () => {
    const { input, onchange, onenter } = field();
    await fireEvent.input(input, { target: { value: 're' } });
    expect(screen.getAllByRole('option').map((o) => o.textContent?.trim())).toEqual([
      'Result',
      'Request size',
    ]);
    await fireEvent.keyDown(input, { key: 'ArrowDown' });
    await fireEvent.keyDown(input, { key: 'Enter' });
    expect(onchange).toHaveBeenCalledWith('request.size');
    expect(onenter).not.toHaveBeenCalled();
  });

  it('says which choice the keys stand on', async () => {
    const { input } = field();
    await fireEvent.keyDown(input, { key: 'ArrowDown' });
    await fireEvent.keyDown(input, { key: 'ArrowDown' });
    const active = document.getElementById(input.getAttribute('aria-activedescendant') ?? '');
    expect(active?.textContent?.trim()).toBe('Status');
    await fireEvent.keyDown(input, { key: 'ArrowUp' });
    expect(
      document.getElementById(input.getAttribute('aria-activedescendant') ?? '')?.textContent?.trim(),
    ).toBe('Request size');
  });

  it('forgets what cannot be a value, unless any text can', async () => {
    const strict = field();
    await fireEvent.input(strict.input, { target: { value: 'nonsense' } });
    await fireEvent.blur(strict.input);
    expect(strict.onchange).not.toHaveBeenCalled();
    expect(strict.input).toHaveProperty('value', '');
  });

  it('takes any text where any text is a value, letter by letter', async () => {
    const { input, onchange, onenter } = field({ free: true });
    await fireEvent.input(input, { target: { value: 'anything' } });
    expect(onchange).toHaveBeenLastCalledWith('anything');
    await fireEvent.keyDown(input, { key: 'Enter' });
    expect(onenter).toHaveBeenCalledOnce();
  });

  it('closes on Escape and keeps that key to itself only then', async () => {
    const { input } = field();
    await fireEvent.click(input);
    expect(await fireEvent.keyDown(input, { key: 'Escape' })).toBe(false);
    expect(input.getAttribute('aria-expanded')).toBe('false');
    expect(await fireEvent.keyDown(input, { key: 'Escape' })).toBe(true);
  });
});
