/** Asks for what an operator may ask for, with the token of this tab. */
import { newestOf } from './ask.ts';
import { canAct, token } from './store.ts';

const bearer = (): Readonly<Record<string, string>> => ({
  Authorization: `Bearer ${token.value ?? ''}`,
});

/** A kill that nobody has taken by then is asked for elsewhere. */
const answerMs = 5_000;

/** What it came to, in the server's own words; rejects with them too, or with what to do where nobody answers. */
export const act = async (asked: Readonly<Record<string, unknown>>): Promise<string> => {
  const response = await fetch('/api/act', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...bearer() },
    body: JSON.stringify(asked),
    signal: AbortSignal.timeout(answerMs),
  }).catch(() => {
    throw new Error(
      'Nobody answers, and whether this was heard is not known. Ask on the command line: neo stop, neo kill and neo acknowledge do the same.',
    );
  });
  if (!response.ok) throw new Error((await response.text()).trim());
  return ((await response.json()) as Readonly<{ said: string }>).said;
};

/** Asks whether the token of this tab is that of the server that answers now: another start has another one. */
export const askWhetherCanAct: (query: undefined) => void = newestOf(
  async () => {
    const response = await fetch('/api/may-act', { headers: bearer() });
    return (await response.json()) as Readonly<{ mayAct: boolean }>;
  },
  ({ mayAct }) => (canAct.value = mayAct),
);
