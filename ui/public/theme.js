// Sets theme and density before the first paint, so that a dark screen never flashes white.
// A file of its own because the Content-Security-Policy allows no inline script.
(() => {
  let saved = {};
  try {
    saved = JSON.parse(localStorage.getItem('observatory.preferences') ?? '{}').state ?? {};
  } catch {
    saved = {};
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const theme = saved.theme === 'light' || saved.theme === 'dark' ? saved.theme : dark ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.density = saved.density === 'compact' ? 'compact' : 'comfortable';
})();
