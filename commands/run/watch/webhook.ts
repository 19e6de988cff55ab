/** Posts an alert as JSON to an address that only its owner may know: it stands in no sentence of a failure. */
import type { Channel } from './alerts.ts';

const patienceMs = 10_000;

/** The body: `text`, which chat services show, and the same in parts: `kind`, `session` (null before there is one), `network`. */
export const webhook = (
  url: string,
  from: () => Readonly<{ session: number | null; network: string }>,
): Channel => {
  /** The first request loads what makes requests, tens of milliseconds that no tick should wait. */
  void fetch('data:,').catch(() => undefined);
  return {
    name: 'webhook',
    deliver: async ({ kind, sentence }) => {
      const { session, network } = from();
      const whose = session === null ? `NEO (${network})` : `NEO session ${session} (${network})`;
      const text = `${whose}: ${sentence}`;
      const status = await post(url, JSON.stringify({ text, kind, session, network }));
      if (status < 200 || status > 299) throw new Error(`the server answered ${status}`);
    },
  };
};

const post = async (url: string, body: string): Promise<number> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    });
    await response.body?.cancel();
    return response.status;
  } catch (cause) {
    throw new Error(`no answer (${codeOf(cause)})`);
  }
};

/** The message of a failed request may quote its address; a code does not. */
const codeOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return 'unknown';
  const { code } = (cause.cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : cause.name;
};
