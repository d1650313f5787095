import { describe, expect, it } from 'vitest';
import { bootstrapAddress } from './bootstrap';

describe('the way back to the token', () => {
  it('exists in the window of each system, and keeps the place', () => {
    expect(bootstrapAddress({ webkit: { messageHandlers: { external: {} } } }, '/?q=a b')).toBe(
      'wails://wails/?to=%2F%3Fq%3Da%20b',
    );
    expect(bootstrapAddress({ chrome: { webview: {} } }, '/')).toBe('http://wails.localhost/?to=%2F');
  });

  it('does not exist in a browser', () => {
    expect(bootstrapAddress({}, '/')).toBeUndefined();
    expect(bootstrapAddress({ chrome: {} }, '/')).toBeUndefined();
    expect(bootstrapAddress({ webkit: { messageHandlers: {} } }, '/')).toBeUndefined();
  });
});
