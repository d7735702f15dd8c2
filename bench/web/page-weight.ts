/** How much a page brings, compressed as a browser asks for it. */
export interface PageWeight {
  readonly htmlKb: number;
  readonly cssKb: number;
  readonly jsKb: number;
}

export async function pageWeight(origin: string, path: string): Promise<PageWeight> {
  const [html, htmlBytes] = await get(origin + path);
  const sum = async (form: RegExp) => {
    const sizes = await Promise.all(
      [...html.matchAll(form)].map(async ([, address = '']) => (await get(origin + address))[1]),
    );
    return kilobytes(sizes.reduce((total, bytes) => total + bytes, 0));
  };
  return {
    htmlKb: kilobytes(htmlBytes),
    cssKb: await sum(/<link rel="stylesheet" href="([^"]+)"/g),
    jsKb: await sum(/<script[^>]* src="([^"]+)"/g),
  };
}

/** The length is that of the compressed answer; fetch itself unpacks it. */
async function get(url: string): Promise<[text: string, bytes: number]> {
  const answer = await fetch(url, { headers: { 'accept-encoding': 'br' } });
  const text = await answer.text();
  return [text, Number(answer.headers.get('content-length') ?? text.length)];
}

function kilobytes(bytes: number): number {
  return Math.round(bytes / 102.4) / 10;
}
