// Runs before the first paint, so that a dark page never flashes white. src/lib/theme.svelte.ts takes over.
(function () {
  var theme = 'system';
  try {
    theme = JSON.parse(localStorage.getItem('projectlogs.settings') || '{}').theme || 'system';
  } catch {
    // Storage is closed to us: the system's colours are fine.
  }
  var dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
