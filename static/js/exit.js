// The way out: a press on the link, or the key Esc. What was typed goes, the page goes white at once,
// and the browser's own list of pages keeps an empty one in its place.
(() => {
  'use strict';
  const leave = (event) => {
    event.preventDefault();
    document.documentElement.hidden = true;
    document.title = '';
    for (const form of document.forms) form.reset();
    location.replace('about:blank');
  };
  document.querySelectorAll('[data-exit]').forEach((link) => link.addEventListener('click', leave));
  document.querySelectorAll('[data-exit-key]').forEach((told) => { told.hidden = false; });
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing) leave(event);
  });
})();
