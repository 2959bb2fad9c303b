// Enhancement of a page about long work: asks how far it is and tells so in place; once it is done the
// whole page is shown anew. Without it the page renews itself, or by its link.
(() => {
  'use strict';
  const box = document.querySelector('[data-progress]');
  if (!box) return;
  const bar = box.querySelector('progress');
  const status = box.querySelector('[role=status]');
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: 'application/json' } });
      if (answer.redirected) return; // signed out meanwhile: the link leads to the door
      const far = answer.ok ? await answer.json() : null;
      if (far && !far.is_under_way) {
        location.replace(location.pathname);
        return;
      }
      if (far) bar.value = far.percent;
      if (far && status.textContent !== far.sentence) status.textContent = far.sentence;
    } catch {
      // the line may be back at the next turn
    }
    setTimeout(ask, 2000);
  };
  setTimeout(ask, 1000);
})();
