// The first import of main.ts. With LANG=C.UTF-8 WebKitGTK says navigator.language is "C", which is no language
// for Intl: every `new Intl.NumberFormat(navigator.language)` throws and the window stays blank.
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  for (const [name, value] of [
    ['language', 'en-US'],
    ['languages', ['en-US']],
  ] as const) {
    Object.defineProperty(Navigator.prototype, name, { configurable: true, get: () => value });
  }
}
