// A small raw wave: the last seconds of one signal, scaled to its own range. Gaps stay gaps.

const PAD = 2;

/** Draw `values` (null: missing) over the canvas's width; `flip` where less means more. */
export function drawWave(canvas, wave, { width, flip, colour }) {
  const scale = devicePixelRatio || 1;
  const [w, h] = [canvas.clientWidth * scale, canvas.clientHeight * scale];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const paper = canvas.getContext("2d");
  paper.clearRect(0, 0, w, h);
  const real = wave.values.filter((value) => value !== null);
  if (!real.length) return;
  const [low, high] = [Math.min(...real), Math.max(...real)];
  const reach = (high - low) || 1;
  const slots = Math.max(width, 2);
  const x = (k) => w - ((wave.values.length - 1 - k) / (slots - 1)) * w;
  const y = (value) => {
    const part = (value - low) / reach;
    return PAD + (flip ? part : 1 - part) * (h - 2 * PAD);
  };
  stroke(paper, wave.values, x, y, colour, scale);
}

function stroke(paper, values, x, y, colour, scale) {
  paper.beginPath();
  let down = false;
  values.forEach((value, k) => {
    if (value === null) { down = false; return; }
    if (down) paper.lineTo(x(k), y(value)); else paper.moveTo(x(k), y(value));
    down = true;
  });
  Object.assign(paper, { strokeStyle: colour, lineWidth: 1.25 * scale, lineJoin: "round" });
  paper.stroke();
}
