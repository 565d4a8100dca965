// Runs before the first paint, so that no page flashes in the wrong theme.
(function () {
  function apply(theme) { document.documentElement.setAttribute('data-bs-theme', theme); }
  var stored = localStorage.getItem('platform-theme');
  apply(stored || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
  window.platformTheme = function (theme) {
    var next = theme || (document.documentElement.getAttribute('data-bs-theme') === 'dark' ? 'light' : 'dark');
    localStorage.setItem('platform-theme', next);
    apply(next);
  };
})();
