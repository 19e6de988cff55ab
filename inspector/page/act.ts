/** Asks for what an operator may ask for, with the token of this tab. */
import { token } from './store.ts';

/** Rejects with the server's own words. */
export const act = async (asked: Readonly<Record<string, unknown>>): Promise<void> => {
  const response = await fetch('/api/act', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token.value ?? ''}` },
    body: JSON.stringify(asked),
  });
  if (!response.ok) throw new Error((await response.text()).trim());
};
