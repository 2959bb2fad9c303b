// Enhancement of a page of numbers: asks every half minute what they are now, while the page is looked at,
// and says so once something has changed. Without it the page is as true as when it was opened.
(() => {
  'use strict';
  const page = document.querySelector('[data-live-from]');
  if (!page) return;
  const said = page.querySelector('[role=status]');
  const shown = [...page.querySelectorAll('[data-live]')];
  const every = 30000;
  let waiting = 0;
  let asking = false;
  const put = (numbers) => {
    let changed = false;
    for (const place of shown) {
      const now = numbers[place.dataset.live];
      if (now === undefined || now === place.textContent) continue;
      place.textContent = now;
      place.classList.add('fresh');
      changed = true;
    }
    return changed;
  };
  const ask = async () => {
    waiting = 0;
    if (document.hidden || asking) return;
    asking = true;
    try {
      const answer = await fetch(page.dataset.liveFrom, {
        headers: { Accept: 'application/json' },
        redirect: 'manual', // to the door, once signed out
      });
      if (!answer.ok) return; // signed out, or a role taken away: the numbers stay as they are
      const found = await answer.json();
      if (put(found.numbers)) said.textContent = found.sentence;
      later();
    } catch {
      // no line: nothing more is asked before the page is looked at again
    } finally {
      asking = false;
    }
  };
  const later = () => {
    waiting = setTimeout(ask, every);
  };
  document.addEventListener('visibilitychange', () => {
    clearTimeout(waiting);
    if (!document.hidden) ask();
  });
  later();
})();
