/** What is asked of the page's server, and what is wrong with a question that makes no sense. */

/** What is wrong with a question. */
export class Question extends Error {
  override readonly name = 'Question';
}

/** A whole number at or above 0 that the question must have. */
export const whole = (query: URLSearchParams, name: string): number => {
  const text = query.get(name) ?? '';
  if (!/^\d{1,15}$/.test(text)) throw new Question(`"${name}" must be a whole number.`);
  return Number(text);
};
