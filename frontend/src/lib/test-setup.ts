// jsdom has no layout: what the page asks of it stands here, and nothing else is replaced.
import { cleanup } from '@testing-library/svelte';
import { afterEach, vi } from 'vitest';

afterEach(cleanup);

Object.defineProperty(window, 'matchMedia', {
  configurable: true,
  value: (query: string) => ({
    matches: false,
    media: query,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
  }),
});

class NoResize implements ResizeObserver {
  observe(): void {
    // jsdom never resizes
  }
  unobserve(): void {
    // jsdom never resizes
  }
  disconnect(): void {
    // jsdom never resizes
  }
}
globalThis.ResizeObserver = NoResize;
Element.prototype.scrollIntoView = () => undefined;
