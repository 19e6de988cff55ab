/** Asks for what an operator may ask for, with the token of this tab. */
import { newestOf } from './ask.ts';
import { canAct, token } from './store.ts';

const bearer = (): Readonly<Record<string, string>> => ({
  Authorization: `Bearer ${token.value ?? ''}`,
});

/** Rejects with the server's own words. */
export const act = async (asked: Readonly<Record<string, unknown>>): Promise<void> => {
  const response = await fetch('/api/act', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...bearer() },
    body: JSON.stringify(asked),
  });
  if (!response.ok) throw new Error((await response.text()).trim());
};

/** Asks whether the token of this tab is that of the server that answers now: another start has another one. */
export const askWhetherCanAct: (query: undefined) => void = newestOf(
  async () => {
    const response = await fetch('/api/may-act', { headers: bearer() });
    return (await response.json()) as Readonly<{ mayAct: boolean }>;
  },
  ({ mayAct }) => (canAct.value = mayAct),
);
