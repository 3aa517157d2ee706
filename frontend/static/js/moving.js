// Moving a booking on the calendar: a drag along its line, or Shift with an arrow key on it, draws where it would go;
// letting go, or Enter, opens the form of another time with that filled in. Nothing moves before the form is sent.
// Without this script the list offers the same forms.
const tl = document.getElementById('tl'), live = document.getElementById('live');
if (tl && live) {
  const start = Date.parse(tl.dataset.start), hours = +tl.dataset.hours, lang = document.documentElement.lang;
  const rtl = getComputedStyle(tl).direction === 'rtl' ? -1 : 1, clamp = (x, low, high) => Math.max(low, Math.min(high, x));
  const ghost = document.createElement('div');
  let moved = null, steps = 0, from = 0, dragged = false;

  const step = () => +moved.parentNode.dataset.step / 60;
  const at = () => +moved.dataset.at + steps * step();
  const instant = () => new Date(start + at() * 36e5);
  const say = () => instant().toLocaleString(lang, {
    timeZone: tl.dataset.zone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit',
    hourCycle: 'h23', timeZoneName: 'short',
  });

  function paint() {
    const width = +getComputedStyle(moved).getPropertyValue('--w');
    ghost.className = 'ev sel req';
    ghost.textContent = say();
    ghost.style.setProperty('--s', clamp(at(), 0, hours - 1));
    ghost.style.setProperty('--w', Math.min(width, hours - Math.max(at(), 0)));
    moved.parentNode.append(ghost);
  }
  function shift(by) {                                            // whole steps of the instrument, within these days
    const low = Math.ceil(-moved.dataset.at / step()), high = Math.floor((hours - 1 - moved.dataset.at) / step());
    steps = clamp(by, low, high);
    paint();
  }
  function drop() {
    ghost.remove();
    [moved, steps, dragged] = [null, 0, false];
  }
  function open() {
    const url = new URL(moved.dataset.move, location.href);
    url.searchParams.set('starts_at', instant().toISOString());
    drop();
    location.assign(url);
  }

  for (const link of tl.querySelectorAll('a[data-move]')) {
    link.draggable = false;
    link.setAttribute('aria-describedby', 'move-hint');
  }
  tl.addEventListener('pointerdown', e => {
    const link = e.target.closest('a[data-move]');
    if (!link || e.button || e.pointerType === 'touch') return;   // a finger scrolls, and a touch follows the link
    [moved, steps, from, dragged] = [link, 0, e.clientX, false];
  });
  tl.addEventListener('pointermove', e => {
    if (!moved || !e.buttons) return;
    const x = (e.clientX - from) * rtl, width = moved.parentNode.getBoundingClientRect().width;
    if (!dragged && Math.abs(x) < 5) return;
    if (!dragged) moved.setPointerCapture(e.pointerId);
    dragged = true;
    shift(Math.round(x / width * hours / step()));
  });
  tl.addEventListener('pointerup', () => { if (moved && !dragged) drop(); });
  tl.addEventListener('pointercancel', drop);
  tl.addEventListener('click', e => {                             // the click that ends a drag follows no link
    if (!dragged) return;
    e.preventDefault();
    if (steps) open(); else drop();
  }, true);
  tl.addEventListener('keydown', e => {
    const link = e.target.closest('a[data-move]');
    const side = ({ ArrowRight: 1, ArrowLeft: -1 }[e.key] ?? 0) * rtl;
    if (!link) return;
    if (side && e.shiftKey) {
      if (moved !== link) [moved, steps] = [link, 0];
      shift(steps + side);
      live.textContent = `${tl.dataset.would} ${say()}`;
    } else if (e.key === 'Enter' && moved === link && steps) open();
    else if (e.key === 'Escape' && moved) drop();
    else return;
    e.preventDefault();
  });
  tl.addEventListener('focusout', () => { if (moved && !dragged) drop(); });
}
