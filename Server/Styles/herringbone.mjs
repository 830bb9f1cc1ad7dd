// The paving of a Dutch square: a true herringbone bond of 2 × 1 stones, of which the coloured ones gather
// into a square. The seed makes every run draw the same stones.
export function herringbone() {
  let seed = 20260427;
  const next = () => (seed = (seed * 1664525 + 1013904223) >>> 0) / 4294967296;
  const unit = 30;
  const joint = 2;
  const layers = { a: "", b: "", c: "", d: "", e: "", f: "" };
  for (let y = -22; y < 26; y++)
    for (let x = -8; x < 44; x++) {
      const phase = (((x - y) % 4) + 4) % 4;
      const lying = phase === 0;
      if (!lying && phase !== 3) continue;
      const width = (lying ? 2 * unit : unit) - joint;
      const height = (lying ? unit : 2 * unit) - joint;
      const middleX = x + (lying ? 1 : 0.5);
      const middleY = y + (lying ? 0.5 : 1);
      const seenX = (middleX - middleY) * 0.7071 * unit;
      const seenY = (middleX + middleY) * 0.7071 * unit;
      if (seenX < 60 || seenX > 900 || seenY < -120 || seenY > 560) continue;
      const distance = Math.hypot(seenX - 560, (seenY - 215) * 1.1);
      const chance = next();
      let layer = chance < 0.34 ? "a" : chance < 0.62 ? "b" : chance < 0.84 ? "c" : "d";
      if (distance < 95 && chance < 0.86) layer = chance < 0.5 ? "e" : "f";
      else if (distance < 165 && chance < 0.42) layer = chance < 0.24 ? "e" : "f";
      else if (distance < 240 && seenX > 440 && chance < 0.12) layer = "e";
      layers[layer] += `M${x * unit + joint / 2} ${y * unit + joint / 2}h${width}v${height}h-${width}z`;
    }
  const shade = (layer, opacity) => `<path d="${layers[layer]}" fill="#fff" fill-opacity="${opacity}"/>`;
  return [
    `<svg class="pl-hero__pattern" viewBox="0 0 760 430" preserveAspectRatio="xMidYMid slice" aria-hidden="true" ` +
      `focusable="false"><g transform="rotate(45)">`,
    shade("a", ".035"), shade("b", ".06"), shade("c", ".09"), shade("d", ".125"),
    `<g class="pl-hero__stones"><path d="${layers.e}" fill="var(--pl-brick)"/>` +
      `<path d="${layers.f}" fill="var(--pl-brick-licht)"/></g></g></svg>`,
  ].join("\n");
}
