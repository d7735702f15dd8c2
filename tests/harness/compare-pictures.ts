/** Which share of two pictures differs to the eye; 1 when they are not of one size. A browser decodes them. */
import type { Page } from 'playwright';

const script = `async ([one, other]) => {
  const read = async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [a, b] = [await read(one), await read(other)];
  if (a.width !== b.width || a.height !== b.height) return 1;
  let different = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    const distance = Math.abs(a.data[at] - b.data[at]) + Math.abs(a.data[at + 1] - b.data[at + 1])
      + Math.abs(a.data[at + 2] - b.data[at + 2]);
    if (distance > 96) different++;
  }
  return different / (a.width * a.height);
}`;

export async function comparePictures(page: Page, one: Buffer, other: Buffer): Promise<number> {
  const blank = await page.context().newPage();
  try {
    const pictures = JSON.stringify([one.toString('base64'), other.toString('base64')]);
    return await blank.evaluate<number>(`(${script})(${pictures})`);
  } finally {
    await blank.close();
  }
}
