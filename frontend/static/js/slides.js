// Slides of a dashboard: one at a time, turned by arrows, space, Home and End, or the buttons; the address keeps the place.
const slides = [...document.querySelectorAll('.slide')];
const place = document.querySelector('[data-place]');
let at = Math.min(slides.length, Math.max(1, Number(location.hash.slice(1)) || 1)) - 1;

function show(next) {
  at = Math.min(slides.length - 1, Math.max(0, next));
  slides.forEach((slide, n) => slide.toggleAttribute('data-shown', n === at));
  place.textContent = `${at + 1} / ${slides.length}`;
  history.replaceState(null, '', `#${at + 1}`);
}

const KEYS = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, ' ': 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Home: -Infinity, End: Infinity };
document.addEventListener('keydown', event => {
  if (!(event.key in KEYS) || event.target.closest('summary, button, a, [tabindex="0"]') && event.key === ' ') return;
  event.preventDefault();
  show(at + KEYS[event.key]);
});
document.addEventListener('click', event => {
  const button = event.target.closest('[data-turn], [data-full]');
  if (!button) return;
  if ('full' in button.dataset) document.documentElement.requestFullscreen?.();
  else show(at + Number(button.dataset.turn));
});
document.body.classList.add('paged');
for (const table of document.querySelectorAll('.slide details')) table.open = false; // open where no chart can be drawn
show(at);
