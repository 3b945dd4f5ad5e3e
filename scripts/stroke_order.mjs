// Writes apps/core/stroke_order.txt.xz: Han characters in the order of strokes (笔画), as Chinese lists of names use it.
// Run once, with a Node that carries full ICU: `node scripts/stroke_order.mjs | xz -9e > apps/core/stroke_order.txt.xz`.
// The order is ICU's `zh-u-co-stroke`: number of strokes, then radical. Kept as a table, so that Python and
// PostgreSQL need no ICU of the same version, and an upgrade never changes the order of stored names.
const BLOCKS = [
  [0x3007, 0x3007],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2ebe0],
  [0x30000, 0x323af],
];
const characters = [];
for (const [first, last] of BLOCKS) {
  for (let code = first; code <= last; code += 1) {
    const character = String.fromCodePoint(code);
    if (/\p{Script=Han}/u.test(character)) characters.push(character);
  }
}
const collator = new Intl.Collator("zh-u-co-stroke");
if (collator.resolvedOptions().collation !== "stroke") throw new Error("This Node has no stroke order.");
process.stdout.write(characters.sort(collator.compare).join(""));
