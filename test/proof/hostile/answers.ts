/** HTTP answers for clients under test: status, text and headers come in, what io/http.ts would give goes out. */
import type { HttpAnswer } from '../../../engine/io/http.ts';

export function answerOf(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  const bytes = Buffer.from(body);
  return {
    status,
    address: 'http://127.0.0.1/x',
    url: 'http://127.0.0.1/x?q=1',
    header: (name) => headers[name.toLowerCase()],
    bytes,
    text: () => new TextDecoder().decode(bytes),
  };
}
